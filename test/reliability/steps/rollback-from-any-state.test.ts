import type { DescribeStackResourcesOutput } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import type { AwsCall } from '../../../src/aws/intercept.ts';
import { describeService, physicalIds, stableTag } from '../../../src/reliability/actual-state/actual-state.ts';
import { weightsIn } from '../../../src/reliability/actual-state/entry-points.ts';
import { readRule } from '../../../src/reliability/actual-state/rules.ts';
import { addOrphan, fakeResource, updateStackManually } from '../../../src/reliability/arranging/anomalies.ts';
import { requireCanary } from '../../../src/reliability/arranging/reset.ts';
import type { Split } from '../../../src/reliability/cases/starting-state.ts';
import type { StepOutcome } from '../../../src/reliability/step-runs/step-order.ts';
import { type FaultWorld, openFaultWorld } from '../../../src/reliability/world/world.ts';
import { canaryWritesIn, recordCalls } from '../../support/kill-points.ts';
import { arrangeCanary, stackIn, statusOf } from './stacks.ts';

let world: FaultWorld;
let canary: FaultWorld;
beforeAll(async () => {
  world = await openFaultWorld();
  canary = await openStack('canary', 8000);
  await deploy(canary, '2');
});
afterAll(() => world.close());

describe('Rollback ends at 100 % blue', () => {
  it.each<[string, Split, 'Blue' | 'Green', readonly string[]]>([
    // Only the ledger learns of it.
    ['stable blue', [100, 0], 'Blue', ['record']],
    ['mid-canary', [90, 10], 'Blue', ['modifyActions', 'tagStable']],
    ['fully shifted, not tagged', [0, 100], 'Blue', ['modifyActions', 'tagStable']],
    ['promoted', [0, 100], 'Green', ['modifyActions', 'tagStable']],
    ['interrupted after the weights', [100, 0], 'Green', ['tagStable']],
    ['split although promoted', [50, 50], 'Green', ['modifyActions', 'tagStable']],
    ['both weights 0', [0, 0], 'Blue', ['modifyActions', 'tagStable']],
  ])('from %s', async (_state, weights, tag, writes) => {
    await arrangeCanary(canary, weights, tag);
    expect(await rolledBack(canary)).toEqual(writes);
  });

  it.each([['missing'], ['Purple']])('from a tag that is %s', async (value) => {
    await arrangeCanary(canary, [0, 100], 'Blue');
    const { serviceArn: resourceArn } = requireCanary(canary);
    if (value === 'missing')
      await world.emulator.world.invoke('ecs', 'UntagResource', { resourceArn, tagKeys: [stableTag] });
    else await world.emulator.world.invoke('ecs', 'TagResource', { resourceArn, tags: [{ key: stableTag, value }] });
    expect(await rolledBack(canary)).toEqual(['modifyActions', 'tagStable']);
  });

  it('although another task set serves next to green', async () => {
    await arrangeCanary(canary, [50, 50], 'Blue');
    const before = requireCanary(canary);
    await addOrphan(canary, before);
    const [orphan = ''] = requireCanary(canary).taskSets.filter((id) => !before.taskSets.includes(id));
    expect(await rolledBack(canary)).toEqual(['modifyActions', 'tagStable']);
    await deleteTaskSet(canary, orphan);
  });
});

describe('Rollback while the stack is in another state', () => {
  it('says that there is nothing to roll back to, at whatever point the first creation failed', async () => {
    const young = stackIn(world, 'young', 8100);
    await nothingToRollBack(young, { deploymentFailed: true });
    await createFailing(young, 8100);
    while (statusOf(young) !== 'ROLLBACK_COMPLETE') await nothingToRollBack(young);
    await nothingToRollBack(young);
  });

  it.each<[string, string, number, Partial<Record<'Hold' | 'Bad', object>>, string]>([
    ['CREATE_IN_PROGRESS', 'creating', 8101, { Bad: { DelaySeconds: 300_000 } }, 'Bad CREATE_IN_PROGRESS'],
    ['ROLLBACK_IN_PROGRESS', 'returning', 8102, { Hold: { DeleteSeconds: 300_000 } }, 'Hold DELETE_IN_PROGRESS'],
  ])('says so of a first creation that stays in %s', async (status, name, port, changes, reached) => {
    const stack = stackIn(world, name, port);
    await createFailing(stack, port, changes);
    await expect.poll(() => resourceStatuses(name)).toContain(reached);
    expect(statusOf(stack)).toBe(status);
    await nothingToRollBack(stack);
  });

  it("does not wait for somebody else's update, nor for one that is being rolled back", async () => {
    const busy = await openStack('busy', 8200);
    await arrangeCanary(busy, [50, 50], 'Blue');
    await updateStackManually(busy, { Slow: fakeResource({ DelaySeconds: 300_000 }) });
    expect(statusOf(busy)).toBe('UPDATE_IN_PROGRESS');
    expect(await rolledBack(busy)).toEqual(['modifyActions', 'tagStable']);
    await world.emulator.world.invoke('cloudformation', 'CancelUpdateStack', { StackName: 'busy' });
    await expect.poll(() => statusOf(busy)).toBe('UPDATE_ROLLBACK_COMPLETE');
    await arrangeCanary(busy, [0, 100], 'Green');
    expect(await rolledBack(busy)).toEqual(['modifyActions', 'tagStable']);
  });

  it("works in a stack whose rollback failed, and names the stack's status", async () => {
    const stuck = await openStack('stuck', 8300);
    await updateStackManually(stuck, { Once: fakeResource({ Value: '1', Fail: 'rollback' }) });
    await expect.poll(() => statusOf(stuck)).toBe('UPDATE_COMPLETE');
    await updateStackManually(stuck, {
      Once: fakeResource({ Value: '2' }),
      Bad: { ...fakeResource({ Fail: true }), DependsOn: 'Once' },
    });
    await expect.poll(() => statusOf(stuck)).toBe('UPDATE_ROLLBACK_FAILED');
    await arrangeCanary(stuck, [10, 90], 'Green');
    expect(await rolledBack(stuck)).toEqual(['modifyActions', 'tagStable']);
    const log: string[] = [];
    await stuck.run(stuck.order('rollback'), undefined, (line) => log.push(line));
    expect(log.join('\n')).toContain('is in UPDATE_ROLLBACK_FAILED');
  });
});

describe('Rollback with a colour that cannot serve', () => {
  it.each<[string, Split]>([
    ['while it had a share', [90, 10]],
    ['while it had everything', [0, 100]],
  ])('leaves green, whose task set was deleted by hand %s', async (_when, weights) => {
    const greenless = await openStack(`greenless-${weights[1]}`, 8400 + weights[1]);
    await arrangeCanary(greenless, weights, 'Blue');
    await deleteTaskSet(greenless, requireCanary(greenless).green.taskSet);
    expect(await rolledBack(greenless)).toEqual(['modifyActions', 'tagStable']);
  });

  it('keeps green while blue has no healthy target, and says so', async () => {
    const blueless = await openStack('blueless', 8600);
    await arrangeCanary(blueless, [0, 100], 'Green');
    const { group } = requireCanary(blueless).blue;
    expect(await blueless.run(blueless.order('rollback'), (aws) => withUnhealthyTargets(aws, group))).toMatchObject({
      code: 'blue-unhealthy',
      message: expect.stringContaining('Green still serves'),
    });
    expect(weightsNow(blueless)).toEqual({ blue: 0, green: 100 });
  });

  it('keeps a promoted green when a deployment fails before it moved traffic', async () => {
    await arrangeCanary(canary, [0, 100], 'Green');
    const { outcome } = await rollBack(canary, { deploymentFailed: true });
    expect(outcome).toMatchObject({ kind: 'done', outputs: { GreenWeight: '100', StableStack: 'Green' } });
    expect(weightsNow(canary)).toEqual({ blue: 0, green: 100 });
    await arrangeCanary(canary, [0, 100], 'Blue');
    await rollBack(canary, { deploymentFailed: true });
    expect(weightsNow(canary)).toEqual({ blue: 100, green: 0 });
  });
});

/** A stack of that name that runs version 1. */
async function openStack(name: string, port: number): Promise<FaultWorld> {
  const stack = stackIn(world, name, port);
  await deploy(stack, '1');
  return stack;
}

async function deploy(stack: FaultWorld, version: string): Promise<void> {
  const outcome = await stack.run(stack.order('deploy-stack', { parameters: stack.builtIn(version) }));
  expect(outcome).toMatchObject({ kind: 'done' });
}

async function rollBack(
  stack: FaultWorld,
  more: { readonly deploymentFailed?: boolean } = {},
): Promise<{ readonly outcome: StepOutcome; readonly writes: readonly string[] }> {
  const calls: AwsCall[] = [];
  const outcome = await stack.run(stack.order('rollback', more), recordCalls(calls));
  return { outcome, writes: canaryWritesIn(calls) };
}

/** Rolls back, checks that blue has everything and the tag says so, and returns the writes in order. */
async function rolledBack(stack: FaultWorld): Promise<readonly string[]> {
  const { outcome, writes } = await rollBack(stack);
  expect(outcome).toMatchObject({ kind: 'done' });
  expect(weightsNow(stack)).toEqual({ blue: 100, green: 0 });
  expect(tagNow(stack)).toBe('Blue');
  return writes;
}

async function nothingToRollBack(stack: FaultWorld, more = {}): Promise<void> {
  const { outcome, writes } = await rollBack(stack, more);
  expect(outcome).toMatchObject({ kind: 'done', outputs: { FirstDeployment: 'True' } });
  expect(writes).toEqual([]);
}

/** Unlike the canary's actual state, also works where a task set is gone. */
function weightsNow({ emulator, stackName }: FaultWorld) {
  const ids = physicalIds(emulator.world, stackName);
  const { ListenerRule = '', BlueTargetGroup: blue = '', GreenTargetGroup: green = '' } = ids;
  return weightsIn(readRule(emulator.world, ListenerRule).Actions, { blue, green });
}

function tagNow({ emulator, stackName }: FaultWorld): string | undefined {
  const { Service = '' } = physicalIds(emulator.world, stackName);
  const service = describeService(emulator.world, Service.split('/').at(-2) ?? '', Service);
  return service?.tags?.find(({ key }) => key === stableTag)?.value;
}

async function resourceStatuses(StackName: string): Promise<readonly string[]> {
  const { StackResources = [] } = await world.emulator.world.invoke<DescribeStackResourcesOutput>(
    'cloudformation',
    'DescribeStackResources',
    { StackName },
  );
  return StackResources.map((resource) => `${resource.LogicalResourceId} ${resource.ResourceStatus}`);
}

/** The canary's template with a last resource that fails; its rollback removes the service some time before the rule. */
async function createFailing(
  { aws, emulator, stackName }: FaultWorld,
  port: number,
  { Hold = { DeleteSeconds: 40 }, Bad = { Fail: true } }: Partial<Record<'Hold' | 'Bad', object>> = {},
): Promise<void> {
  const { Resources, ...rest } = JSON.parse(await aws.cloudFormation.readTemplate('canary')) as {
    Resources: Record<string, { Properties: object }>;
  };
  Object.assign(Resources['Listener']?.Properties ?? {}, { Port: port });
  Object.assign(Resources, {
    Service: { ...Resources['Service'], DependsOn: ['Hold', 'ListenerRule'] },
    Hold: { ...fakeResource(Hold), DependsOn: 'ListenerRule' },
    Bad: { ...fakeResource(Bad), DependsOn: ['BlueTaskSet', 'GreenTaskSet'] },
  });
  const stack = await aws.cloudFormation.describeStack('canary');
  await emulator.world.invoke('cloudformation', 'CreateStack', {
    StackName: stackName,
    TemplateBody: JSON.stringify({ ...rest, Resources }),
    Parameters: Object.entries(stack?.parameters ?? {}).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  });
}

async function deleteTaskSet(stack: FaultWorld, taskSet: string): Promise<void> {
  const { cluster, serviceArn: service } = requireCanary(stack);
  await world.emulator.world.invoke('ecs', 'DeleteTaskSet', { cluster, service, taskSet, force: true });
  const gone = async () =>
    (await world.aws.ecs.describeService(cluster, service))?.taskSets.every(({ id }) => id !== taskSet);
  await expect.poll(gone).toBe(true);
}

/** The load balancer calls every target of the group unhealthy, and ECS no longer calls a task set steady. */
function withUnhealthyTargets(aws: Aws, group: string): Aws {
  return {
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
        const targets = await aws.loadBalancing.targetHealth(arn);
        return arn === group ? targets.map((target) => ({ ...target, state: 'unhealthy' })) : targets;
      },
    },
  };
}
