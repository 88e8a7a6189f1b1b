import { expect, it } from 'vitest';
import type { Process, Step, VariableSet } from '../../../src/rehearsal/octopus-server/state.ts';
import { type InstallScene, processPath, projectArguments, script, setInstallScene } from './install-scene.ts';

const withoutWatches = [...projectArguments, '--no-watch'];
const instructions = 'Octopus.Action.Manual.Instructions';

it('a project that was installed without watches gets each after its shift, and its approvals show them', async () => {
  const { install, call, writes } = await setInstallScene();
  await install(withoutWatches);
  expect((await read({ call })).map(({ Name }) => Name).filter((name) => name.startsWith('Watch'))).toEqual([]);
  writes();
  const planned = await install([...projectArguments, '--dry-run']);
  for (const line of [
    'adds the step Watch at 10%',
    'adds the step Watch at 50%',
    'Approve 50%: updates its Instructions',
  ])
    expect(planned.said).toContain(line);
  expect(planned.said).toContain('adds Canary.WatchMinutes = 5');
  expect(planned.said).toContain('adds Canary.WhenWorse = Ask');
  expect(writes()).toEqual([]);
  expect((await install(projectArguments)).code).toBe(0);
  const upgraded = await read({ call });
  expect(upgraded.map(({ Name }) => Name)).toEqual([
    ...['Prepare Blue', 'Deploy Stack', 'Add Test Rule', 'Approve 10%', 'Shift to 10%', 'Watch at 10%'],
    ...['Approve 50%', 'Shift to 50%', 'Watch at 50%', 'Approve Promotion', 'Promote', 'Rollback'],
  ]);
  const fresh = await setInstallScene();
  await fresh.install(projectArguments);
  expect(upgraded.map(withoutIds)).toEqual((await read(fresh)).map(withoutIds));
  expect((await install(projectArguments)).said).toContain('nothing was changed');
});

it('a watch that is added runs where its shift runs, on the same stack and under the same condition', async () => {
  const { install, call } = await setInstallScene();
  await install(withoutWatches);
  await edit({ call }, (steps) => {
    const shift = actionOf(steps, 'Shift to 10%');
    Object.assign(shift, {
      WorkerPoolId: 'WorkerPools-1',
      Container: { FeedId: 'Feeds-1', Image: 'mine:1' },
      Environments: ['Environments-1'],
    });
    Object.assign(shift.Properties, {
      'EcsCanary.StackName': '#{Shop.Stack}',
      'EcsCanary.AWS.UseInstanceRole': 'True',
      'EcsCanary.Parts': 'Service=Shop',
      'EcsCanary.MaxIncrease': '20',
      'EcsCanary.AWS.AssumeRoleExternalId': { HasValue: true, NewValue: null },
      'Octopus.Action.AutoRetry.MaximumCount': '3',
    });
    Object.assign(stepOf(steps, 'Shift to 10%').Properties as object, {
      'Octopus.Step.ConditionVariableExpression': '#{Mine}',
    });
  });
  const { said } = await install(projectArguments);
  expect(said).toContain('adds the step Watch at 10%, set up like Shift to 10%');
  expect(said).toMatch(/adds the step Watch at 50%$/m);
  const steps = await read({ call });
  const watch = actionOf(steps, 'Watch at 10%');
  expect(watch).toMatchObject({
    WorkerPoolId: 'WorkerPools-1',
    Container: { FeedId: 'Feeds-1', Image: 'mine:1' },
    Environments: ['Environments-1'],
    Properties: {
      'EcsCanary.StackName': '#{Shop.Stack}',
      'EcsCanary.AWS.UseInstanceRole': 'True',
      'EcsCanary.Parts': 'Service=Shop',
      'EcsCanary.WatchMinutes': '#{if Canary.WatchMinutes != ""}#{Canary.WatchMinutes}#{/if}',
      'EcsCanary.NextPercent': '50',
    },
  });
  for (const name of ['EcsCanary.MaxIncrease', 'EcsCanary.GreenPercent', 'EcsCanary.AWS.AssumeRoleExternalId'])
    expect(watch.Properties).not.toHaveProperty([name]);
  expect(stepOf(steps, 'Watch at 10%')).toMatchObject({
    Condition: 'Variable',
    Properties: { 'Octopus.Step.ConditionVariableExpression': '#{Mine}' },
  });
  expect(actionOf(steps, 'Watch at 50%').Properties['EcsCanary.StackName']).toBe('#{Canary.StackName}');
  expect((await install(projectArguments)).said).toContain('nothing was changed');
});

it('a step of somebody else that ran beside a shift used to run beside the watch that was added', async () => {
  const { install, call } = await setInstallScene();
  await install(withoutWatches);
  await edit({ call }, (steps) => {
    const shift = steps.indexOf(stepOf(steps, 'Shift to 10%'));
    const own = {
      ...structuredClone(stepOf(steps, 'Approve 10%')),
      Name: 'Tell the chat',
      StartTrigger: 'StartWithPrevious',
    };
    steps.splice(shift + 1, 0, {
      ...own,
      Id: 'own',
      Actions: own.Actions.map((action) => ({ ...action, Id: 'own', Name: own.Name })),
    });
  });
  await install(projectArguments);
  const names = (await read({ call })).map(({ Name }) => Name);
  expect(names.slice(names.indexOf('Shift to 10%'))).toEqual([
    ...['Shift to 10%', 'Tell the chat', 'Watch at 10%', 'Approve 50%', 'Shift to 50%', 'Watch at 50%'],
    ...['Approve Promotion', 'Promote', 'Rollback'],
  ]);
});

it('a rollback that is added again is not limited to the environments of the step before it', async () => {
  const { install, call } = await setInstallScene();
  await install(projectArguments);
  await edit({ call }, (steps) => {
    actionOf(steps, 'Promote')['Environments'] = ['Environments-1'];
    steps.splice(steps.indexOf(stepOf(steps, 'Rollback')), 1);
  });
  expect((await install(projectArguments)).said).toContain('adds the step Rollback');
  const steps = await read({ call });
  expect(stepOf(steps, 'Rollback').Condition).toBe('Failure');
  expect(actionOf(steps, 'Rollback')['Environments']).toEqual([]);
});

it('instructions that somebody edited stay, and the plan says what to add to them', async () => {
  const { install, call } = await setInstallScene();
  await install(withoutWatches);
  const mine = 'Please decide. #{Octopus.Action[Shift to 10%].Output.Summary}';
  await edit({ call }, (steps) => {
    actionOf(steps, 'Approve 50%').Properties[instructions] = mine;
    steps.splice(steps.indexOf(stepOf(steps, 'Approve 50%')), 0, script('Smoke test') as Step);
  });
  const { code, said } = await install(projectArguments);
  expect(code).toBe(0);
  expect(said).toContain('Approve 50% keeps its own Instructions.');
  expect(said).toContain(
    'Add #{Octopus.Action[Watch at 10%].Output.Summary} to the instructions of Approve 50%, so that approvers see it there.',
  );
  const steps = await read({ call });
  expect(actionOf(steps, 'Approve 50%').Properties[instructions]).toBe(mine);
  expect(actionOf(steps, 'Approve Promotion').Properties[instructions]).toContain(
    '[Watch at 50%].Output.Summary}#{else}',
  );
  const names = steps.map(({ Name }) => Name);
  expect(names.slice(4, 8)).toEqual(['Shift to 10%', 'Watch at 10%', 'Smoke test', 'Approve 50%']);
  await edit({ call }, (now) => {
    actionOf(now, 'Approve 50%').Properties[instructions] = `${mine} #{Octopus.Action[Watch at 10%].Output.Summary}`;
  });
  expect((await install(projectArguments)).said).not.toContain('so that approvers see it there');
});

it('--no-watch deletes no watch; once they are gone, it corrects the instructions that nobody edited', async () => {
  const { install, call, writes } = await setInstallScene();
  await install(projectArguments);
  writes();
  const refused = await install(withoutWatches);
  expect(refused.said).toContain(
    "The step Watch at 10% is made from a canary template, but is not one of this canary's steps.",
  );
  expect(refused.said).toContain('pass the options that they were made with (--weights, --no-watch and so on)');
  expect(writes()).toEqual([]);
  await edit({ call }, (steps) => {
    for (const name of ['Watch at 10%', 'Watch at 50%']) steps.splice(steps.indexOf(stepOf(steps, name)), 1);
  });
  expect((await install(withoutWatches)).said).toContain('Approve Promotion: updates its Instructions');
  expect(JSON.stringify(await read({ call }))).not.toContain('Watch at');
});

it('an emptied parameter of the runbook stays empty', async () => {
  const { install, call } = await setInstallScene();
  await install(projectArguments);
  const path = 'Spaces-1/projects/Projects-1/runbookProcesses/RunbookProcess-Runbooks-1';
  const process = await call<Process>('GET', path);
  for (const { Actions } of process.Steps)
    for (const { Properties } of Actions) Properties['EcsCanary.TimeoutMinutes'] = '';
  await call('PUT', path, process);
  expect((await install(projectArguments)).said).toContain('nothing was changed');
});

it('values for the watches can be given, but not together with --no-watch', async () => {
  const { install, call } = await setInstallScene();
  const given = ['--variable', 'Canary.WatchMinutes=15', '--variable', 'Canary.WhenWorse=Fail'];
  await expect(install([...withoutWatches, ...given, '--variable', 'Canary.Nothing=1'])).rejects.toThrow(
    /^--variable Canary\.WatchMinutes belongs to the Watch steps, which --no-watch leaves out\.\n--variable Canary\.WhenWorse belongs to .*\n--variable Canary\.Nothing is unknown\. Known variables: (?!.*Canary\.WatchMinutes)/,
  );
  await expect(install(['--no-watch'])).rejects.toThrow('--no-watch needs --project.');
  expect((await install([...projectArguments, ...given])).code).toBe(0);
  const { Variables } = await call<VariableSet>('GET', 'Spaces-1/variables/variableset-Projects-1');
  const values = Object.fromEntries(Variables.map(({ Name, Value }) => [Name, Value]));
  expect(values).toMatchObject({ 'Canary.WatchMinutes': '15', 'Canary.WhenWorse': 'Fail', 'Canary.Alarms': '' });
});

type Caller = Pick<InstallScene, 'call'>;

async function read({ call }: Caller): Promise<Step[]> {
  return [...(await call<Process>('GET', processPath)).Steps];
}

async function edit({ call }: Caller, change: (steps: Step[]) => void): Promise<void> {
  const process = await call<Process>('GET', processPath);
  const steps = [...process.Steps];
  change(steps);
  await call('PUT', processPath, { ...process, Steps: steps });
}

function stepOf(steps: readonly Step[], name: string): Step {
  const step = steps.find(({ Name }) => Name === name);
  if (step === undefined) throw new Error(`${name} is missing`);
  return step;
}

function actionOf(steps: readonly Step[], name: string): Step['Actions'][number] {
  const [action] = stepOf(steps, name).Actions;
  if (action === undefined) throw new Error(`${name} has no action`);
  return action;
}

function withoutIds(step: Step): object {
  return { ...step, Id: '', Actions: step.Actions.map((action) => ({ ...action, Id: '' })) };
}
