import { expect } from 'vitest';
import { actionsWithWeights, type ListenerRule, weightsOf } from '../../../src/canary/listener-rule.ts';
import { noHints } from '../../../src/canary/location-hints.ts';
import { lockTagKey } from '../../../src/canary/lock.ts';
import { greenIdleTagKey } from '../../../src/canary/settling.ts';
import { type CanaryReader, createCanaryReader } from '../../../src/observation/canary-reader.ts';
import type { CanaryWorld } from '../../support/canary-world.ts';

/** Everything about a canary that a run must leave alike, in versions instead of ids. */
export interface Picture {
  readonly weights: { readonly blue: number; readonly green: number };
  readonly tag: string | undefined;
  readonly blue: string;
  readonly green: string;
  readonly blueScale: number | undefined;
  readonly greenScale: number | undefined;
  readonly taskSets: number;
  readonly rules: number;
  readonly stack: string | undefined;
  /** The version that the template pins blue to, or `as green`. */
  readonly pinnedBlue: string;
  /** Stack creations and updates that ever began. */
  readonly operations: number;
}

/** Many stacks on a busy machine answer late; that must not look like illness. */
export const patientHealthChecks = {
  'EcsCanary.HealthCheckTimeoutSeconds': '9',
  'EcsCanary.UnhealthyThreshold': '10',
  'EcsCanary.DeregistrationDelaySeconds': '1',
} as const;

/** A fresh view of a stack's canary, past any wrapper. */
export function readerOf(world: CanaryWorld, stackName: string): CanaryReader {
  return createCanaryReader(world.aws, stackName, noHints);
}

export async function takePicture(world: CanaryWorld, stackName: string): Promise<Picture> {
  const reader = readerOf(world, stackName);
  const [
    stack,
    address,
    {
      rules: [rule],
    },
    service,
    rules,
  ] = await Promise.all([
    reader.stack(),
    reader.address(),
    reader.productionRules(),
    reader.service(),
    reader.listenerRules(),
  ]);
  const taskSet = (id: string) => service.taskSets.find((candidate) => candidate.id === id);
  const template = JSON.parse(await reader.template()) as {
    Resources: { BlueTaskSet: { Properties: { TaskDefinition: unknown } } };
  };
  const pinned = template.Resources.BlueTaskSet.Properties.TaskDefinition;
  return {
    weights: weightsOf(rule as ListenerRule, address.groups),
    tag: service.tags['StableStack'],
    blue: await versionOf(world, taskSet(address.blueTaskSet)?.taskDefinition),
    green: await versionOf(world, taskSet(address.greenTaskSet)?.taskDefinition),
    blueScale: taskSet(address.blueTaskSet)?.scalePercent,
    greenScale: taskSet(address.greenTaskSet)?.scalePercent,
    taskSets: service.taskSets.filter(({ status }) => status !== 'DRAINING').length,
    rules: rules.length,
    stack: stack?.status,
    pinnedBlue: typeof pinned === 'string' ? await versionOf(world, pinned) : 'as green',
    operations: await countOperations(world, stackName),
  };
}

async function versionOf(world: CanaryWorld, taskDefinition: string | undefined): Promise<string> {
  if (taskDefinition === undefined) return 'none';
  const found = await world.emulator.world.invoke<{
    taskDefinition: { containerDefinitions: readonly { image: string }[] };
  }>('ecs', 'DescribeTaskDefinition', { taskDefinition });
  return found.taskDefinition.containerDefinitions[0]?.image.split(':')[1] ?? '';
}

async function countOperations(world: CanaryWorld, StackName: string): Promise<number> {
  let count = 0;
  let NextToken: string | undefined;
  do {
    const page: { StackEvents: readonly Record<string, string>[]; NextToken?: string } =
      await world.emulator.world.invoke('cloudformation', 'DescribeStackEvents', {
        StackName,
        ...(NextToken !== undefined && { NextToken }),
      });
    count += page.StackEvents.filter(
      ({ ResourceType, ResourceStatus = '' }) =>
        ResourceType === 'AWS::CloudFormation::Stack' && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus),
    ).length;
    NextToken = page.NextToken;
  } while (NextToken);
  return count;
}

/** Puts a canary by hand where a test wants it, with every task in place. */
export async function arrange(
  world: CanaryWorld,
  stackName: string,
  request: { readonly weights: readonly [blue: number, green: number]; readonly tag: 'Blue' | 'Green' },
): Promise<void> {
  const reader = readerOf(world, stackName);
  const [
    address,
    {
      rules: [rule],
    },
    service,
  ] = await Promise.all([reader.address(), reader.productionRules(), reader.service()]);
  if (!rule) throw new Error('no production rule');
  const [blue, green] = request.weights;
  await world.aws.loadBalancing.modifyActions(rule, actionsWithWeights(rule, address.groups, { blue, green }));
  await world.aws.ecs.tagStable(service.arn, request.tag);
  const tagKeys = [lockTagKey, greenIdleTagKey];
  await world.emulator.world.invoke('ecs', 'UntagResource', { resourceArn: service.arn, tagKeys });
  for (const own of await reader.testRules()) await world.aws.loadBalancing.deleteRule(own.arn);
  for (const { id, scalePercent } of service.taskSets) {
    if (scalePercent !== 100) await world.aws.ecs.scaleTaskSet(address.cluster, service.arn, id, 100);
  }
  const isSettled = async (): Promise<boolean> =>
    (await readerOf(world, stackName).service()).taskSets.every(({ steady }) => steady);
  await expect.poll(isSettled).toBe(true);
}
