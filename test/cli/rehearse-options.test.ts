import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRehearseCommand as read } from '../../src/cli/rehearse-options.ts';

const readRehearseCommand = (args: readonly string[]) => read(args, () => {});

function problemsOf(...args: readonly string[]): string {
  try {
    readRehearseCommand(args);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('readRehearseCommand', () => {
  it('has sensible defaults', () => {
    expect(readRehearseCommand([])).toMatchObject({
      ...{ weights: [10, 50], behaviours: [], alone: false, verbose: false, watch: true },
    });
    expect(readRehearseCommand(['--no-watch'])?.watch).toBe(false);
  });

  it('reads every option', () => {
    const directory = mkdtempSync(join(tmpdir(), 'rehearse-'));
    writeFileSync(
      join(directory, 'p.json'),
      '{"EcsCanary.DesiredCount": 3, "EcsCanary.AssignPublicIp": true, "EcsCanary.TemplateParameters": {"Tag": "1"}}',
    );
    writeFileSync(join(directory, 't.yaml'), 'Resources: {}');
    const command = readRehearseCommand([
      '--weights=2.5,50',
      '--abort-at',
      'approve promotion',
      '--time-scale=60',
      '--parameters',
      join(directory, 'p.json'),
      '--template',
      join(directory, 't.yaml'),
      '--verbose',
    ]);
    expect(command).toMatchObject({
      weights: [2.5, 50],
      abortAt: 'approve-promotion',
      alone: true,
      timeScale: 60,
      parameters: {
        'EcsCanary.DesiredCount': '3',
        'EcsCanary.AssignPublicIp': 'True',
        'EcsCanary.TemplateParameters': '{"Tag":"1"}',
      },
      template: 'Resources: {}',
      verbose: true,
    });
  });

  it('reads the directory for artifacts, and refuses a file', () => {
    expect(readRehearseCommand([])?.artifacts).toBeUndefined();
    expect(readRehearseCommand(['--artifacts', 'reports'])?.artifacts).toBe('reports');
    expect(problemsOf('--artifacts', 'report.html')).toContain('--artifacts must be a directory, not "report.html".');
  });

  it('reads what the template takes from outside', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rehearse-')), 'values.yaml');
    writeFileSync(file, 'exports: {network-vpc: vpc-1}');
    expect(readRehearseCommand(['--values', file])?.values.exports).toEqual({ 'network-vpc': 'vpc-1' });
    expect(readRehearseCommand([])?.values.exports).toEqual({});
    writeFileSync(file, '{"export": {}, "ssm": 1}');
    const problems = problemsOf('--values', file);
    expect(problems).toContain('--values has the unknown key export');
    expect(problems).toContain('--values must have an object at ssm');
  });

  it('reads other stacks by name, in the order given', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rehearse-')), 'network.yaml');
    writeFileSync(file, 'Resources: {}');
    const { otherStacks } =
      readRehearseCommand(['--other-stack', `network=${file}`, '--other-stack', `dns=${file}`]) ?? {};
    expect([...(otherStacks ?? [])]).toEqual([
      ['network', 'Resources: {}'],
      ['dns', 'Resources: {}'],
    ]);
    expect(problemsOf('--other-stack=network.yaml')).toContain('--other-stack must be NAME=FILE');
    expect(problemsOf('--other-stack=network=/no/such/file')).toContain('--other-stack: cannot read /no/such/file');
  });

  it('says where a file of parameters is no JSON', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rehearse-')), 'p.json');
    writeFileSync(file, '{"EcsCanary.Cpu": "256",}');
    expect(problemsOf(`--parameters=${file}`)).toMatch(/--parameters: \S+p\.json is not JSON: .*position 24/);
  });

  it('refuses a share of errors above 1, and says how to write percentages', () => {
    expect(problemsOf('--behaviour=error-rate=2')).toContain(
      '--behaviour error-rate needs a number: share from 0 to 1, or a percentage such as 2%',
    );
    expect(problemsOf('--behaviour=latency=2%')).toContain('--behaviour latency needs a number: real milliseconds');
    expect(readRehearseCommand(['--behaviour', 'error-rate=2%', '--behaviour', 'slow-leak'])?.behaviours).toEqual([
      'error-rate=2%',
      'slow-leak',
    ]);
  });

  it('reads asserted verdicts in any case, separated or repeated', () => {
    const args = ['--assert-verdict', 'worse', '--assert-verdict', 'NOWORSE, CannotTell'];
    expect(readRehearseCommand(args)?.assertVerdict).toEqual(['Worse', 'NoWorse', 'CannotTell']);
    expect(readRehearseCommand([])?.assertVerdict).toEqual([]);
    expect(problemsOf('--assert-verdict=good,worse')).toContain(
      '--assert-verdict must be one of Worse, NoWorse, Better, CannotTell, NoEvidence, or several separated by commas, not "good".',
    );
    expect(problemsOf('--assert-verdict=Worse', '--no-watch')).toContain(
      '--assert-verdict needs the Watch steps, which --no-watch leaves out.',
    );
  });

  it('reads a night, and refuses what contradicts it', () => {
    expect(readRehearseCommand([])?.night).toBeUndefined();
    expect(readRehearseCommand(['--night'])?.night).toEqual({ hours: 2, guardMinutes: 5 });
    expect(readRehearseCommand(['--night', '--night-hours=1.5', '--guard-every', '10'])?.night).toEqual({
      ...{ hours: 1.5, guardMinutes: 10 },
    });
    const problems = problemsOf(
      '--night',
      '--no-watch',
      '--abort-at=Approve 50%',
      '--night-hours=0.5',
      '--guard-every=30',
    );
    expect(problems).toContain('--night needs the Watch steps, which --no-watch leaves out.');
    expect(problems).toContain('--night and --abort-at cannot both be given.');
    expect(problems).toContain('--guard-every must be shorter than the night.');
    expect(problemsOf('--guard-every=10')).toContain('--guard-every needs --night.');
    expect(problemsOf('--night', '--night-hours=100')).toContain(
      '--night-hours must be a number from 0.5 to 24, not "100".',
    );
  });

  it('reads behaviours of users, but not two that contradict each other', () => {
    expect(readRehearseCommand(['--behaviour=sticky-clients'])?.behaviours).toEqual(['sticky-clients']);
    expect(problemsOf('--behaviour=no-traffic', '--behaviour=sticky-clients')).toContain(
      '--behaviour no-traffic and sticky-clients cannot both be given.',
    );
    expect(problemsOf('--behaviour=no-traffic=1')).toContain('--behaviour no-traffic takes no value');
  });

  it('reports every problem at once', () => {
    const problems = problemsOf(
      '--wieghts=3',
      '--weights=50,10',
      '--behaviour=foo',
      '--behaviour=crash-loop=x',
      '--behaviour=error-rate',
      '--behaviour=failed-pull=1',
      '--template=/no/such/file',
      '--time-scale=0',
      '--yes',
      '--yes',
      '--abort-at=nowhere',
      'stray',
    );
    for (const part of [
      'Unknown option: --wieghts. Did you mean --weights?',
      '"50,10"',
      '--behaviour foo is unknown',
      '--behaviour crash-loop needs a number',
      '--behaviour error-rate needs a number',
      '--behaviour failed-pull takes no value',
      'cannot read /no/such/file (ENOENT)',
      '--time-scale must be a number from 1 to 1000, not "0"',
      '--yes is given twice',
      '"Approve 10%"',
      'Unexpected argument: stray',
    ]) {
      expect(problems).toContain(part);
    }
  });

  it('behaviours may have values', () => {
    const command = readRehearseCommand(['--behaviour', 'crash-loop', '--behaviour', 'latency=20']);
    expect(command?.behaviours).toEqual(['crash-loop', 'latency=20']);
  });
});
