import type { DescribeStackResourcesOutput } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { weightsOf } from '../../../src/canary/listener-rule.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { type CanaryWorld, openCanaryWorld } from '../../support/canary-world.ts';
import { type MadeCall, watch, writesOf } from './killing.ts';
import { arrange, patientHealthChecks, readerOf } from './picture.ts';

let world: CanaryWorld;
beforeAll(async () => {
  world = await openCanaryWorld({ pageSize: 100 });
  await deploy('canary', '1', 80);
  await deploy('canary', '2', 80);
});
afterAll(() => world.close());

describe('Rollback ends at 100 % blue', () => {
  it.each<[string, readonly [number, number], 'Blue' | 'Green', readonly string[]]>([
    ['stable blue', [100, 0], 'Blue', []],
    ['mid-canary', [90, 10], 'Blue', ['modifyActions', 'tagStable']],
    ['fully shifted, not tagged', [0, 100], 'Blue', ['modifyActions', 'tagStable']],
    ['promoted', [0, 100], 'Green', ['modifyActions', 'tagStable']],
    ['interrupted after the weights', [100, 0], 'Green', ['tagStable']],
    ['split although promoted', [50, 50], 'Green', ['modifyActions', 'tagStable']],
    ['both weights 0', [0, 0], 'Blue', ['modifyActions', 'tagStable']],
  ])('from %s', async (_state, weights, tag, writes) => {
    await arrange(world, 'canary', { weights, tag });
    expect(await rolledBack('canary')).toEqual(writes);
  });

  it.each([['missing'], ['Purple']])('from a tag that is %s', async (value) => {
    await arrange(world, 'canary', { weights: [0, 100], tag: 'Blue' });
    const { arn } = await readerOf(world, 'canary').service();
    const [operation, more] =
      value === 'missing'
        ? ['UntagResource', { tagKeys: ['StableStack'] }]
        : ['TagResource', { tags: [{ key: 'StableStack', value }] }];
    await world.emulator.world.invoke('ecs', operation as string, { resourceArn: arn, ...(more as object) });
    expect(await rolledBack('canary')).toEqual(['modifyActions', 'tagStable']);
  });

  it('although another task set serves beside green', async () => {
    await arrange(world, 'canary', { weights: [50, 50], tag: 'Blue' });
    const { cluster, serviceArn, groups } = await readerOf(world, 'canary').address();
    const green = (await readerOf(world, 'canary').service()).taskSets[1];
    const { taskSet } = await world.emulator.world.invoke<{ taskSet: { id: string } }>('ecs', 'CreateTaskSet', {
      cluster,
      service: serviceArn,
      taskDefinition: green?.taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: world.scene.subnets, assignPublicIp: 'ENABLED' } },
      loadBalancers: [{ targetGroupArn: groups.green, containerName: 'web', containerPort: 4000 }],
      scale: { unit: 'PERCENT', value: 50 },
    });
    expect(await rolledBack('canary')).toEqual(['modifyActions', 'tagStable']);
    await deleteTaskSet(cluster, serviceArn, taskSet.id);
  });
});

describe('Rollback while the stack is elsewhere', () => {
  it('says that there is nothing to roll back to, however far a first creation got that fails', async () => {
    await nothingToRollBack('young', { deploymentFailed: true });
    await createFailing('young', 8100);
    while ((await statusOf('young')) !== 'ROLLBACK_COMPLETE') await nothingToRollBack('young');
    await nothingToRollBack('young');
  });

  it.each<[string, string, number, Partial<Record<'Hold' | 'Bad', object>>, string]>([
    ['CREATE_IN_PROGRESS', 'creating', 8101, { Bad: { DelaySeconds: 300_000 } }, 'Bad CREATE_IN_PROGRESS'],
    ['ROLLBACK_IN_PROGRESS', 'returning', 8102, { Hold: { DeleteSeconds: 300_000 } }, 'Hold DELETE_IN_PROGRESS'],
  ])('says so of a first creation that stays in %s', async (status, name, port, changes, reached) => {
    await createFailing(name, port, changes);
    await expect.poll(() => resourceStatuses(name)).toContain(reached);
    expect(await statusOf(name)).toBe(status);
    await nothingToRollBack(name);
  });

  it('does not wait for an update that somebody else began, nor for one that is taken back', async () => {
    await deploy('busy', '1', 82);
    await arrange(world, 'busy', { weights: [50, 50], tag: 'Blue' });
    await updateStackManually('busy', { Slow: fake({ DelaySeconds: 300_000 }) });
    expect(await statusOf('busy')).toBe('UPDATE_IN_PROGRESS');
    expect(await rolledBack('busy')).toEqual(['modifyActions', 'tagStable']);
    await world.emulator.world.invoke('cloudformation', 'CancelUpdateStack', { StackName: 'busy' });
    await expect.poll(() => statusOf('busy')).toBe('UPDATE_ROLLBACK_COMPLETE');
    await arrange(world, 'busy', { weights: [0, 100], tag: 'Green' });
    expect(await rolledBack('busy')).toEqual(['modifyActions', 'tagStable']);
  });

  it('works in a stack that could not be taken back, and says what the stack is in', async () => {
    await deploy('stuck', '1', 83);
    await updateStackManually('stuck', { Once: fake({ Value: '1', Fail: 'rollback' }) });
    await expect.poll(() => statusOf('stuck')).toBe('UPDATE_COMPLETE');
    await updateStackManually('stuck', {
      Once: fake({ Value: '2' }),
      Bad: { ...fake({ Fail: true }), DependsOn: 'Once' },
    });
    await expect.poll(() => statusOf('stuck')).toBe('UPDATE_ROLLBACK_FAILED');
    await arrange(world, 'stuck', { weights: [10, 90], tag: 'Green' });
    expect(await rolledBack('stuck')).toEqual(['modifyActions', 'tagStable']);
    expect((await world.run(rollback, { 'EcsCanary.StackName': 'stuck' })).log.join('\n')).toContain(
      'is in UPDATE_ROLLBACK_FAILED',
    );
  });
});

describe('Rollback with a colour that cannot serve', () => {
  it.each<[string, readonly [number, number]]>([
    ['while it had a share', [90, 10]],
    ['while it had everything', [0, 100]],
  ])('leaves green, whose task set was deleted by hand %s', async (_when, weights) => {
    const name = `greenless-${weights[1]}`;
    await deploy(name, '1', 8400 + weights[1]);
    await arrange(world, name, { weights, tag: 'Blue' });
    const { cluster, serviceArn, greenTaskSet } = await readerOf(world, name).address();
    await deleteTaskSet(cluster, serviceArn, greenTaskSet);
    expect(await rolledBack(name)).toEqual(['modifyActions', 'tagStable']);
  });

  it('keeps green while blue has no healthy target, and says so', async () => {
    await deploy('blueless', '1', 8600);
    await arrange(world, 'blueless', { weights: [0, 100], tag: 'Green' });
    const sick = blueTargets('unhealthy');
    const run = await world.run(rollback, { 'EcsCanary.StackName': 'blueless' }, sick);
    expect(run.error).toMatchObject({ code: 'blue-unhealthy' });
    expect(run.error?.message).toContain('Green still serves');
    expect(await weightsNow('blueless')).toEqual({ blue: 0, green: 100 });
  });

  it('keeps a promoted green when a deployment fails before it moved traffic', async () => {
    await arrange(world, 'canary', { weights: [0, 100], tag: 'Green' });
    const run = await world.run(rollback, {}, { deploymentFailed: true });
    expect(run.error).toBeUndefined();
    expect(run.outputs).toMatchObject({ GreenWeight: '100', StableStack: 'Green' });
    expect(await weightsNow('canary')).toEqual({ blue: 0, green: 100 });
    await arrange(world, 'canary', { weights: [0, 100], tag: 'Blue' });
    await world.run(rollback, {}, { deploymentFailed: true });
    expect(await weightsNow('canary')).toEqual({ blue: 100, green: 0 });
  });
});

const fake = (Properties: object) => ({ Type: 'Test::Fake::Resource', Properties });

async function deploy(name: string, version: string, port: number): Promise<void> {
  const more = {
    'EcsCanary.StackName': name,
    'EcsCanary.ListenerPort': String(port),
    'EcsCanary.DesiredCount': '1',
    ...patientHealthChecks,
  };
  const run = await world.run(deployStack, world.builtIn(version, more));
  if (run.error) throw run.error;
}

/** Rolls back, checks that blue has everything and the tag says so, and gives the writes in their order. */
async function rolledBack(name: string): Promise<readonly string[]> {
  const made: MadeCall[] = [];
  const run = await world.run(rollback, { 'EcsCanary.StackName': name }, watch(made));
  expect(run.error).toBeUndefined();
  expect(await weightsNow(name)).toEqual({ blue: 100, green: 0 });
  expect((await readerOf(world, name).service()).tags).toMatchObject({ StableStack: 'Blue' });
  return writesOf(made);
}

async function nothingToRollBack(name: string, more = {}): Promise<void> {
  const made: MadeCall[] = [];
  const run = await world.run(rollback, { 'EcsCanary.StackName': name }, { ...watch(made), ...more });
  expect(run.error).toBeUndefined();
  expect(run.outputs).toMatchObject({ FirstDeployment: 'True' });
  expect(writesOf(made)).toEqual([]);
}

async function weightsNow(name: string) {
  const reader = readerOf(world, name);
  const [rule] = (await reader.productionRules()).rules;
  if (!rule) throw new Error('no production rule');
  return weightsOf(rule, (await reader.address()).groups);
}

async function statusOf(name: string): Promise<string> {
  return (await world.aws.cloudFormation.describeStack(name))?.status ?? '';
}

async function resourceStatuses(StackName: string): Promise<readonly string[]> {
  const { StackResources = [] } = await world.emulator.world.invoke<DescribeStackResourcesOutput>(
    'cloudformation',
    'DescribeStackResources',
    { StackName },
  );
  return StackResources.map((resource) => `${resource.LogicalResourceId} ${resource.ResourceStatus}`);
}

async function updateStackManually(name: string, resources: object): Promise<void> {
  const template = JSON.parse(await world.aws.cloudFormation.readTemplate(name)) as { Resources: object };
  const stack = await world.aws.cloudFormation.describeStack(name);
  await world.emulator.world.invoke('cloudformation', 'UpdateStack', {
    StackName: name,
    TemplateBody: JSON.stringify({ ...template, Resources: { ...template.Resources, ...resources } }),
    Parameters: Object.keys(stack?.parameters ?? {}).map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  });
}

/** The canary's template with a last resource that fails; on the way back the service goes a while before the rule. */
async function createFailing(
  name: string,
  port: number,
  { Hold = { DeleteSeconds: 40 }, Bad = { Fail: true } }: Partial<Record<'Hold' | 'Bad', object>> = {},
): Promise<void> {
  const { Resources, ...rest } = JSON.parse(await world.aws.cloudFormation.readTemplate('canary')) as {
    Resources: Record<string, { Properties: object }>;
  };
  Object.assign(Resources['Listener']?.Properties ?? {}, { Port: port });
  Object.assign(Resources, {
    Service: { ...Resources['Service'], DependsOn: ['Hold', 'ListenerRule'] },
    Hold: { ...fake(Hold), DependsOn: 'ListenerRule' },
    Bad: { ...fake(Bad), DependsOn: ['BlueTaskSet', 'GreenTaskSet'] },
  });
  const stack = await world.aws.cloudFormation.describeStack('canary');
  await world.emulator.world.invoke('cloudformation', 'CreateStack', {
    StackName: name,
    TemplateBody: JSON.stringify({ ...rest, Resources }),
    Parameters: Object.entries(stack?.parameters ?? {}).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  });
}

async function deleteTaskSet(cluster: string, service: string, taskSet: string): Promise<void> {
  await world.emulator.world.invoke('ecs', 'DeleteTaskSet', { cluster, service, taskSet, force: true });
  const gone = async () =>
    (await world.aws.ecs.describeService(cluster, service))?.taskSets.every(({ id }) => id !== taskSet);
  await expect.poll(gone).toBe(true);
}

/** The load balancer calls every blue target that, and ECS no longer calls blue steady. */
function blueTargets(state: string) {
  const between = (aws: Aws): Aws => ({
    ...aws,
    ecs: {
      ...aws.ecs,
      describeService: async (...where) => {
        const service = await aws.ecs.describeService(...where);
        return service && { ...service, taskSets: service.taskSets.map((set) => ({ ...set, steady: false })) };
      },
    },
    loadBalancing: {
      ...aws.loadBalancing,
      targetHealth: async (arn) => {
        const { groups } = await readerOf(world, 'blueless').address();
        const targets = await aws.loadBalancing.targetHealth(arn);
        return arn === groups.blue ? targets.map((target) => ({ ...target, state })) : targets;
      },
    },
  });
  return { between };
}
