import type { ResourceHandler } from './handler.ts';
import { pick, type Shape, toCamel } from './shape.ts';
import { ecsTags, tagChange, tagsOf } from './tags.ts';

const createOnly =
  'Family ContainerDefinitions Cpu EnableFaultInjection EphemeralStorage ExecutionRoleArn InferenceAccelerators IpcMode Memory NetworkMode PidMode PlacementConstraints ProxyConfiguration RequiresCompatibilities RuntimePlatform TaskRoleArn Volumes'.split(
    ' ',
  );

const container: Shape = {
  Cpu: 'number',
  Memory: 'number',
  MemoryReservation: 'number',
  Essential: 'flag',
  DisableNetworking: 'flag',
  Interactive: 'flag',
  Privileged: 'flag',
  PseudoTerminal: 'flag',
  ReadonlyRootFilesystem: 'flag',
  VersionConsistency: 'text',
  StartTimeout: 'number',
  StopTimeout: 'number',
  DockerLabels: 'verbatim',
  PortMappings: { ContainerPort: 'number', HostPort: 'number' },
  HealthCheck: { Interval: 'number', Timeout: 'number', Retries: 'number', StartPeriod: 'number' },
  LogConfiguration: { Options: 'verbatim' },
  FirelensConfiguration: { Options: 'verbatim' },
  LinuxParameters: { InitProcessEnabled: 'flag', MaxSwap: 'number', SharedMemorySize: 'number', Swappiness: 'number' },
  MountPoints: { ReadOnly: 'flag' },
  VolumesFrom: { ReadOnly: 'flag' },
  RestartPolicy: { Enabled: 'flag', RestartAttemptPeriod: 'number', IgnoredExitCodes: 'number' },
  Ulimits: { HardLimit: 'number', SoftLimit: 'number' },
};

const shape: Shape = {
  ContainerDefinitions: container,
  EnableFaultInjection: 'flag',
  EphemeralStorage: { SizeInGiB: 'number' },
  Volumes: {
    ConfiguredAtLaunch: 'flag',
    DockerVolumeConfiguration: { Autoprovision: 'flag', DriverOpts: 'verbatim', Labels: 'verbatim' },
  },
};

/** AWS::ECS::TaskDefinition. Every change registers a new revision; deleting deregisters it. */
export const taskDefinitionHandler: ResourceHandler = {
  properties: [...createOnly, 'Tags'],
  required: [],
  createOnly,
  attributes: ['TaskDefinitionArn'],
  taggable: true,
  create: async (context, properties) => {
    const family = properties['Family'] ?? `${context.stackName}${context.logicalId}${context.id(12)}`;
    const tags = ecsTags(tagsOf(properties));
    const answer = await context.call<{ taskDefinition: { taskDefinitionArn: string } }>(
      'ecs',
      'RegisterTaskDefinition',
      { ...(toCamel(pick(properties, createOnly), shape) as object), family, ...(tags.length > 0 ? { tags } : {}) },
    );
    const arn = answer.taskDefinition.taskDefinitionArn;
    return { physicalId: arn, attributes: { TaskDefinitionArn: arn } };
  },
  update: async (context, resource, next) => {
    const change = tagChange(resource.properties, next);
    const resourceArn = resource.physicalId;
    if (change?.removed.length) await context.call('ecs', 'UntagResource', { resourceArn, tagKeys: change.removed });
    if (change?.set.length) await context.call('ecs', 'TagResource', { resourceArn, tags: ecsTags(change.set) });
    return resource.attributes;
  },
  delete: async (context, resource) => {
    await context.call('ecs', 'DeregisterTaskDefinition', { taskDefinition: resource.physicalId });
  },
};
