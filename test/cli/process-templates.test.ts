import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { runProcess } from '../../src/cli/process.ts';

it('process templates carry the scripts of the step templates, and nothing more is left to do', async () => {
  const { output, notes } = await run('--weights', '25', '--no-guard');
  const template = readFileSync(`${projectDirectory}/step-templates/aws-ecs-canary-rollback.json`, 'utf8');
  const lines: string[] = JSON.parse(template).Properties['Octopus.Action.Script.ScriptBody'].trimEnd().split('\n');
  expect(output).toContain(lines.map((line) => (line === '' ? '' : `${' '.repeat(16)}${line}`)).join('\n'));
  expect(output).toContain('name = "Shift to 25%"');
  expect(notes).toBe('');
});

it('what each project sets for itself is refused, and so is what names step templates of a space', async () => {
  const given = ['--responsible-teams', 'a', '--worker-pool', 'b', '--container-feed', 'c', '--container-image', 'd'];
  const refused = (option: string, parameter: string) =>
    `${option} cannot be used with --format platform-hub: each project sets the template's parameter ${parameter}.`;
  await expect(run(...given, '--template-ids', 'promote=ActionTemplates-1')).rejects.toThrow(
    [
      refused('--responsible-teams', 'EcsCanary.ApprovalTeams'),
      refused('--worker-pool', 'EcsCanary.WorkerPool'),
      refused('--container-feed', 'EcsCanary.ContainerFeed'),
      refused('--container-image', 'EcsCanary.ContainerImage'),
      '--template-ids can only be used with --format ocl or json.',
      'See octopus-ecs-canary process --help.',
    ].join('\n'),
  );
});

async function run(...args: readonly string[]) {
  const output: string[] = [];
  const notes: string[] = [];
  await runProcess(
    ['--format', 'platform-hub', ...args],
    (line) => output.push(line),
    (line) => notes.push(line),
  );
  return { output: output.join('\n'), notes: notes.join('\n') };
}
