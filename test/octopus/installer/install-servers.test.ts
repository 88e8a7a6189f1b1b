import { expect, it } from 'vitest';
import type { ConflictAnswer } from '../../../src/rehearsal/octopus-server/refusal.ts';
import type { Process, Step, VariableSet } from '../../../src/rehearsal/octopus-server/state.ts';
import {
  type InstallScene,
  makeProject,
  processPath,
  projectArguments,
  script,
  setInstallScene,
  templatesOfVersion,
} from './install-scene.ts';

const settingsPath = 'Spaces-1/projects/Projects-1/deploymentsettings';

const conflicts = ([400, 409] as const).flatMap((status) =>
  (['another user', 'out of date'] as const).flatMap((wording) =>
    (['ErrorMessage', 'Errors'] as const).map((place): ConflictAnswer => ({ status, wording, place })),
  ),
);

it.each(conflicts)(
  'a conflict with what somebody else saved is recognised: $status, "$wording", in $place',
  async (conflict) => {
    const scene = await setInstallScene({ conflict });
    await makeProject(scene, [script('Build')]);
    scene.server.faults.plan(
      { kind: 'meanwhile', act: () => addStep(scene, 'Theirs') },
      ({ method, path }) => method === 'PUT' && path.endsWith('/deploymentprocesses'),
    );
    const run = await scene.install(projectArguments);
    expect(run.code).toBe(1);
    expect(run.said).toContain('Somebody else changed it. Run the same command again');
    expect(run.said).not.toContain('trying again');
    expect(await stepNames(scene)).toEqual(['Build', 'Theirs']);
  },
);

it.each([true, false])(
  'a new project lets deployments start without targets (server takes the policy at creation: %s)',
  async (takesPolicyOfNewProject) => {
    const { install, call, writes } = await setInstallScene({ takesPolicyOfNewProject });
    const run = await install(projectArguments);
    expect(run.said).toContain('allows deployments without deployment targets');
    expect(await call('GET', settingsPath)).toMatchObject({
      ConnectivityPolicy: { AllowDeploymentsToNoTargets: true, SkipMachineBehavior: 'None', TargetRoles: [] },
    });
    expect(writes().filter((line) => line.endsWith('/deploymentsettings'))).toHaveLength(
      takesPolicyOfNewProject ? 0 : 1,
    );
    expect((await install(projectArguments)).said).toContain('nothing was changed');
  },
);

it('an existing project gets it too, and its other settings stay', async () => {
  const scene = await setInstallScene();
  await makeProject(scene, [script('Build')], { ProjectConnectivityPolicy: { ExcludeUnhealthyTargets: true } });
  expect((await scene.install(projectArguments)).code).toBe(0);
  expect(await scene.call('GET', settingsPath)).toMatchObject({
    ConnectivityPolicy: { AllowDeploymentsToNoTargets: true, ExcludeUnhealthyTargets: true },
  });
});

it('a project whose other steps need targets keeps its settings', async () => {
  const scene = await setInstallScene();
  const onTargets = { ...script('Install'), Properties: { 'Octopus.Action.TargetRoles': 'web' } };
  await makeProject(scene, [onTargets]);
  const run = await scene.install(projectArguments);
  expect(run).toMatchObject({ code: 0, said: expect.stringContaining('other steps run on targets') });
  expect(await scene.call('GET', settingsPath)).toMatchObject({
    ConnectivityPolicy: { AllowDeploymentsToNoTargets: false },
  });
});

it('each runbook keeps its runs by the default of the space', async () => {
  const { install, call } = await setInstallScene();
  await install(projectArguments);
  const runbooks = await call<{ Items: object[] }>('GET', 'Spaces-1/projects/Projects-1/runbooks');
  const byDefault = { Strategy: 'Default', QuantityToKeep: 100, Unit: 'Items', ShouldKeepForever: false };
  expect(runbooks.Items).toMatchObject([{ RunRetentionPolicy: byDefault }, { RunRetentionPolicy: byDefault }]);
});

it('finds the teams of the whole server, which a space lists only when asked', async () => {
  const { install, call } = await setInstallScene();
  const run = await install([...projectArguments, '--responsible-teams', 'Octopus Administrators,Release managers']);
  expect(run.code).toBe(0);
  const { Steps } = await call<Process>('GET', processPath);
  const gate = Steps.find(({ Name }) => Name === 'Approve 10%')?.Actions[0];
  expect(gate?.Properties['Octopus.Action.Manual.ResponsibleTeamIds']).toBe('teams-administrators,Teams-1');
});

it('asks which of two teams of the same name may approve', async () => {
  const { install, server, writes } = await setInstallScene();
  server.spaces[0]?.plain.teams.push({ Id: 'teams-everyone', Name: 'Release Managers', SpaceId: null });
  const run = await install([...projectArguments, '--responsible-teams', 'Release managers']);
  expect(run.said).toContain('The space Default has 2 teams named "Release managers": Teams-1, teams-everyone.');
  expect(writes()).toEqual([]);
  expect((await install([...projectArguments, '--responsible-teams', 'teams-everyone'])).code).toBe(0);
});

it('--worker-pool takes the place of a worker pool variable', async () => {
  const { install, call } = await setInstallScene();
  await install(projectArguments);
  const process = await call<Process>('GET', processPath);
  for (const { Actions } of process.Steps) for (const action of Actions) action['WorkerPoolVariable'] = 'Pool';
  await call('PUT', processPath, process);
  expect((await install(projectArguments)).said).toContain('nothing was changed');
  const run = await install([...projectArguments, '--worker-pool', 'Default Worker Pool']);
  expect(run).toMatchObject({ code: 0, said: expect.stringContaining('runs on the worker pool Default Worker Pool') });
  const placed = (await call<Process>('GET', processPath)).Steps.flatMap(({ Actions }) => Actions).filter(
    ({ ActionType }) => ActionType !== 'Octopus.Manual',
  );
  expect(new Set(placed.map((action) => `${action['WorkerPoolId']} ${action['WorkerPoolVariable']}`))).toEqual(
    new Set(['WorkerPools-1 null']),
  );
});

it('keeps sensitive values, of which the server only says that they are there', async () => {
  const { install, call, writes } = await setInstallScene();
  await install(projectArguments);
  const process = await call<Process>('GET', processPath);
  const hidden = { HasValue: true, NewValue: null, Hint: null };
  const properties = process.Steps[0]?.Actions[0]?.Properties ?? {};
  properties['EcsCanary.StackName'] = hidden;
  properties['Own.Secret'] = hidden;
  await call('PUT', processPath, process);
  writes();
  const run = await install(projectArguments, { templates: templatesOfVersion('9.9.9') });
  expect(run.said).toContain('Prepare Blue keeps its own EcsCanary.StackName.');
  expect((await call<Process>('GET', processPath)).Steps[0]?.Actions[0]?.Properties).toMatchObject({
    'EcsCanary.StackName': hidden,
    'Own.Secret': hidden,
  });
});

it('refuses to replace a sensitive variable, whose value the server hides', async () => {
  const { install, call, writes } = await setInstallScene();
  await install(projectArguments);
  const set = await call<VariableSet>('GET', 'Spaces-1/variables/variableset-Projects-1');
  for (const variable of set.Variables)
    if (variable.Name === 'Canary.Secrets') Object.assign(variable, { IsSensitive: true, Value: null });
  await call('PUT', `Spaces-1/variables/${set.Id}`, set);
  writes();
  const run = await install([
    ...projectArguments,
    '--variable',
    'Canary.Secrets=KEY=arn:aws:ssm:eu-west-1:123456789012:parameter/key',
  ]);
  expect(run).toMatchObject({ code: 1, said: expect.stringContaining('The variable Canary.Secrets is sensitive') });
  expect(run.said).not.toContain('arn:secret');
  expect(writes()).toEqual([]);
});

it('a server error while a step is moved leaves the other steps moving, and says which step is left', async () => {
  const { install, call, server } = await setInstallScene();
  await install(projectArguments);
  let asked = 0;
  server.faults.plan(
    { kind: 'answer', status: 500, message: "The given key 'deploymentprocess-Projects-1' was not present." },
    ({ path }) => path.endsWith('/actionsUpdate') && asked++ < 5,
    5,
  );
  const { code, said } = await install(['--update-usages'], { templates: templatesOfVersion('9.9.9') });
  expect(code).toBe(1);
  expect(said).toMatch(/"Prepare Blue" in Shop: not moved, because Octopus answered 500 .*The given key/);
  expect(said).toContain('Open the step in Octopus, and choose Update.');
  const process = await call<Process>('GET', processPath);
  const versions = process.Steps.map(({ Actions }) => Actions[0]?.Properties['Octopus.Action.Template.Version']);
  expect(versions.filter((version) => version === '0')).toHaveLength(1);
});

it('a step that was moved is not reported as left when the answer was lost', async () => {
  const { install, server, writes } = await setInstallScene();
  await install(projectArguments);
  writes();
  server.faults.plan({ kind: 'drop after' }, ({ path }) => path.endsWith('/actionsUpdate'), 1);
  const run = await install(['--update-usages'], { templates: templatesOfVersion('9.9.9') });
  expect(run).toMatchObject({ code: 0, said: expect.stringContaining('"Prepare Blue" in Shop: moved.') });
  // Nine steps of the process and one of each runbook, each once.
  expect(writes().filter((line) => line.endsWith('/actionsUpdate'))).toHaveLength(11);
});

it('says which projects in Git it cannot move, and what to change there', async () => {
  const { install, call, server } = await setInstallScene();
  await install(projectArguments);
  await call('POST', 'Spaces-1/projects', {
    Name: 'Quiet',
    ProjectGroupId: 'ProjectGroups-1',
    LifecycleId: 'Lifecycles-1',
  });
  await call('POST', 'Spaces-1/projects/Projects-1/git/convert', {});
  await call('POST', 'Spaces-1/projects/Projects-2/git/convert', {});
  await call('POST', 'Spaces-1/releases', { ProjectId: 'Projects-1', Version: '1.0.0' });
  const promote = [...(server.spaces[0]?.templates.values() ?? [])].find(([first]) => first?.Name.endsWith('Promote'));
  const { code, said } = await install(['--update-usages'], { templates: templatesOfVersion('9.9.9') });
  expect(code).toBe(0);
  expect(said).toContain('2 projects in this space store their process in Git, which this command does not change');
  expect(said).toContain('Releases show that these templates are used in Shop.');
  expect(said).toContain(`${promote?.[0]?.Id} to 1`);
  expect(said).not.toContain('(branch');
  expect((await install(['--update-usages'])).said).not.toContain('"Promote" in Shop: moved');
});

it('a template that Octopus linked to the community library says so, and steps follow its version', async () => {
  const { install, call, server } = await setInstallScene();
  await install(projectArguments);
  const versions = server.spaces[0]?.templates.get('ActionTemplates-1') ?? [];
  const [first] = versions;
  if (first === undefined) throw new Error('no template');
  versions.splice(0, 1, { ...first, Version: 7, CommunityActionTemplateId: 'CommunityActionTemplates-5' });
  const run = await install(projectArguments);
  expect(run).toMatchObject({
    code: 0,
    said: expect.stringContaining('Octopus linked it to its community library (CommunityActionTemplates-5)'),
  });
  expect((await call<Process>('GET', processPath)).Steps[0]?.Actions[0]?.Properties).toMatchObject({
    'Octopus.Action.Template.Version': '7',
  });
});

async function addStep({ call }: InstallScene, name: string): Promise<void> {
  const process = await call<Process>('GET', processPath);
  await call('PUT', processPath, { ...process, Steps: [...process.Steps, script(name)] });
}

async function stepNames({ call }: InstallScene): Promise<string[]> {
  return (await call<{ Steps: Step[] }>('GET', processPath)).Steps.map(({ Name }) => Name);
}
