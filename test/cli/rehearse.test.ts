import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type RehearseSurroundings, runRehearse } from '../../src/cli/rehearse.ts';
import { UsageError } from '../../src/command-line/usage-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'rehearse-'));
afterAll(() => rmSync(directory, { recursive: true }));

const unsound = join(directory, 'unsound.json');
writeFileSync(unsound, '{"EcsCanary.Cpu": "abc", "EcsCanary.Memory": "x"}');

const unasked: RehearseSurroundings['ask'] = () => Promise.reject(new Error('Somebody was asked.'));

/** A rehearsal that ends early, at its first deployment. */
async function fail(args: readonly string[], ask: RehearseSurroundings['ask']) {
  const lines: string[] = [];
  const code = await runRehearse(['--parameters', unsound, ...args], (line) => lines.push(...line.split('\n')), {
    ask,
  });
  expect(code).toBe(1);
  return lines;
}

const silence = 'There is no terminal, so nobody is asked: the rehearsal answers the approvals itself, as with --yes.';

it('without a terminal and without --yes, it says that nobody is asked, and which releases it plays', async () => {
  const lines = await fail([], undefined);
  expect(lines).toContain(silence);
  expect(lines).toContain(
    'Releases to play: 1.0.0 (the first deployment), 1.1.0 (a canary that is promoted), 1.2.0 (a canary that is aborted), 1.3.0 (a canary after the abort).',
  );
});

it('with --behaviour, it says that it plays two releases', async () => {
  const lines = await fail(['--yes', '--behaviour', 'crash-loop'], undefined);
  expect(lines).toContain('Releases to play: 1.0.0 (the first deployment), 1.1.0 (a new version with crash-loop).');
  expect(lines).not.toContain(silence);
});

it('with a terminal, it says nothing about asking; a failing first deployment is explained in the log and in the verdict, line by line', async () => {
  const lines = await fail([], unasked);
  expect(lines).not.toContain(silence);
  const wrong = '  - EcsCanary.Cpu (CPU units): "abc" is not a whole number from 128 to 196608.';
  const explained = lines.filter((line) => line.includes('"abc"'));
  expect(explained).toEqual([expect.stringMatching(/ Error {5}\| {5}- EcsCanary\.Cpu /), `    ${wrong}`]);
  expect(lines.find((line) => line.includes('✗ Deploy Stack'))).toMatch(/✗ Deploy Stack failed \(\d+\.\d s\)$/);
  const verdict = lines.indexOf('✗ Release 1.0.0: the deployment failed at Deploy Stack:');
  expect(lines.slice(verdict + 1, verdict + 3)).toEqual(['    2 parameters need attention:', `    ${wrong}`]);
});

async function problemsOf(...args: readonly string[]): Promise<readonly string[]> {
  const error = await runRehearse([...args, '--yes'], () => {}).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw error;
  return error.message.split('\n').slice(0, -1);
}

it("before it starts, names the template's parameters without a value, and how to give them", async () => {
  const template = join(directory, 'template.yaml');
  writeFileSync(
    template,
    'Parameters: {Image: {Type: String}, Cluster: {Type: String}, Size: {Type: Number, Default: 1}}\nResources: {}\n',
  );
  expect(await problemsOf('--template', template)).toEqual([
    '--template: The template needs values for its parameters Image, Cluster. Put {"EcsCanary.TemplateParameters": "Image=#{Canary.Image}\\nCluster=VALUE"} into the file that --parameters names.',
  ]);
  const values = join(directory, 'values.json');
  writeFileSync(values, '{"EcsCanary.TemplateParameters": {"Image": "#{Canary.Image}"}}');
  expect(await problemsOf('--template', template, '--parameters', values)).toEqual([
    expect.stringContaining('needs values for its parameters Cluster. Put'),
  ]);
});
