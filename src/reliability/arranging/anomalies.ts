import { type ActualCanary, describeService } from '../actual-state/actual-state.ts';
import { testRuleTag } from '../actual-state/rules.ts';
import type { StartingState } from '../cases/starting-state.ts';
import type { FaultWorld } from '../world/world.ts';
import { makeBlueRule } from './manual-entry-points.ts';
import { recordShare } from './recorded-share.ts';
import { settle } from './reset.ts';

/** Creates a state's anomaly, beyond weights and tags. */
export async function createAnomaly(
  world: FaultWorld,
  canary: ActualCanary,
  { anomaly }: StartingState,
): Promise<void> {
  switch (anomaly) {
    case 'rolled-back-stack':
      await updateStackManually(world, { Other: fakeResource({ Fail: true, Value: String(Date.now()) }) });
      return settle(world);
    case 'orphan':
      await addOrphan(world, canary);
      return settle(world);
    case 'test-rule':
      return addTestRule(world, canary);
    case 'small-green':
      await shrinkGreen(world, canary);
      return settle(world);
    case 'busy-stack':
      return updateStackManually(world, { Other: fakeResource({ DelaySeconds: 40, Value: String(Date.now()) }) });
    case 'rule-to-blue':
      return makeBlueRule(world, canary);
    case 'recorded-share':
      return recordShare(world, canary);
    case 'foreign-group':
    case undefined:
      return;
  }
}

/** A resource type that only the emulator has, to make a stack operation slow or fail. */
export function fakeResource(Properties: object): object {
  return { Type: 'Test::Fake::Resource', Properties };
}

/** Adds or changes resources of the stack without the steps, as somebody else would. */
export async function updateStackManually(
  { emulator: { world }, stackName }: FaultWorld,
  resources: Readonly<Record<string, object>>,
): Promise<void> {
  const { TemplateBody } = await world.invoke<{ TemplateBody: string }>('cloudformation', 'GetTemplate', {
    StackName: stackName,
  });
  const template = JSON.parse(TemplateBody) as { Parameters: object; Resources: object };
  await world.invoke('cloudformation', 'UpdateStack', {
    StackName: stackName,
    TemplateBody: JSON.stringify({
      ...template,
      Resources: { ...template.Resources, ...resources },
    }),
    Parameters: Object.keys(template.Parameters).map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  });
}

/** Adds a task set of green's version next to green's own, as a failed clean-up would leave it. */
export async function addOrphan({ emulator: { world }, scene }: FaultWorld, canary: ActualCanary): Promise<void> {
  const service = describeService(world, canary.cluster, canary.serviceArn);
  const green = service?.taskSets?.find(({ id }) => id === canary.green.taskSet);
  await world.invoke('ecs', 'CreateTaskSet', {
    cluster: canary.cluster,
    service: canary.serviceArn,
    taskDefinition: green?.taskDefinition,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: scene.subnets, assignPublicIp: 'ENABLED' } },
    loadBalancers: green?.loadBalancers,
    scale: { unit: 'PERCENT', value: 50 },
  });
}

async function addTestRule({ emulator: { world }, stackName, neighbourhood }: FaultWorld, { green }: ActualCanary) {
  await world.invoke('elb', 'CreateRule', {
    ListenerArn: neighbourhood.listenerArn,
    Priority: 5,
    Conditions: [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'before' }] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: green.group }],
    Tags: [{ Key: testRuleTag, Value: stackName }],
  });
}

async function shrinkGreen({ emulator: { world } }: FaultWorld, { cluster, serviceArn, green }: ActualCanary) {
  const scale = { unit: 'PERCENT', value: 10 };
  await world.invoke('ecs', 'UpdateTaskSet', { cluster, service: serviceArn, taskSet: green.taskSet, scale });
}
