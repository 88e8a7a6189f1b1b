import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  'prepare-blue=ActionTemplates-1@3,deploy-stack=ActionTemplates-2,add-test-rule=ActionTemplates-3,shift-traffic=ActionTemplates-4,watch=ActionTemplates-7,promote=ActionTemplates-5,rollback=ActionTemplates-6';

it('only the deployment process goes to standard output, and notes about it do not', async () => {
  const { output, notes } = await run('--format', 'ocl', '--weights', '25');
  expect(output).toMatch(/^step "prepare-blue" \{/);
  expect(output).toContain('step "shift-to-25" {');
  expect(output).not.toContain('step "shift-to-10" {');
  expect(notes).toMatch(/placeholders, such as ActionTemplates-promote/);
});

it('every option has its effect on the OCL', async () => {
  const { output, notes } = await run(
    ...['--format', 'ocl', '--no-test-rule', '--no-watch', '--own-template', '--responsible-teams', 'a-team, global/b'],
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
  expect(output).not.toMatch(/watch/i);
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
      ...['runbooks', 'runbooks/guard-canary.ocl', 'runbooks/roll-back-canary.ocl', 'variables.ocl'],
    ],
  ],
  ['terraform', ['main.tf']],
  ['json', ['guard-canary.json', 'process.json', 'roll-back-canary.json']],
  [
    'platform-hub',
    [
      ...['policies', 'policies/canary_approvals_required.ocl', 'process-templates'],
      ...['guard', 'roll-back'].map((name) => `process-templates/aws-ecs-canary-${name}.ocl`),
      'process-templates/aws-ecs-canary.ocl',
    ],
  ],
])('a directory gets every file of %s', async (format, files) => {
  const output = join(directory, 'new/folder');
  const { notes } = await run('--format', format, '--output', output);
  expect(readdirSync(output, { recursive: true }).map(String).sort()).toEqual(files);
  for (const file of files.filter((name) => name.includes('.'))) expect(notes).toContain(`Wrote ${join(output, file)}`);
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
  expect(notes).toContain(`Kept ${join(directory, 'variables.ocl')}, which already exists. Add to it:`);
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
  expect(notes).toContain(`Kept ${file}, which already has everything that the process needs.`);
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
  const given = ['--format', 'ocl', '--template-ids', 'promote=ActionTemplates-1,shift-traffic=ActionTemplates-2'];
  expect(problemsOf(given)).toContain(
    '--template-ids: missing prepare-blue, deploy-stack, add-test-rule, watch, rollback.',
  );
  expect(problemsOf([...given, '--own-template'])).toContain(
    '--template-ids: missing prepare-blue, deploy-own-template, add-test-rule, watch, rollback.',
  );
});

it('every problem is reported at once', () => {
  expect(() => readProcessCommand([], ignore)).toThrow(
    '--format is required: ocl (config as code), terraform, json (REST API) or platform-hub (process templates and a policy).',
  );
  const wrong = ['--format', 'yaml', '--weights', '50,10', '--responsible-teams', 'a,,b'];
  const more = [
    '--container-image',
    'x',
    '--project-id',
    'p',
    '--template-ids',
    'promote=ActionTemplates-1,promote=ActionTemplates-2,nothing=ActionTemplates-3,rollback=A-4,x',
  ];
  expect(problemsOf([...wrong, ...more, 'extra'])).toEqual([
    'Unexpected argument: extra',
    '--format must be one of ocl, terraform, json, platform-hub, not "yaml".',
    '--weights must be ascending percentages above 0 and below 100, such as 10,50, not "50,10".',
    '--responsible-teams must be names separated by commas, not "a,,b".',
    '--project-id must be the id of a project, such as Projects-1, not "p".',
    '--template-ids: promote is given twice.',
    '--template-ids: there is no step nothing.',
    '--template-ids: "A-4" is not the id of a step template, such as ActionTemplates-12.',
    '--template-ids: "x" does not have the form STEP=ID@VERSION.',
    '--container-image needs --container-feed, the feed to pull the image from.',
    'See octopus-ecs-canary process --help.',
  ]);
});

it('template ids of steps that the process leaves out are not missing', () => {
  const withoutTestRule = ids.replace(/add-test-rule=[^,]+,/, '');
  expect(problemsOf(['--format', 'ocl', '--template-ids', withoutTestRule])).toContain(
    '--template-ids: missing add-test-rule.',
  );
  expect(problemsOf(['--format', 'ocl', '--no-test-rule', '--template-ids', withoutTestRule])).toEqual([]);
  const withoutWatch = ids.replace(/watch=[^,]+,/, '');
  expect(problemsOf(['--format', 'ocl', '--template-ids', withoutWatch])).toContain('--template-ids: missing watch.');
  expect(problemsOf(['--format', 'ocl', '--no-watch', '--template-ids', withoutWatch])).toEqual([]);
});

it('template ids that the format does not use are not missing either', () => {
  expect(problemsOf(['--format', 'terraform', '--template-ids', 'promote=ActionTemplates-1'])).toEqual([
    '--template-ids can only be used with --format ocl or json.',
    'See octopus-ecs-canary process --help.',
  ]);
});

it.each(['terraform', 'json'])('slugs and names are refused where %s wants ids, each with an example', (format) => {
  const slugs = ['--worker-pool', 'hosted-ubuntu', '--container-feed', 'Docker Hub'];
  expect(problemsOf(['--format', format, ...slugs, '--responsible-teams', 'Teams-1,global/everyone'])).toEqual([
    `--worker-pool must be an id, such as WorkerPools-1, for --format ${format}, not "hosted-ubuntu".`,
    `--container-feed must be an id, such as Feeds-1, for --format ${format}, not "Docker Hub".`,
    `--responsible-teams must be an id, such as Teams-1, for --format ${format}, not "global/everyone".`,
    'See octopus-ecs-canary process --help.',
  ]);
});

it('ids and names in OCL are written, with a warning for each', async () => {
  const { output, notes } = await run(
    ...['--format', 'ocl', '--worker-pool', 'WorkerPools-1', '--container-feed', 'Docker Hub'],
    ...['--responsible-teams', 'Teams-1,global/everyone', '--template-ids', ids],
  );
  expect(output).toContain('worker_pool = "WorkerPools-1"');
  expect(notes.split('\n')).toEqual([
    '--worker-pool should be a slug, such as hosted-ubuntu, for --format ocl, not "WorkerPools-1".',
    '--container-feed should be a slug, such as docker-hub, for --format ocl, not "Docker Hub".',
    '--responsible-teams should be a slug, such as release-managers, for --format ocl, not "Teams-1".',
  ]);
});

it.each([
  ['ocl', 'hosted-ubuntu', 'docker-hub', 'release-managers,global/octopus-administrators'],
  ['ocl', '#{Canary.Pool}', '#{Canary.Feed}', '#{Canary.Teams}'],
  ['json', 'WorkerPools-1', 'Feeds-1001', 'Teams-12,teams-managers'],
  ['json', '#{Canary.Pool}', '#{Canary.Feed}', '#{Canary.Teams}'],
  ['terraform', 'workerpools-1', 'feeds-builtin', 'teams-everyone'],
])('%s takes %s, %s and %s as they are', async (format, pool, feed, teams) => {
  const references = format === 'terraform' ? [] : ['--template-ids', ids];
  const { output, notes } = await run(
    ...['--format', format, '--worker-pool', pool, '--container-feed', feed, '--responsible-teams', teams],
    ...references,
  );
  for (const name of [pool, feed, ...teams.split(',')]) expect(output).toContain(name);
  expect(notes).toBe('');
});

it.each(['foo', '#{Project}', 'Projects-x'])('the project %s is not an id', (project) => {
  expect(problemsOf(['--format', 'terraform', '--project-id', project])).toContain(
    `--project-id must be the id of a project, such as Projects-1, not "${project}".`,
  );
});

it.each([
  ['json', 'p.tf', '.json'],
  ['terraform', 'x.txt', '.tf'],
  ['terraform', 'main.tf.json', '.tf'],
  ['ocl', 'steps.JSON', '.ocl'],
])('%s is not written to %s', (format, output, extension) => {
  expect(problemsOf(['--format', format, '--output', output])).toContain(
    `--output must end in ${extension} for --format ${format}, or be a directory, not "${output}". If a new directory has a dot in its name, end its path with a slash.`,
  );
});

it('a directory may have a dot in its name: at its beginning, before a slash, or if it is there', async () => {
  mkdirSync(join(directory, 'there.d'));
  for (const output of ['.octopus', 'new.d/', 'release-1.0', 'there.d']) {
    await run('--format', 'terraform', '--output', `${directory}/${output}`);
    expect(readdirSync(join(directory, output))).toEqual(['main.tf']);
  }
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
