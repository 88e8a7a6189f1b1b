import { AwsError } from '../../contract/aws-error.ts';
import { isObject, type Properties } from '../template/template.ts';
import { type ExistingResource, type HandlerContext, HandlerFailure, type ResourceHandler } from './handler.ts';
import { pick, type Shape, toCamel } from './shape.ts';
import { ecsTags, tagChange, tagsOf } from './tags.ts';

const sent =
  'AvailabilityZoneRebalancing CapacityProviderStrategy DeploymentConfiguration DeploymentController DesiredCount EnableECSManagedTags EnableExecuteCommand HealthCheckGracePeriodSeconds LaunchType LoadBalancers Monitoring NetworkConfiguration PlacementConstraints PlacementStrategies PlatformVersion PropagateTags Role SchedulingStrategy ServiceConnectConfiguration ServiceRegistries TaskDefinition VolumeConfigurations VpcLatticeConfigurations'.split(
    ' ',
  );

const shape: Shape = {
  CapacityProviderStrategy: { Base: 'number', Weight: 'number' },
  DeploymentConfiguration: {
    MaximumPercent: 'number',
    MinimumHealthyPercent: 'number',
    DeploymentCircuitBreaker: { Enable: 'flag', Rollback: 'flag' },
    Alarms: { Enable: 'flag', Rollback: 'flag' },
  },
  DesiredCount: 'number',
  EnableECSManagedTags: 'flag',
  EnableExecuteCommand: 'flag',
  HealthCheckGracePeriodSeconds: 'number',
  LoadBalancers: { ContainerPort: 'number' },
  ServiceRegistries: { ContainerPort: 'number', Port: 'number' },
};

interface ServiceView {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly status: string;
  readonly desiredCount?: number;
  readonly runningCount?: number;
  readonly pendingCount?: number;
}

/** AWS::ECS::Service. `Ref` is the service's ARN. */
export const serviceHandler: ResourceHandler = {
  properties: [...sent, 'Cluster', 'ServiceName', 'ForceNewDeployment', 'Tags'],
  required: [],
  createOnly: ['Cluster', 'DeploymentController', 'LaunchType', 'Role', 'SchedulingStrategy', 'ServiceName'],
  attributes: ['Name', 'ServiceArn'],
  taggable: true,
  create: createService,
  update: updateService,
  delete: deleteService,
};

async function createService(context: HandlerContext, properties: Properties) {
  const name = properties['ServiceName'] ?? `${context.stackName}-${context.logicalId}-${context.id(12)}`;
  const tags = ecsTags(tagsOf(properties));
  const { service } = await context.call<{ service: ServiceView }>('ecs', 'CreateService', {
    desiredCount: 1,
    ...apiFields(properties, sent),
    cluster: properties['Cluster'],
    serviceName: String(name),
    clientToken: context.id(32),
    ...(tags.length > 0 ? { tags } : {}),
  });
  context.initiated(service.serviceArn);
  await stabilize(context, properties, service.serviceArn);
  return { physicalId: service.serviceArn, attributes: { ServiceArn: service.serviceArn, Name: service.serviceName } };
}

async function updateService(context: HandlerContext, resource: ExistingResource, next: Properties) {
  const { physicalId: arn, properties: before } = resource;
  const changed = sent.filter(
    (name) => next[name] !== undefined && JSON.stringify(next[name]) !== JSON.stringify(before[name]),
  );
  if (changed.length > 0)
    await context.call('ecs', 'UpdateService', { cluster: next['Cluster'], service: arn, ...apiFields(next, changed) });
  const tags = tagChange(before, next);
  if (tags?.removed.length) await context.call('ecs', 'UntagResource', { resourceArn: arn, tagKeys: tags.removed });
  if (tags?.set.length) await context.call('ecs', 'TagResource', { resourceArn: arn, tags: ecsTags(tags.set) });
  if (changed.length > 0) await stabilize(context, next, arn);
  return resource.attributes;
}

async function deleteService(context: HandlerContext, resource: ExistingResource): Promise<void> {
  const cluster = resource.properties['Cluster'];
  const service = resource.physicalId;
  try {
    await context.call('ecs', 'DeleteService', { cluster, service, force: true });
    while ((await describe(context, resource.properties, service))?.status === 'DRAINING') await context.pause(3);
  } catch (error) {
    if (!(error instanceof AwsError && /Not(Found|Active)Exception$/.test(error.code))) throw error;
  }
}

/** With the EXTERNAL controller there is no deployment to wait for, so the service is stable at once. */
async function stabilize(context: HandlerContext, properties: Properties, arn: string): Promise<void> {
  await context.pause(5);
  const controller = properties['DeploymentController'];
  if (isObject(controller) && controller['Type'] === 'EXTERNAL') return;
  const deadline = context.now() + 3 * 3_600_000;
  for (;;) {
    const service = await describe(context, properties, arn);
    if (service && service.runningCount === service.desiredCount && !service.pendingCount) return;
    if (context.now() > deadline)
      throw new HandlerFailure('NotStabilized', 'The service did not stabilize in 3 hours.');
    await context.pause(3);
  }
}

async function describe(context: HandlerContext, properties: Properties, arn: string) {
  const answer = await context.call<{ services?: ServiceView[] }>('ecs', 'DescribeServices', {
    cluster: properties['Cluster'],
    services: [arn],
  });
  return answer.services?.[0];
}

function apiFields(properties: Properties, names: readonly string[]): Record<string, unknown> {
  const { PlacementStrategies, ...others } = pick(properties, names);
  return {
    ...(toCamel(others, shape) as Record<string, unknown>),
    ...(PlacementStrategies ? { placementStrategy: toCamel(PlacementStrategies, 'text') } : {}),
  };
}
