import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import type { Process, Resource, VariableSet } from '../../../src/rehearsal/octopus-server/state.ts';
import {
  completeArguments,
  type InstallScene,
  processPath,
  projectArguments,
  setInstallScene,
} from './install-scene.ts';

const guardPath = 'Spaces-1/projects/Projects-1/runbookProcesses/RunbookProcess-Runbooks-2';
const variablesPath = 'Spaces-1/variables/variableset-Projects-1';
const instructions = 'Octopus.Action.Manual.Instructions';
const triggersPath = 'Spaces-1/projects/Projects-1/triggers';

it('a project of 0.3.0 gets the runbook, published, and its trigger', async () => {
  const { install, call, writes, server } = await setInstallScene();
  await install([...completeArguments, '--no-watch']);
  expect(server.spaces[0]?.runbooks.map(({ Name }) => Name)).toEqual(['Roll Back Canary']);
  writes();
  const planned = await install([...completeArguments, '--dry-run']);
  expect(planned.said).toMatch(/\+ create +runbook Guard Canary\n/);
  expect(planned.said).toMatch(/\+ create +published snapshot of the runbook Guard Canary\n/);
  expect(planned.said).toMatch(
    /\+ create +scheduled trigger Guard Canary\n +runs the runbook every five minutes \(0 \*\/5 \* \* \* \*\) in Rehearsal\n/,
  );
  expect(writes()).toEqual([]);
  expect((await install(completeArguments)).code).toBe(0);
  expect(server.spaces[0]?.runbooks[1]).toMatchObject({ DefaultGuidedFailureMode: 'Off' });
  const { Steps } = await call<Process>('GET', guardPath);
  expect(Steps.map(({ Name }) => Name)).toEqual(['Guard']);
  expect(Steps[0]?.Actions[0]?.Properties).toMatchObject({
    'EcsCanary.WhenWorse': 'Retreat',
    'EcsCanary.WatchMinutes': '0',
    'EcsCanary.StackName': '#{Canary.StackName}',
  });
  expect(await triggers({ call })).toEqual([
    expect.objectContaining({
      Name: 'Guard Canary',
      IsDisabled: false,
      Filter: { FilterType: 'CronExpressionSchedule', CronExpression: '0 */5 * * * *', Timezone: 'UTC' },
      Action: expect.objectContaining({
        ActionType: 'RunRunbook',
        RunbookId: 'Runbooks-2',
        EnvironmentIds: ['Environments-1'],
      }),
    }),
  ]);
  for (const runbook of server.spaces[0]?.runbooks ?? [])
    expect(runbook['PublishedRunbookSnapshotId'], runbook.Name).toMatch(/^RunbookSnapshots-/);
  writes();
  expect((await install(completeArguments)).said).toContain('nothing was changed');
  expect(writes()).toEqual([]);
});

it('instructions that nobody edited since 0.3.0 are replaced, even without watches', async () => {
  const former: Record<string, string> = JSON.parse(
    readFileSync(join(projectDirectory, 'test/fixtures/instructions-0.3.0.json'), 'utf8'),
  );
  for (const options of [[], ['--no-watch']]) {
    const { install, call } = await setInstallScene();
    await install([...completeArguments, '--no-watch']);
    const process = await call<Process>('GET', processPath);
    const gates = process.Steps.filter(({ Name }) => former[Name] !== undefined);
    expect(gates).toHaveLength(3);
    for (const { Name, Actions } of gates)
      Object.assign(Actions[0]?.Properties ?? {}, { [instructions]: former[Name] });
    await call('PUT', processPath, process);
    const { said } = await install([...completeArguments, ...options]);
    for (const { Name } of gates) expect(said).toContain(`${Name}: updates its Instructions`);
    expect(said).not.toContain('keeps its own');
    for (const { Name, Actions } of (await call<Process>('GET', processPath)).Steps)
      if (former[Name] !== undefined) expect(Actions[0]?.Properties[instructions]).toContain('**Your decision**');
  }
});

it('with --no-guard, later too, the approvals that nobody edited speak of no Guard', async () => {
  const { install, call } = await setInstallScene();
  await install(completeArguments);
  expect(JSON.stringify(await call<Process>('GET', processPath))).toContain('Guard');
  expect((await install([...completeArguments, '--no-guard'])).said).toContain('Approve 50%: updates its Instructions');
  expect(JSON.stringify(await call<Process>('GET', processPath))).not.toContain('Guard');
});

it.each([['--no-guard'], ['--no-watch']])('%s leaves out the runbook and its trigger', async (option) => {
  const { install, call, server } = await setInstallScene();
  expect((await install([...completeArguments, option])).code).toBe(0);
  expect(server.spaces[0]?.runbooks.map(({ Name }) => Name)).toEqual(['Roll Back Canary']);
  expect(await triggers({ call })).toEqual([]);
});

it('what nobody chose is left to do, again and again, until somebody chooses it', async () => {
  const { install } = await setInstallScene();
  const place = 'Choose a worker pool and a container image for each step';
  const teams = 'Anyone who may deploy can approve now. Name the teams in each approval, or pass --responsible-teams.';
  for (const _ of ['first', 'second']) {
    const { said } = await install(completeArguments);
    expect(said).toContain(place);
    expect(said).toContain(teams);
  }
  const chosen = ['--worker-pool', 'Default Worker Pool', '--responsible-teams', 'Release managers'];
  await install([...completeArguments, ...chosen]);
  const { said } = await install(completeArguments);
  expect(said).not.toContain(place);
  expect(said).not.toContain(teams);
});

it('a project of 0.3.0 is told what to do before the first deployment with watches', async () => {
  const scene = await setInstallScene();
  await scene.install(completeArguments);
  expect((await scene.install(completeArguments)).said).not.toContain('Before you deploy');
  const { install } = await setInstallScene();
  await install([...completeArguments, '--no-watch']);
  expect((await install(completeArguments)).said).toContain(
    'Before you deploy: if a canary is open, promote it or roll it back.',
  );
});

it.each([
  ['AllowedHours=lala', 'Canary.AllowedHours'],
  ['WhenWorse=maybe', 'Canary.WhenWorse'],
  ['RulePriority=x', 'Canary.RulePriority'],
])('a value that the steps would refuse used to be saved: %s', async (value, name) => {
  const { install, server } = await setInstallScene();
  const refused = install([...completeArguments, '--variable', `Canary.${value}`]);
  await expect(refused).rejects.toThrow(`--variable ${name}: `);
  expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

it('nothing is published, and nothing scheduled, before the variables have their values', async () => {
  const { install, call, server } = await setInstallScene();
  const first = await install(projectArguments);
  expect(first.said).toContain(
    'Publish the runbook Guard Canary once the variables have their values; this command does so if you run it again.',
  );
  expect(first.said).toContain('Then add a scheduled trigger for it, or run this command again, which does so.');
  expect(server.spaces[0]?.snapshots).toEqual([]);
  await setVariables({ call }, (variable) => {
    if (variable['Value'] === '') variable['Value'] = 'x';
  });
  const second = await install(projectArguments);
  expect(second.said).not.toContain('Publish the runbook');
  expect(server.spaces[0]?.snapshots).toHaveLength(2);
  expect(await triggers({ call })).toHaveLength(1);
});

it('a runbook is published again when a variable has changed, because a snapshot keeps the old value', async () => {
  const { install, call, server } = await setInstallScene();
  await install(completeArguments);
  await setVariables({ call }, (variable) => {
    if (variable.Name === 'Canary.StackName') variable['Value'] = 'other';
  });
  const { said } = await install(projectArguments);
  expect(said).toMatch(/~ update +published snapshot of the runbook Roll Back Canary\n/);
  expect(said).toMatch(/~ update +published snapshot of the runbook Guard Canary\n/);
  expect(server.spaces[0]?.snapshots).toHaveLength(4);
  expect((await install(projectArguments)).said).toContain('nothing was changed');
});

it('what somebody edited in a runbook and did not publish is not published', async () => {
  const { install, call, server } = await setInstallScene();
  await install(completeArguments);
  await edit({ call }, { 'EcsCanary.RetreatTo': 'LastGood' });
  await setVariables({ call }, (variable) => {
    if (variable.Name === 'Canary.StackName') variable['Value'] = 'other';
  });
  const { code, said } = await install(projectArguments);
  expect(code).toBe(0);
  expect(said).toContain(
    'Publish the runbook Guard Canary: its process has changed since it was published, so review it first.',
  );
  expect(server.spaces[0]?.snapshots).toHaveLength(3);
});

it('a runbook with packages is left for a person to publish', async () => {
  const { install, call, server } = await setInstallScene();
  await install(projectArguments);
  const process = await call<Process>('GET', guardPath);
  const action = { Name: 'Mine', ActionType: 'Octopus.Script', Properties: {}, Packages: [{ PackageId: 'mine' }] };
  const mine = { Name: 'Mine', Condition: 'Success', Properties: {}, Actions: [action] };
  await call('PUT', guardPath, { ...process, Steps: [...process.Steps, mine] });
  const { said } = await install(completeArguments);
  expect(said).toContain('Publish the runbook Guard Canary: it has packages whose versions you have to choose.');
  expect(server.spaces[0]?.snapshots.map(({ RunbookId }) => RunbookId)).toEqual(['Runbooks-1']);
});

it('a trigger that somebody changed or disabled stays as it is', async () => {
  const { install, call, writes } = await setInstallScene();
  await install(completeArguments);
  const [trigger] = await triggers({ call });
  const Filter = { FilterType: 'CronExpressionSchedule', CronExpression: '0 */2 * * * *', Timezone: 'UTC' };
  await call('PUT', `Spaces-1/projecttriggers/${trigger?.Id}`, { ...trigger, Name: 'Mine', IsDisabled: true, Filter });
  writes();
  const { said } = await install(completeArguments);
  expect(said).toMatch(/= unchanged +scheduled trigger Mine\n +! It is disabled\.\n/);
  expect(writes()).toEqual([]);
});

it('another trigger of the same name is not replaced', async () => {
  const { install, call } = await setInstallScene();
  await install([...completeArguments, '--no-guard']);
  await call('POST', 'Spaces-1/projecttriggers', {
    Name: 'guard canary',
    ProjectId: 'Projects-1',
    Filter: { FilterType: 'CronExpressionSchedule', CronExpression: '0 0 6 * * *', Timezone: 'UTC' },
    Action: { ActionType: 'RunRunbook', RunbookId: 'Runbooks-1', EnvironmentIds: ['Environments-1'] },
  });
  const { code, said } = await install(completeArguments);
  expect(code).toBe(0);
  expect(said).toContain(
    'Add a scheduled trigger for the runbook Guard Canary: the existing trigger with this name runs something else.',
  );
  expect(await triggers({ call })).toHaveLength(1);
});

it.each([
  ['of the lifecycle', [['Environments-2'], ['Environments-3']], undefined, ['Environments-2', 'Environments-3']],
  ['of the space, where a phase allows all', [['Environments-2'], []], undefined, allOf(1, 2, 3)],
  ['in which the stack has a name', [], ['Environments-3'], ['Environments-3']],
])('Guard runs in the environments %s', async (_, phases, scope, expected) => {
  const { install, call, server } = await setInstallScene();
  const plain = server.spaces[0]?.plain;
  for (const id of [2, 3]) plain?.environments.push({ Id: `Environments-${id}`, Name: `Stage ${id}` });
  Object.assign(plain?.lifecycles[0] ?? {}, {
    Phases: phases.map((ids) => ({
      AutomaticDeploymentTargets: ids.slice(1),
      OptionalDeploymentTargets: ids.slice(0, 1),
    })),
  });
  await install([...completeArguments, '--no-guard']);
  await setVariables({ call }, (variable) => {
    if (scope !== undefined && variable.Name === 'Canary.StackName') variable['Scope'] = { Environment: scope };
  });
  expect((await install(projectArguments)).code).toBe(0);
  expect(await triggers({ call })).toMatchObject([{ Action: { EnvironmentIds: expected } }]);
});

it('says so if there is no environment to run in', async () => {
  const { install, call, server } = await setInstallScene();
  server.spaces[0]?.plain.environments.splice(0);
  const { code, said } = await install(completeArguments);
  expect(code).toBe(0);
  expect(said).toContain(
    'Add a scheduled trigger for the runbook Guard Canary: Canary.StackName has no value in any environment.',
  );
  expect(await triggers({ call })).toEqual([]);
});

it('a snapshot that Octopus made but did not publish is no success', async () => {
  const { install } = await setInstallScene({ publishesSnapshots: false });
  const { code, said } = await install(completeArguments);
  expect(code).toBe(1);
  expect(said).toContain(
    '✗ Octopus created the snapshot Snapshot 1 of the runbook Roll Back Canary, but did not publish it.',
  );
  expect(said).toContain('Publish it in Octopus');
});

it('a user who may not see triggers is told which permission is missing before anything changes', async () => {
  const { install, writes } = await setInstallScene({ denied: ['TriggerView'] });
  await install([...completeArguments, '--no-guard']);
  writes();
  const { code, said } = await install(completeArguments);
  expect(code).toBe(1);
  expect(said).toContain('TriggerView');
  expect(writes()).toEqual([]);
});

type Caller = Pick<InstallScene, 'call'>;

async function triggers({ call }: Caller): Promise<Resource[]> {
  return (await call<{ Items: Resource[] }>('GET', triggersPath)).Items;
}

async function setVariables({ call }: Caller, change: (variable: Resource) => void): Promise<void> {
  const set = await call<VariableSet>('GET', variablesPath);
  for (const variable of set.Variables) change(variable);
  await call('PUT', variablesPath, set);
}

async function edit({ call }: Caller, properties: Readonly<Record<string, string>>): Promise<void> {
  const process = await call<Process>('GET', guardPath);
  Object.assign(process.Steps[0]?.Actions[0]?.Properties ?? {}, properties);
  await call('PUT', guardPath, process);
}

function allOf(...numbers: readonly number[]): string[] {
  return numbers.map((number) => `Environments-${number}`);
}
