import { expect, it } from 'vitest';
import type { Process, VariableSet } from '../../../src/rehearsal/octopus-server/state.ts';
import { setInstallScene, templatesOfVersion } from './install-scene.ts';

const names = [
  'Prepare Blue',
  'Deploy Stack',
  'Deploy Own Template',
  'Add Test Rule',
  'Shift Traffic',
  'Watch Canary',
  'Promote',
  'Rollback',
];
const project = ['--project', 'Shop', '--weights', '10,50'];

it('puts the eight templates into an empty space, as version 0, and finds nothing to do after that', async () => {
  const { install, call, writes } = await setInstallScene();
  const first = await install();
  expect(first.said).toContain('8 changes made in the space Default');
  expect(first.code).toBe(0);
  const templates = await call<{ Name: string; Version: number }[]>('GET', 'Spaces-1/actiontemplates/all');
  expect(templates.map(({ Name, Version }) => [Name, Version]).sort()).toEqual(
    names.map((name) => [`AWS ECS Canary - ${name}`, 0]).sort(),
  );
  expect(writes()).toHaveLength(8);
  expect(await install()).toMatchObject({ code: 0, said: expect.stringContaining('nothing was changed') });
  expect(writes()).toEqual([]);
});

it('makes a whole project, and finds nothing to do after that', async () => {
  const { install, call, writes } = await setInstallScene({ pageSize: 2 });
  const placed = ['--worker-pool', 'Default Worker Pool', '--container-image', 'octopusdeploy/worker-tools:6'];
  const chosen = [
    '--account',
    'AWS rehearsal',
    '--variable',
    'Canary.StackName=shop',
    '--responsible-teams',
    'Release managers',
  ];
  const { code, said } = await install([...project, ...placed, ...chosen]);
  expect(said).toContain(
    'Set these project variables: Canary.AWS.Region, Canary.Image, Canary.Cluster, Canary.VpcId, Canary.Subnets, Canary.LoadBalancerArn, Canary.SecurityGroups.',
  );
  expect(code).toBe(0);
  const process = await call<Process>('GET', 'Spaces-1/projects/Projects-1/deploymentprocesses');
  expect(process.Steps.map(({ Name }) => Name)).toEqual([
    ...['Prepare Blue', 'Deploy Stack', 'Add Test Rule', 'Approve 10%', 'Shift to 10%', 'Watch at 10%'],
    ...['Approve 50%', 'Shift to 50%', 'Watch at 50%', 'Approve Promotion', 'Promote', 'Rollback'],
  ]);
  const actions = process.Steps.flatMap(({ Actions }) => Actions);
  const shift = actions.find(({ Name }) => Name === 'Shift to 10%');
  expect(shift).toMatchObject({
    ActionType: 'Octopus.AwsRunScript',
    WorkerPoolId: 'WorkerPools-1',
    Container: { FeedId: 'Feeds-1', Image: 'octopusdeploy/worker-tools:6' },
    Properties: { 'EcsCanary.GreenPercent': '10', 'Octopus.Action.Template.Version': '0' },
  });
  const gates = actions.filter(({ ActionType }) => ActionType === 'Octopus.Manual');
  expect(gates.map(({ Properties }) => Properties['Octopus.Action.Manual.ResponsibleTeamIds'])).toEqual(
    Array(3).fill('Teams-1'),
  );
  const { Variables } = await call<VariableSet>('GET', 'Spaces-1/variables/variableset-Projects-1');
  const values = Object.fromEntries(Variables.map(({ Name, Value }) => [Name, Value]));
  expect(values).toMatchObject({ 'Canary.StackName': 'shop', 'Canary.AWS.Account': 'Accounts-1' });
  const runbook = await call<Process>('GET', 'Spaces-1/projects/Projects-1/runbookProcesses/RunbookProcess-Runbooks-1');
  expect(runbook.Steps.map(({ Name }) => Name)).toEqual(['Rollback']);
  writes();
  expect((await install([...project, ...placed, ...chosen])).said).toContain('nothing was changed');
  expect((await install(project)).said).toContain('nothing was changed');
  expect(writes()).toEqual([]);
});

it('an upgrade moves templates and steps to the new version and loses nothing that was edited', async () => {
  const { install, call, writes } = await setInstallScene();
  await install(project);
  const process = await call<Process>('GET', 'Spaces-1/projects/Projects-1/deploymentprocesses');
  const [prepare, ...others] = process.Steps;
  const shift = others.find(({ Name }) => Name === 'Shift to 50%');
  const gate = others.find(({ Name }) => Name === 'Approve 50%');
  if (!prepare || !shift?.Actions[0] || !gate?.Actions[0]) throw new Error('steps are missing');
  shift.Actions[0].Properties['EcsCanary.TimeoutMinutes'] = '90';
  shift.Actions[0]['Environments'] = ['Environments-1'];
  shift.Actions[0].Properties['Octopus.Action.AutoRetry.MaximumCount'] = '3';
  gate.Actions[0].Properties['Octopus.Action.Manual.Instructions'] = 'Bitte entscheiden.';
  const own = { ...structuredClone(gate), Id: '', Name: 'Tell the others', Slug: '' };
  own.Actions = own.Actions.map((action) => ({ ...action, Id: '', Name: 'Tell the others', Slug: '' }));
  const edited = { ...process, Steps: [prepare, own, ...others] };
  await call('PUT', 'Spaces-1/projects/Projects-1/deploymentprocesses', edited);
  const set = await call<VariableSet>('GET', 'Spaces-1/variables/variableset-Projects-1');
  const stackName = set.Variables.find(({ Name }) => Name === 'Canary.StackName');
  if (stackName) stackName['Value'] = 'shop';
  set.Variables.push({ Id: '', Name: 'Mine', Value: 'kept', Type: 'String' });
  await call('PUT', `Spaces-1/variables/${set.Id}`, set);
  const before = await call<Process>('GET', 'Spaces-1/projects/Projects-1/deploymentprocesses');
  const variables = await call<VariableSet>('GET', 'Spaces-1/variables/variableset-Projects-1');
  writes();

  const added = {
    Name: 'EcsCanary.New',
    DefaultValue: 'x',
    DisplaySettings: { 'Octopus.ControlType': 'SingleLineText' },
  };
  const upgrade = templatesOfVersion('9.9.9', ({ Parameters }) => Parameters.push(added));
  const { code, said } = await install([...project, '--update-usages'], { templates: upgrade });
  expect(said).toContain('-> 9.9.9 of octopus-ecs-canary');
  expect(said).toContain('adds the parameter EcsCanary.New');
  expect(said).toContain('Approve 50% keeps its own Instructions');
  expect(said).toContain('Shift to 50% keeps its own EcsCanary.TimeoutMinutes');
  expect(code).toBe(0);

  const after = await call<Process>('GET', 'Spaces-1/projects/Projects-1/deploymentprocesses');
  expect(after.Steps.map(withoutTemplate)).toEqual(before.Steps.map(withoutTemplate));
  const versions = after.Steps.flatMap(
    ({ Actions }) => Actions[0]?.Properties['Octopus.Action.Template.Version'] ?? [],
  );
  expect(new Set(versions)).toEqual(new Set(['1']));
  expect(await call('GET', 'Spaces-1/variables/variableset-Projects-1')).toEqual(variables);
  const history = await call<{ Parameters: { Name: string }[] }>(
    'GET',
    'Spaces-1/actiontemplates/ActionTemplates-1/versions/0',
  );
  expect(history.Parameters.map(({ Name }) => Name)).not.toContain('EcsCanary.New');
  expect(writes().filter((line) => !line.includes('/actiontemplates/'))).toHaveLength(3);
  expect((await install(project, { templates: upgrade })).said).toContain('nothing was changed');
});

function withoutTemplate(step: Process['Steps'][number]): object {
  const actions = step.Actions.map((action) => {
    const {
      ['Octopus.Action.Template.Version']: _,
      ['Octopus.Action.Script.ScriptBody']: __,
      ...Properties
    } = action.Properties;
    return { ...action, Properties };
  });
  return { ...step, Actions: actions };
}

it('moves the steps of all projects with --update-usages, and explains each that Octopus leaves', async () => {
  const { install, call, server } = await setInstallScene();
  await install(project);
  const upgrade = templatesOfVersion('9.9.9', ({ Name, Parameters }) => {
    const control = Name.endsWith('Promote') ? Parameters[0]?.DisplaySettings : undefined;
    if (control) control['Octopus.ControlType'] = 'MultiLineText';
    if (Name.endsWith('Deploy Stack')) {
      Parameters.push({
        Name: 'EcsCanary.New',
        DefaultValue: '',
        DisplaySettings: { 'Octopus.ControlType': 'SingleLineText' },
      });
    }
  });
  server.outcomes.set('Add Test Rule', 'RemovedPackageInUse');
  const { code, said } = await install(['--update-usages'], { templates: upgrade });
  expect(code).toBe(1);
  expect(said).toContain('"Shift to 50%" in Shop: moved.');
  expect(said).toContain('"Rollback" in Shop, runbook Roll Back Canary: moved.');
  expect(said).toMatch(/"Promote" in Shop: not moved, because it needs a manual merge \(EcsCanary\./);
  expect(said).toMatch(
    /"Deploy Stack" in Shop: not moved, because new parameters have no default value \(EcsCanary.New\)/,
  );
  expect(said).toMatch(/"Add Test Rule" in Shop: not moved, because the new version removes a package/);
  const process = await call<Process>('GET', 'Spaces-1/projects/Projects-1/deploymentprocesses');
  const versions = process.Steps.map(({ Name, Actions }) => [
    Name,
    Actions[0]?.Properties['Octopus.Action.Template.Version'],
  ]);
  expect(Object.fromEntries(versions)).toMatchObject({ 'Prepare Blue': '1', Promote: '0', 'Deploy Stack': '0' });
});

it('a dry run and a no change nothing; without anybody to ask it takes --yes', async () => {
  const { install, writes } = await setInstallScene();
  const dry = await install(['--dry-run', ...project]);
  expect(dry).toMatchObject({ code: 0, said: expect.stringContaining('This was a dry run') });
  expect(dry.said).toContain('+ create    step template AWS ECS Canary - Promote');
  expect(dry.said).toContain('adds the step Shift to 50%');
  expect(await install([], { answer: false })).toMatchObject({
    code: 1,
    said: expect.stringContaining('Nothing was changed.'),
  });
  expect(writes()).toEqual([]);
  expect((await install([], { answer: true })).code).toBe(0);
  expect(writes()).toHaveLength(8);
});

it('--reset-steps gives edited steps back what they were made with', async () => {
  const { install, call } = await setInstallScene();
  await install(project);
  const fresh = await call<Process>('GET', 'Spaces-1/projects/Projects-1/deploymentprocesses');
  const edited = structuredClone(fresh);
  const [prepare] = edited.Steps;
  if (!prepare?.Actions[0]) throw new Error('no step');
  prepare['Condition'] = 'Always';
  prepare.Actions[0].Properties['EcsCanary.StackName'] = 'other';
  await call('PUT', 'Spaces-1/projects/Projects-1/deploymentprocesses', edited);
  const kept = await install(project);
  expect(kept.said).toContain('Prepare Blue keeps its own run condition, EcsCanary.StackName.');
  const reset = await install([...project, '--reset-steps']);
  expect(reset.said).toContain('Prepare Blue: resets its run condition');
  const after = await call<Process>('GET', 'Spaces-1/projects/Projects-1/deploymentprocesses');
  expect(after.Steps).toEqual(fresh.Steps);
});
