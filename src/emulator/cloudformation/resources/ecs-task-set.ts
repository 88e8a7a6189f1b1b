import { AwsError } from '../../contract/aws-error.ts';
import { atLeastTwoRealMinutes, type ServiceOptions } from '../../contract/options.ts';
import { isObject, type Properties } from '../template/template.ts';
import { type ExistingResource, type HandlerContext, HandlerFailure, type ResourceHandler } from './handler.ts';
import { pick, type Shape, toCamel } from './shape.ts';
import { ecsTags, tagChange, tagsOf } from './tags.ts';

const createOnly =
  'CapacityProviderStrategy Cluster ExternalId LaunchType LoadBalancers NetworkConfiguration PlatformVersion Service ServiceRegistries TaskDefinition'.split(
    ' ',
  );

const shape: Shape = {
  CapacityProviderStrategy: { Base: 'number', Weight: 'number' },
  LoadBalancers: { ContainerPort: 'number' },
  ServiceRegistries: { ContainerPort: 'number', Port: 'number' },
  Scale: { Value: 'number' },
};

/** The keys that AWS::ECS::TaskSet's schema allows inside its properties. */
const nestedKeys: Readonly<Record<string, readonly string[]>> = {
  CapacityProviderStrategy: ['Base', 'CapacityProvider', 'Weight'],
  LoadBalancers: ['ContainerName', 'ContainerPort', 'TargetGroupArn'],
  Scale: ['Unit', 'Value'],
  ServiceRegistries: ['ContainerName', 'ContainerPort', 'Port', 'RegistryArn'],
  Tags: ['Key', 'Value'],
};
const networkKeys = ['AssignPublicIp', 'SecurityGroups', 'Subnets'];

const pollSeconds = 3;
const limitSeconds = 3 * 3600;
const attachmentSeconds = 60;

interface TaskSetView {
  readonly id: string;
  readonly taskSetArn: string;
  readonly status: string;
  readonly stabilityStatus: string;
}

/** AWS::ECS::TaskSet. Its physical id is the cluster, service and id as in the template, separated by bars; `Id` is its only attribute. */
export const taskSetHandler: ResourceHandler = {
  properties: [...createOnly, 'Scale', 'Tags'],
  required: ['Cluster', 'Service', 'TaskDefinition'],
  createOnly,
  attributes: ['Id'],
  taggable: true,
  check: checkNested,
  create: createTaskSet,
  update: updateTaskSet,
  delete: deleteTaskSet,
};

function checkNested(properties: Properties, options: ServiceOptions): string | undefined {
  for (const [name, keys] of Object.entries(nestedKeys)) {
    const items = [properties[name] ?? []].flat();
    for (const item of items) {
      const extra = extraneous(item, keys);
      if (extra) return `#/${name}: extraneous key [${extra}] is not permitted`;
    }
  }
  const casings = ['AwsVpcConfiguration', ...(options.acceptAwsvpcCasing ? ['AwsvpcConfiguration'] : [])];
  const network = properties['NetworkConfiguration'];
  const extra = extraneous(network, casings);
  if (extra) return `#/NetworkConfiguration: extraneous key [${extra}] is not permitted`;
  const inner = casings.map((key) => isObject(network) && extraneous(network[key], networkKeys)).find(Boolean);
  return inner ? `#/NetworkConfiguration/AwsVpcConfiguration: extraneous key [${inner}] is not permitted` : undefined;
}

function extraneous(value: unknown, keys: readonly string[]): string | undefined {
  return isObject(value) ? Object.keys(value).find((key) => !keys.includes(key)) : undefined;
}

async function createTaskSet(context: HandlerContext, properties: Properties) {
  const tags = ecsTags(tagsOf(properties));
  const input = {
    ...(toCamel(pick(properties, [...createOnly, 'Scale']), shape) as object),
    clientToken: context.id(32),
    ...(tags.length > 0 ? { tags } : {}),
  };
  const { taskSet } = await whenAttached(context, () =>
    context.call<{ taskSet: TaskSetView }>('ecs', 'CreateTaskSet', input),
  );
  const physicalId = `${properties['Cluster']}|${properties['Service']}|${taskSet.id}`;
  context.initiated(physicalId);
  if (context.options.taskSetCreateWaits) await stabilize(context, properties, taskSet.id);
  return { physicalId, attributes: { Id: taskSet.id } };
}

/** A task set that does not depend on its listener rule may be created before it. AWS does not document whether CloudFormation retries, so it is an option. */
async function whenAttached<Answer>(context: HandlerContext, call: () => Promise<Answer>): Promise<Answer> {
  const deadline = context.now() + atLeastTwoRealMinutes(context.options, attachmentSeconds) * 1000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const isRace = error instanceof AwsError && error.message.includes('does not have an associated load balancer');
      if (!isRace || !context.options.taskSetAwaitsAttachment || context.now() > deadline) throw error;
    }
    await context.pause(1);
  }
}

async function updateTaskSet(context: HandlerContext, resource: ExistingResource, next: Properties) {
  const { properties: before, attributes } = resource;
  const id = String(attributes['Id']);
  if (next['Scale'] !== undefined && JSON.stringify(before['Scale']) !== JSON.stringify(next['Scale'])) {
    const scale = toCamel(next['Scale'], { Value: 'number' });
    await context.call('ecs', 'UpdateTaskSet', { ...place(next), taskSet: id, scale });
    if (context.options.taskSetCreateWaits) await stabilize(context, next, id);
  }
  const change = tagChange(before, next);
  if (change) await retag(context, next, id, change);
  return attributes;
}

async function retag(
  context: HandlerContext,
  properties: Properties,
  id: string,
  change: NonNullable<ReturnType<typeof tagChange>>,
) {
  const resourceArn = (await describe(context, properties, id))?.taskSetArn;
  if (change.removed.length > 0) await context.call('ecs', 'UntagResource', { resourceArn, tagKeys: change.removed });
  if (change.set.length > 0) await context.call('ecs', 'TagResource', { resourceArn, tags: ecsTags(change.set) });
}

async function deleteTaskSet(context: HandlerContext, resource: ExistingResource): Promise<void> {
  const { properties } = resource;
  // A cancelled create never returned attributes, so the id is read from the physical id.
  const id = resource.physicalId.split('|').at(-1) ?? '';
  const force = context.options.taskSetDeleteForces;
  try {
    await context.call('ecs', 'DeleteTaskSet', { ...place(properties), taskSet: id, ...(force ? { force } : {}) });
    while (await describe(context, properties, id)) await context.pause(pollSeconds);
  } catch (error) {
    const isGone =
      error instanceof AwsError && /^(TaskSet|Service|Cluster)Not(Found|Active)Exception$/.test(error.code);
    if (!isGone) throw error;
  }
}

async function stabilize(context: HandlerContext, properties: Properties, id: string): Promise<void> {
  const deadline = context.now() + atLeastTwoRealMinutes(context.options, limitSeconds) * 1000;
  for (;;) {
    const taskSet = await describe(context, properties, id);
    if (taskSet?.stabilityStatus === 'STEADY_STATE') return;
    if (!taskSet) throw new HandlerFailure('NotStabilized', `The task set ${id} is gone.`);
    if (context.now() > deadline)
      throw new HandlerFailure('NotStabilized', `The task set ${id} did not reach STEADY_STATE in 3 hours.`);
    await context.pause(pollSeconds);
  }
}

async function describe(context: HandlerContext, properties: Properties, id: string): Promise<TaskSetView | undefined> {
  const answer = await context.call<{ taskSets?: TaskSetView[] }>('ecs', 'DescribeTaskSets', {
    ...place(properties),
    taskSets: [id],
  });
  return answer.taskSets?.[0];
}

function place(properties: Properties): { cluster: unknown; service: unknown } {
  return { cluster: properties['Cluster'], service: properties['Service'] };
}
