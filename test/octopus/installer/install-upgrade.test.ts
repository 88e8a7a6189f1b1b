import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import type { Process, Step, VariableSet } from '../../../src/rehearsal/octopus-server/state.ts';
import {
  completeArguments,
  type InstallScene,
  processPath,
  setInstallScene,
  templatesOfVersion,
} from './install-scene.ts';

type Properties = Readonly<Record<string, string>>;

/** What `install` of 0.3.0 made, by step; the instructions are a fixture of their own. */
interface FormerProject {
  readonly steps: Readonly<Record<string, Properties>>;
  readonly runbookSteps: Readonly<Record<string, Properties>>;
  readonly variables: Readonly<Record<string, string>>;
}

const former = readFixture<FormerProject>('project-0.3.0.json');
const runbookPath = 'Spaces-1/projects/Projects-1/runbookProcesses/RunbookProcess-Runbooks-1';
const variablesPath = 'Spaces-1/variables/variableset-Projects-1';

it('a project of 0.3.0 becomes what a new one is, and keeps the values of its variables', async () => {
  const scene = await setInstallScene();
  await installFormer(scene);
  const { code, said } = await scene.install(completeArguments);
  expect(code).toBe(0);
  expect(said).toContain('Deploy Stack: updates its EcsCanary.ContainerPort');
  expect(said).toContain('Rollback: updates its EcsCanary.TimeoutMinutes');
  expect(said).toContain('adds Canary.AllowedHours');
  expect(said).not.toContain('keeps its own');
  const fresh = await setInstallScene();
  await fresh.install(completeArguments);
  for (const path of [processPath, runbookPath])
    expect((await readSteps(scene, path)).map(withoutIds)).toEqual((await readSteps(fresh, path)).map(withoutIds));
  const values = await readValues(scene);
  expect(Object.keys(values).sort()).toEqual(Object.keys(await readValues(fresh)).sort());
  expect(values).toMatchObject({
    'Canary.ContainerPort': '4000',
    'Canary.Environment': 'APPVERSION=#{Octopus.Release.Number}',
  });
  expect((await scene.install(completeArguments)).said).toContain('nothing was changed');
});

it('a parameter that somebody edited since 0.3.0 stays', async () => {
  const scene = await setInstallScene();
  await installFormer(scene, (name) => (name === 'Deploy Stack' ? { 'EcsCanary.Cpu': '1024' } : {}));
  expect((await scene.install(completeArguments)).said).toContain('Deploy Stack keeps its own EcsCanary.Cpu.');
  const deploys = (await readSteps(scene, processPath)).find(({ Name }) => Name === 'Deploy Stack');
  expect(deploys?.Actions[0]?.Properties).toMatchObject({
    'EcsCanary.Cpu': '1024',
    'EcsCanary.Memory': '#{if Canary.Memory != ""}#{Canary.Memory}#{/if}',
  });
});

it('without a project it updates the templates alone, so that an open canary and the runbooks stay as they are', async () => {
  const { install, writes } = await setInstallScene();
  await install(completeArguments);
  writes();
  expect((await install([], { templates: templatesOfVersion('9.9.9') })).code).toBe(0);
  const made = writes();
  expect(made).toHaveLength(8);
  for (const line of made) expect(line).toMatch(/^PUT .*\/actiontemplates\/ActionTemplates-\d+$/);
});

/** Gives a project the steps and variables that 0.3.0 would have given it. @param edited what was changed by hand */
async function installFormer(
  { install, call }: InstallScene,
  edited: (step: string) => Properties = () => ({}),
): Promise<void> {
  await install([...completeArguments, '--no-watch']);
  const instructions = readFixture<Properties>('instructions-0.3.0.json');
  const edit = async (path: string, wanted: FormerProject['steps']): Promise<void> => {
    const process = await call<Process>('GET', path);
    for (const { Name, Actions } of process.Steps)
      for (const action of Actions) {
        const kept = Object.entries(action.Properties).filter(([name]) => !name.startsWith('EcsCanary.'));
        const text = instructions[Name];
        Object.assign(action, {
          Properties: {
            ...Object.fromEntries(kept),
            ...wanted[Name],
            ...(text && { 'Octopus.Action.Manual.Instructions': text }),
            ...edited(Name),
          },
        });
      }
    await call('PUT', path, process);
  };
  await edit(processPath, former.steps);
  await edit(runbookPath, former.runbookSteps);
  const set = await call<VariableSet>('GET', variablesPath);
  const given = new Map(set.Variables.map((variable) => [variable.Name, variable]));
  const Variables = Object.entries(former.variables).map(([name, value]) => ({
    ...given.get(name),
    Name: name,
    Value: value || given.get(name)?.['Value'],
  }));
  await call('PUT', variablesPath, { ...set, Variables });
}

async function readSteps({ call }: InstallScene, path: string): Promise<readonly Step[]> {
  return (await call<Process>('GET', path)).Steps;
}

async function readValues({ call }: InstallScene): Promise<Readonly<Record<string, unknown>>> {
  const { Variables } = await call<VariableSet>('GET', variablesPath);
  return Object.fromEntries(Variables.map(({ Name, ['Value']: value }) => [Name, value]));
}

function withoutIds(step: Step): object {
  return { ...step, Id: '', Actions: step.Actions.map((action) => ({ ...action, Id: '' })) };
}

function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(projectDirectory, 'test/fixtures', name), 'utf8')) as T;
}
