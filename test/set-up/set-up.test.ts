import { expect, it } from 'vitest';
import type { SpaceState } from '../../src/rehearsal/octopus-server/state.ts';
import { version } from '../../src/version.ts';
import { loadBalancerArn } from '../octopus/installer/install-scene.ts';
import { buildAll, builtTemplates, contentsOf, setSetUpScene, shop } from './set-up-scene.ts';

const values = [
  ...['AWS.Region=eu-west-1', 'StackName=shop', 'Image=registry/shop:##{Octopus.Release.Number}', 'Cluster=web'],
  ...['VpcId=vpc-0a1b2c3d', 'Subnets=subnet-0a1b2c3d,subnet-1a1b2c3d', 'SecurityGroups=sg-0a1b2c3d'],
  ...[`LoadBalancerArn=${loadBalancerArn}`],
].map((line) => `Canary.${line}`);
// What Octopus makes of it before the script reads it.
const evaluated = values.map((line) => line.replace('##{', '#{'));
const whole = {
  ...shop,
  Account: 'AWS rehearsal',
  WorkerPool: 'Default Worker Pool',
  ContainerImage: 'octopusdeploy/worker-tools:6',
  ContainerFeed: 'Docker Hub',
  Teams: 'Release managers, Space Managers',
  Weights: '5, 25,60',
  Variables: evaluated.join('\n'),
};

it('the plan comes first: a dry run, which is the default, writes nothing', async () => {
  const { setUp, writes } = await setSetUpScene();
  const run = await setUp({ Project: 'Shop' });
  expect(run).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
  expect(run.stdout).toMatch(
    new RegExp(
      `^AWS ECS Canary - Set Up Canary Project, version ${version.replaceAll('.', '\\.')}, program [0-9a-f]{12}$`,
      'm',
    ),
  );
  expect(run.stdout).toContain('the application answers GET / on its port');
  expect(run.stdout).toContain('+ create    step template AWS ECS Canary - Prepare Blue\n');
  expect(run.stdout).toContain('+ create    deployment process of Shop\n');
  expect(run.stdout).toMatch(
    /Dry run: nothing was changed\. To make \d+ changes, untick EcsCanary\.DryRun and run the step again\./,
  );
  expect(run.stdout).toContain('- Set these project variables: Canary.AWS.Account,');
  expect(run.stdout).toContain('or set EcsCanary.WorkerPool and EcsCanary.ContainerImage.');
  expect(writes()).toEqual([]);
});

it('makes exactly what install makes, with templates that are the published ones byte for byte, and then nothing', async () => {
  const { setUp, server, writes } = await setSetUpScene();
  const run = await setUp(whole);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const other = await setSetUpScene();
  const installed = await other.install(
    [
      ...['--project', 'Shop', '--account', 'AWS rehearsal', '--worker-pool', 'Default Worker Pool'],
      ...['--container-image', 'octopusdeploy/worker-tools:6', '--container-feed', 'Docker Hub'],
      ...['--responsible-teams', 'Release managers,Space Managers', '--weights', '5,25,60'],
      ...evaluated.flatMap((line) => ['--variable', line]),
    ],
    { templates: await builtTemplates() },
  );
  expect(installed.code).toBe(0);
  expect(contentsOf(server.spaces[0])).toEqual(contentsOf(other.server.spaces[0]));
  const made = [...(server.spaces[0]?.templates.values() ?? [])].map((versions) => versions[0]);
  for (const { path, content } of (await buildAll()).committed.filter(({ path }) =>
    path.startsWith('step-templates/'),
  )) {
    const { Name, Properties } = JSON.parse(String(content));
    if (!path.includes('set-up')) expect(made.find((one) => one?.Name === Name)?.Properties).toEqual(Properties);
  }
  expect(made).toHaveLength(8);
  writes();
  const again = await setUp(whole);
  expect(again.stdout).toContain('Everything is already set up; nothing was changed.');
  expect(again.code).toBe(0);
  expect(writes()).toEqual([]);
});

it('without a project it makes the templates alone', async () => {
  const { setUp, server } = await setSetUpScene();
  const run = await setUp({ DryRun: 'False' });
  expect(run.stdout).toContain('8 changes made in the space Default.');
  expect(server.spaces[0]?.templates.size).toBe(8);
  expect(server.spaces[0]?.projects).toEqual([]);
});

it.each([
  ['Watch', 'False', /Watch at|Guard Canary/],
  ['Guard', 'False', /Guard Canary/],
  ['TestRule', 'False', /Add Test Rule/],
  ['OwnTemplate', 'True', /Deploy Stack/],
])('with EcsCanary.%s = %s, the project lacks what that leaves out', async (name, value, left) => {
  const { setUp, server } = await setSetUpScene();
  const namesIn = (space: SpaceState | undefined) =>
    JSON.stringify(
      [...(space?.processes.values() ?? [])]
        .map(({ Steps }) => Steps.map(({ Name }) => Name))
        .concat(space?.runbooks.map((runbook) => [runbook.Name]) ?? []),
    );
  expect((await setUp({ ...shop, [name]: value })).code).toBe(0);
  expect(namesIn(server.spaces[0])).not.toMatch(left);
  const other = await setSetUpScene();
  expect((await other.setUp(shop)).code).toBe(0);
  expect(namesIn(other.server.spaces[0])).toMatch(left);
});

it('upgrades what an older version made, and keeps what people edited', async () => {
  const { setUp, call, writes } = await setSetUpScene();
  expect((await setUp(whole)).code).toBe(0);
  const path = 'Spaces-1/actiontemplates/ActionTemplates-1';
  const template = await call<{ Properties: Record<string, string> }>('GET', path);
  const body = template.Properties['Octopus.Action.Script.ScriptBody'] ?? '';
  const older = { ...template.Properties, 'Octopus.Action.Script.ScriptBody': body.replaceAll(version, '0.2.0') };
  await call('PUT', path, { ...template, Properties: older });
  const processPath = 'Spaces-1/projects/Projects-1/deploymentprocesses';
  const process = await call<{ Steps: { Name: string; Actions: { Properties: Record<string, string> }[] }[] }>(
    'GET',
    processPath,
  );
  const edited = process.Steps.find(({ Name }) => Name === 'Approve 25%')?.Actions[0];
  if (edited === undefined) throw new Error('the approval is missing');
  edited.Properties['Octopus.Action.Manual.Instructions'] = 'Bitte entscheiden.';
  await call('PUT', processPath, process);
  writes();
  const shown = await setUp({ ...whole, DryRun: 'True' });
  expect(shown.stdout).toContain(`0.2.0 -> ${version}`);
  expect(writes()).toEqual([]);
  expect((await setUp(whole)).code).toBe(0);
  expect(writes()).toContain('PUT /api/Spaces-1/actiontemplates/ActionTemplates-1');
  expect((await call<typeof template>('GET', path)).Properties).toEqual(template.Properties);
  expect(JSON.stringify(await call('GET', processPath))).toContain('Bitte entscheiden.');
});

it('a project variable keeps the value that it has, and gets the one that is given', async () => {
  const { setUp, call } = await setSetUpScene();
  await setUp({ ...shop, Variables: 'Canary.StackName=shop\nCanary.Cluster = web ' });
  await setUp({ ...shop, Variables: 'Canary.StackName=shop-2' });
  const { Variables } = await call<{ Variables: { Name: string; Value: string }[] }>(
    'GET',
    'Spaces-1/variables/variableset-Projects-1',
  );
  const valuesNow = Object.fromEntries(Variables.map(({ Name, Value }) => [Name, Value]));
  expect(valuesNow).toMatchObject({ 'Canary.StackName': 'shop-2', 'Canary.Cluster': 'web' });
});
