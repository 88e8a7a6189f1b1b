import type { Container } from '@aws-sdk/client-ecs';
import type { SharedWorld } from '../contract/shared-world.ts';
import { ecsArn, lastSegment } from './arns.ts';
import { readTaskBehaviour } from './behaviours.ts';
import type { TaskRecord, TaskSetRecord } from './state.ts';

/** A new PROVISIONING task of a task set, with its own address; nothing runs yet. */
export function newTask(world: SharedWorld, set: TaskSetRecord): TaskRecord {
  const { service, definition } = set;
  const ip = world.network.allocateIp();
  const taskArn = ecsArn(world, `task/${service.clusterName}/${world.id(32)}`);
  const launchType = set.shape.launchType ?? 'FARGATE';
  const { cpu, memory } = definition.shape;
  return {
    set,
    shape: {
      taskArn,
      taskDefinitionArn: set.shape.taskDefinition,
      clusterArn: service.shape.clusterArn,
      group: `service:${service.shape.serviceName}`,
      startedBy: set.shape.id,
      createdAt: world.clock.now(),
      desiredStatus: 'RUNNING',
      lastStatus: 'PROVISIONING',
      healthStatus: 'UNKNOWN',
      launchType,
      ...(launchType === 'FARGATE' ? { platformVersion: '1.4.0', platformFamily: 'Linux' } : {}),
      ...(cpu ? { cpu } : {}),
      ...(memory ? { memory } : {}),
      availabilityZone: `${world.options.region}a`,
      connectivity: 'CONNECTED',
      attachments: [networkInterface(world, set, ip)],
      containers: newContainers(world, set, taskArn, ip),
      overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
      version: 1,
    },
    behaviour: readTaskBehaviour(definition.shape),
    ip,
    containerPort: servedPort(set),
    targetGroupArn: set.shape.loadBalancers[0]?.targetGroupArn,
    application: undefined,
    timers: [],
    tags: [],
  };
}

/** The load-balanced port, or the first port that the task definition maps. */
function servedPort({ shape, definition }: TaskSetRecord): number {
  const mappings = definition.shape.containerDefinitions.flatMap(({ portMappings }) => portMappings ?? []);
  return shape.loadBalancers[0]?.containerPort ?? mappings[0]?.containerPort ?? 80;
}

function networkInterface(world: SharedWorld, { shape }: TaskSetRecord, ip: string) {
  return {
    id: world.id(32),
    type: 'ElasticNetworkInterface',
    status: 'ATTACHED',
    details: [
      { name: 'subnetId', value: shape.networkConfiguration?.awsvpcConfiguration?.subnets?.[0] ?? '' },
      { name: 'networkInterfaceId', value: `eni-${world.id(17)}` },
      { name: 'privateIPv4Address', value: ip },
    ],
  };
}

function newContainers(world: SharedWorld, { definition }: TaskSetRecord, taskArn: string, ip: string): Container[] {
  return definition.shape.containerDefinitions.map(({ name, image, cpu, memory, memoryReservation }) => ({
    containerArn: `${taskArn.replace(':task/', ':container/')}/${world.id(32)}`,
    taskArn,
    name,
    image,
    runtimeId: `${lastSegment(taskArn)}-${world.id(10)}`,
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    networkBindings: [],
    networkInterfaces: [{ attachmentId: world.id(32), privateIpv4Address: ip }],
    cpu: String(cpu ?? 0),
    ...(memory ? { memory: String(memory) } : {}),
    ...(memoryReservation ? { memoryReservation: String(memoryReservation) } : {}),
  }));
}
