import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runProcess } from '../../src/cli/process.ts';
import { readProcessCommand } from '../../src/cli/process-options.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'process-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ids =
  'prepare-blue=ActionTemplates-1@3,deploy-stack=ActionTemplates-2,add-test-rule=ActionTemplates-3,shift-traffic=ActionTemplates-4,promote=ActionTemplates-5,rollback=ActionTemplates-6';

it('only the deployment process goes to standard output, and notes about it do not', async () => {
  const { output, notes } = await run('--format', 'ocl', '--weights', '25');
  expect(output).toMatch(/^step "prepare-blue" \{/);
  expect(output).toContain('step "shift-to-25" {');
  expect(output).not.toContain('step "shift-to-10" {');
  expect(notes).toMatch(/placeholders, such as ActionTemplates-promote/);
});

it('every option has its effect on the OCL', async () => {
  const { output, notes } = await run(
    ...['--format', 'ocl', '--no-test-rule', '--own-template', '--responsible-teams', 'a-team, global/b'],
    ...[
      '--worker-pool',
      'linux',
      '--container-feed',
      'docker-hub',
      '--template-ids',
      ids.replace('deploy-stack', 'deploy-own-template'),
    ],
  );
  expect(notes).toBe('');
  expect(output).not.toContain('Add Test Rule');
  expect(output).toContain('step "deploy-own-template" {');
  expect(output).toContain('EcsCanary.Template = "#{Canary.Template}"');
  expect(output).not.toContain('EcsCanary.Image');
  expect(output).toContain('ResponsibleTeamIds = "a-team,global/b"');
  expect(output).toContain('worker_pool = "linux"');
  expect(output).toMatch(/feed = "docker-hub"\n *image = "octopusdeploy\/worker-tools:\d+\.\d+\.\d+-ubuntu\.24\.04"/);
  expect(output).toMatch(/Template\.Id = "ActionTemplates-1"\n *Octopus\.Action\.Template\.Version = "3"/);
  expect(output).toMatch(/Template\.Id = "ActionTemplates-2"\n *Octopus\.Action\.Template\.Version = "0"/);
});

it.each([
  [
    'ocl',
    [
      ...['deployment_process.ocl', 'deployment_settings.ocl'],
      ...['runbooks', 'runbooks/roll-back-canary.ocl', 'variables.ocl'],
    ],
  ],
  ['terraform', ['main.tf']],
  ['json', ['process.json', 'roll-back-canary.json']],
])('a directory gets every file of %s', async (format, files) => {
  const output = join(directory, 'new/folder');
  const { notes } = await run('--format', format, '--output', output);
  expect(readdirSync(output, { recursive: true }).map(String).sort()).toEqual(files);
  expect(notes).toContain(`Wrote ${join(output, String(files[0]))}`);
});

it('keeps the variables and settings of a project in Git, and says what to add to them', async () => {
  const theirs = {
    'variables.ocl':
      'variable "Mine" {\n    value "kept" {}\n}\n\nvariable "canary.stackname" {\n    value "shop" {}\n}\n',
    'deployment_settings.ocl': 'connectivity_policy {\n}\n\nversioning_strategy {\n    template = "1.0.i"\n}\n',
    'schema_version.ocl': 'version = 10',
  };
  for (const [name, content] of Object.entries(theirs)) writeFileSync(join(directory, name), content);
  writeFileSync(join(directory, 'deployment_process.ocl'), 'step "old" {}\n');
  const { notes } = await run('--format', 'ocl', '--output', directory);
  for (const [name, content] of Object.entries(theirs))
    expect(readFileSync(join(directory, name), 'utf8')).toBe(content);
  expect(readFileSync(join(directory, 'deployment_process.ocl'), 'utf8')).toMatch(/^step "prepare-blue"/);
  expect(notes).toContain(`Kept ${join(directory, 'variables.ocl')}, which is there already. Add to it:`);
  expect(notes).toContain('\nvariable "Canary.Image" {\n    value "" {\n');
  expect(notes).not.toContain('Canary.StackName');
  expect(notes).toContain('Add to it:\n\nconnectivity_policy {\n    allow_deployments_to_no_targets = true\n}');
});

it('keeps the files of an earlier run that were filled in, and finds nothing to add', async () => {
  await run('--format', 'ocl', '--output', directory);
  const file = join(directory, 'variables.ocl');
  writeFileSync(file, readFileSync(file, 'utf8').replace('value "45"', 'value "30"'));
  const { notes } = await run('--format', 'ocl', '--output', directory);
  expect(readFileSync(file, 'utf8')).toContain('value "30"');
  expect(notes).toContain(`Kept ${file}, which has all that the process needs.`);
  expect(notes).not.toContain('Add to it');
});

it('a file gets the deployment process, in JSON with placeholders that cannot run', async () => {
  const file = join(directory, 'mine.json');
  await run('--format', 'json', '--output', file);
  const bodies: (string | undefined)[] = JSON.parse(readFileSync(file, 'utf8')).Steps.map(
    (step: { Actions: [{ Properties: Record<string, string> }] }) =>
      step.Actions[0].Properties['Octopus.Action.Script.ScriptBody'],
  );
  expect(bodies[0]).toMatch(/^# Placeholder.*\nexit 1$/);
});

it('template ids must be given for every step of the process, and for no more', () => {
  const given = ['--format', 'ocl', '--template-ids', 'promote=A-1,shift-traffic=A-2'];
  expect(problemsOf(given)).toContain('--template-ids: missing prepare-blue, deploy-stack, add-test-rule, rollback.');
  expect(problemsOf([...given, '--own-template'])).toContain(
    '--template-ids: missing prepare-blue, deploy-own-template, add-test-rule, rollback.',
  );
});

it('every problem is reported at once', () => {
  expect(() => readProcessCommand([], ignore)).toThrow(
    '--format is required: ocl (config as code), terraform or json (REST API).',
  );
  const wrong = ['--format', 'yaml', '--weights', '50,10', '--responsible-teams', 'a,,b'];
  const more = [
    '--container-image',
    'x',
    '--project-id',
    'p',
    '--template-ids',
    'promote=A-1,promote=A-2,nothing=A-3,x',
  ];
  expect(problemsOf([...wrong, ...more, 'extra'])).toEqual([
    'Unexpected argument: extra',
    '--format must be one of ocl, terraform, json, not "yaml".',
    '--weights must be ascending percentages above 0 and below 100, such as 10,50, not "50,10".',
    '--responsible-teams must be names separated by commas, not "a,,b".',
    '--template-ids: promote is given twice.',
    '--template-ids: there is no step nothing.',
    '--template-ids: "x" does not have the form STEP=ID@VERSION.',
    '--container-image needs --container-feed, the feed to pull the image from.',
    '--project-id can only be used with --format terraform.',
    'See octopus-ecs-canary process --help.',
  ]);
});

it('an output that cannot be written is a usage error', async () => {
  writeFileSync(join(directory, 'file'), '');
  const output = join(directory, 'file', 'main.tf');
  await expect(run('--format', 'terraform', '--output', output)).rejects.toThrow(`--output: cannot write ${output} (`);
});

it('--help wins over every other option', async () => {
  expect((await run('--help', '--weights', 'x')).output).toMatch(/^Usage: octopus-ecs-canary process/);
});

function ignore(): void {}

async function run(...args: string[]): Promise<{ output: string; notes: string }> {
  const output: string[] = [];
  const notes: string[] = [];
  const code = await runProcess(
    args,
    (line) => output.push(line),
    (line) => notes.push(line),
  );
  expect(code).toBe(0);
  return { output: output.join('\n'), notes: notes.join('\n') };
}

function problemsOf(args: readonly string[]): string[] {
  try {
    readProcessCommand(args, ignore);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}
