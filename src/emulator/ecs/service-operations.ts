import type {
  CreateServiceRequest,
  CreateServiceResponse,
  DeleteServiceRequest,
  DeleteServiceResponse,
  DescribeServicesRequest,
  DescribeServicesResponse,
  ListServicesRequest,
  ListServicesResponse,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@aws-sdk/client-ecs';
import type { OperationTable } from '../contract/operations.ts';
import { ecsArn, lastSegment } from './arns.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { findService, getActiveService, getActiveTaskDefinition, getCluster, getService } from './lookups.ts';
import { takePage } from './paging.ts';
import { refuseCreate, refuseUpdate } from './service-refusals.ts';
import type { ClusterRecord, ServiceRecord } from './state.ts';
import { mergeTags } from './tags.ts';
import { rescale, startDraining } from './task-set-changes.ts';
import { viewService } from './views.ts';

export const serviceOperations: OperationTable<EcsContext> = {
  CreateService: createService,
  UpdateService: updateService,
  DeleteService: deleteService,
  DescribeServices: describeServices,
  ListServices: listServices,
};

function createService(ecs: EcsContext, input: CreateServiceRequest): CreateServiceResponse {
  const cluster = getCluster(ecs.state, input.cluster);
  const name = input.serviceName;
  if (!name) throw invalidParameter('Service name cannot be blank.');
  refuseCreate(input);
  const key = `${cluster.shape.clusterName}/${name}`;
  const existing = ecs.state.services.get(key);
  if (existing && existing.shape.status !== 'INACTIVE') {
    if (existing.shape.status === 'DRAINING')
      throw invalidParameter('Unable to Start a service that is still Draining.');
    if (input.clientToken && input.clientToken === existing.clientToken)
      return { service: viewService(existing, ['TAGS']) };
    throw invalidParameter('Creation of service was not idempotent.');
  }
  const record = newService(ecs, cluster, name, input);
  ecs.state.services.set(key, record);
  return { service: viewService(record, ['TAGS']) };
}

function newService(
  { world, state }: EcsContext,
  cluster: ClusterRecord,
  name: string,
  input: CreateServiceRequest,
): ServiceRecord {
  const { clusterArn, clusterName } = cluster.shape;
  const taskDefinition = input.taskDefinition && getActiveTaskDefinition(state, input.taskDefinition).shape;
  return {
    shape: {
      serviceArn: ecsArn(world, `service/${clusterName}/${name}`),
      serviceName: name,
      clusterArn,
      status: 'ACTIVE',
      desiredCount: input.desiredCount ?? 1,
      ...(taskDefinition ? { taskDefinition: taskDefinition.taskDefinitionArn } : {}),
      deploymentController: { type: input.deploymentController?.type ?? 'ECS' },
      deploymentConfiguration: structuredClone(
        input.deploymentConfiguration ?? { maximumPercent: 200, minimumHealthyPercent: 100 },
      ),
      events: [],
      createdAt: world.clock.now(),
      createdBy: `arn:${world.options.partition}:iam::${world.options.accountId}:root`,
      placementConstraints: structuredClone(input.placementConstraints ?? []),
      placementStrategy: structuredClone(input.placementStrategy ?? []),
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
      schedulingStrategy: 'REPLICA',
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      propagateTags: input.propagateTags ?? 'NONE',
      enableExecuteCommand: input.enableExecuteCommand ?? false,
    },
    clusterName,
    clientToken: input.clientToken,
    sets: [],
    steady: false,
    tags: mergeTags([], input.tags),
  };
}

function updateService(ecs: EcsContext, input: UpdateServiceRequest): UpdateServiceResponse {
  const service = getActiveService(ecs.state, input.cluster, input.service);
  refuseUpdate(service, input);
  const changes = {
    desiredCount: input.desiredCount,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
    placementConstraints: input.placementConstraints && structuredClone(input.placementConstraints),
    placementStrategy: input.placementStrategy && structuredClone(input.placementStrategy),
    enableECSManagedTags: input.enableECSManagedTags,
    propagateTags: input.propagateTags,
  };
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  Object.assign(service.shape, Object.fromEntries(given));
  for (const set of service.sets) rescale(ecs.world, set);
  const answer = { service: viewService(service, ['TAGS']) };
  ecs.scheduler.reconcile(service);
  return answer;
}

function deleteService(ecs: EcsContext, input: DeleteServiceRequest): DeleteServiceResponse {
  const service = getService(ecs.state, input.cluster, input.service);
  if (service.shape.status === 'ACTIVE') {
    if (!input.force && service.shape.desiredCount > 0)
      throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
    if (!input.force && service.sets.length > 0)
      throw invalidParameter('The service cannot be stopped while deployments are active.');
    service.shape.status = 'DRAINING';
    service.shape.desiredCount = 0;
    for (const set of service.sets) startDraining(ecs.world, set);
  }
  const answer = { service: viewService(service, ['TAGS']) };
  ecs.scheduler.reconcile(service);
  return answer;
}

function describeServices({ world, state }: EcsContext, input: DescribeServicesRequest): DescribeServicesResponse {
  const cluster = getCluster(state, input.cluster);
  const names = input.services ?? [];
  if (names.length === 0) throw invalidParameter('Services cannot be empty.');
  if (names.length > 10) throw invalidParameter('Services cannot have more than 10 elements.');
  const found = names.map((name) => ({ name, record: findService(state, cluster, name) }));
  return {
    services: found.flatMap(({ record }) => (record ? [viewService(record, input.include)] : [])),
    failures: found
      .filter(({ record }) => !record)
      .map(({ name }) => ({
        arn: name.startsWith('arn:')
          ? name
          : ecsArn(world, `service/${cluster.shape.clusterName}/${lastSegment(name)}`),
        reason: 'MISSING',
      })),
  };
}

function listServices({ world, state }: EcsContext, input: ListServicesRequest): ListServicesResponse {
  const cluster = getCluster(state, input.cluster);
  const arns = [...state.services.values()]
    .filter(({ shape }) => shape.clusterArn === cluster.shape.clusterArn && shape.status !== 'INACTIVE')
    .filter(({ shape }) => !input.schedulingStrategy || shape.schedulingStrategy === input.schedulingStrategy)
    .map(({ shape }) => shape.serviceArn);
  const page = takePage(world, arns, input);
  return { serviceArns: page.items, nextToken: page.nextToken };
}
