import type {
  CreateTaskSetRequest,
  CreateTaskSetResponse,
  DeleteTaskSetRequest,
  DeleteTaskSetResponse,
  DescribeTaskSetsRequest,
  DescribeTaskSetsResponse,
  Scale,
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse,
  UpdateTaskSetRequest,
  UpdateTaskSetResponse,
} from '@aws-sdk/client-ecs';
import type { OperationTable } from '../contract/operations.ts';
import { ecsArn, newTaskSetId } from './arns.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, taskSetNotFound } from './errors.ts';
import { assertExternal, findTaskSet, getActiveService, getActiveTaskDefinition, getService } from './lookups.ts';
import type { EcsState, ServiceRecord, TaskDefinitionRecord, TaskSetRecord } from './state.ts';
import { mergeTags } from './tags.ts';
import { computeDesiredCount, rescale, startDraining } from './task-set-changes.ts';
import { validateTaskSet } from './task-set-validation.ts';
import { viewTaskSet } from './views.ts';

export const taskSetOperations: OperationTable<EcsContext> = {
  CreateTaskSet: createTaskSet,
  DescribeTaskSets: describeTaskSets,
  UpdateTaskSet: updateTaskSet,
  DeleteTaskSet: deleteTaskSet,
  UpdateServicePrimaryTaskSet: updatePrimary,
};

const maximumTaskSets = 5;

function createTaskSet(ecs: EcsContext, input: CreateTaskSetRequest): CreateTaskSetResponse {
  const service = getActiveService(ecs.state, input.cluster, input.service);
  assertExternal(service);
  const repeated = input.clientToken && service.sets.find((set) => set.clientToken === input.clientToken);
  if (repeated) return { taskSet: viewTaskSet(repeated, ['TAGS']) };
  const definition = getActiveTaskDefinition(ecs.state, input.taskDefinition);
  const scale = checkScale(input.scale ?? { value: 0, unit: 'PERCENT' });
  validateTaskSet(ecs.world, definition, input);
  if (service.sets.length >= maximumTaskSets)
    throw invalidParameter(
      `${maximumTaskSets} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`,
    );
  const record = newTaskSet(ecs, service, definition, { ...input, scale });
  service.sets.push(record);
  service.steady = false;
  const answer = { taskSet: viewTaskSet(record, ['TAGS']) };
  ecs.scheduler.reconcile(service);
  return answer;
}

/** The cluster's default strategy applies if a task set has neither a launch type nor a strategy. */
function strategyOf(state: EcsState, { clusterName }: ServiceRecord, input: CreateTaskSetRequest) {
  const own = input.capacityProviderStrategy;
  if (input.launchType || own?.length) return structuredClone(own);
  return structuredClone(state.clusters.get(clusterName)?.shape.defaultCapacityProviderStrategy);
}

function newTaskSet(
  { world, state }: EcsContext,
  service: ServiceRecord,
  definition: TaskDefinitionRecord,
  input: CreateTaskSetRequest & { scale: Scale },
): TaskSetRecord {
  const id = newTaskSetId(world);
  const now = world.clock.now();
  const { externalId, launchType, networkConfiguration } = structuredClone(input);
  const capacityProviderStrategy = strategyOf(state, service, input);
  const byCapacityProvider = capacityProviderStrategy?.length ? { capacityProviderStrategy } : undefined;
  return {
    shape: {
      id,
      taskSetArn: ecsArn(world, `task-set/${service.clusterName}/${service.shape.serviceName}/${id}`),
      serviceArn: service.shape.serviceArn,
      clusterArn: service.shape.clusterArn,
      ...(externalId === undefined ? {} : { externalId }),
      status: 'ACTIVE',
      taskDefinition: definition.shape.taskDefinitionArn,
      computedDesiredCount: computeDesiredCount(service, input.scale.value ?? 0),
      pendingCount: 0,
      runningCount: 0,
      createdAt: now,
      updatedAt: now,
      ...(byCapacityProvider ?? { launchType: launchType ?? 'EC2' }),
      ...(launchType === 'EC2' ? {} : { platformVersion: input.platformVersion ?? '1.4.0', platformFamily: 'Linux' }),
      ...(networkConfiguration ? { networkConfiguration } : {}),
      loadBalancers: structuredClone(input.loadBalancers ?? []),
      serviceRegistries: structuredClone(input.serviceRegistries ?? []),
      scale: { ...input.scale },
      stabilityStatus: 'STABILIZING',
      stabilityStatusAt: now,
    },
    service,
    definition,
    clientToken: input.clientToken,
    failedStarts: 0,
    notBefore: 0,
    tags: mergeTags([], input.tags),
  };
}

function describeTaskSets({ world, state }: EcsContext, input: DescribeTaskSetsRequest): DescribeTaskSetsResponse {
  const service = getActiveService(state, input.cluster, input.service);
  assertExternal(service);
  const ids = input.taskSets ?? [];
  if (ids.length === 0) throw invalidParameter('TaskSets cannot be empty.');
  const found = ids.map((id) => ({ id, record: findTaskSet(service, id) }));
  const prefix = `task-set/${service.clusterName}/${service.shape.serviceName}`;
  return {
    taskSets: found.flatMap(({ record }) => (record ? [viewTaskSet(record, input.include)] : [])),
    failures: found
      .filter(({ record }) => !record)
      .map(({ id }) => ({ arn: id.startsWith('arn:') ? id : ecsArn(world, `${prefix}/${id}`), reason: 'MISSING' })),
  };
}

function updateTaskSet(ecs: EcsContext, input: UpdateTaskSetRequest): UpdateTaskSetResponse {
  const record = getTaskSet(getActiveService(ecs.state, input.cluster, input.service), input.taskSet);
  if (!input.scale) throw invalidParameter('Scale cannot be blank.');
  const scale = checkScale(input.scale);
  assertNotDraining(record);
  record.shape.scale = scale;
  record.shape.updatedAt = ecs.world.clock.now();
  rescale(ecs.world, record);
  const answer = { taskSet: viewTaskSet(record) };
  ecs.scheduler.reconcile(record.service);
  return answer;
}

function deleteTaskSet(ecs: EcsContext, input: DeleteTaskSetRequest): DeleteTaskSetResponse {
  const record = getTaskSet(getService(ecs.state, input.cluster, input.service), input.taskSet);
  if (record.shape.status === 'PRIMARY' && !input.force) throw invalidParameter('Primary TaskSet cannot be deleted');
  if (record.shape.status !== 'DRAINING') startDraining(ecs.world, record);
  const answer = { taskSet: viewTaskSet(record) };
  ecs.scheduler.reconcile(record.service);
  return answer;
}

function updatePrimary(
  ecs: EcsContext,
  input: UpdateServicePrimaryTaskSetRequest,
): UpdateServicePrimaryTaskSetResponse {
  const service = getActiveService(ecs.state, input.cluster, input.service);
  const record = getTaskSet(service, input.primaryTaskSet);
  assertNotDraining(record);
  for (const { shape } of service.sets) if (shape.status === 'PRIMARY') shape.status = 'ACTIVE';
  record.shape.status = 'PRIMARY';
  record.shape.updatedAt = ecs.world.clock.now();
  return { taskSet: viewTaskSet(record) };
}

function getTaskSet(service: ServiceRecord, idOrArn: string | undefined): TaskSetRecord {
  assertExternal(service);
  if (!idOrArn) throw invalidParameter('TaskSet cannot be blank.');
  const record = findTaskSet(service, idOrArn);
  if (!record) throw taskSetNotFound();
  return record;
}

function assertNotDraining(record: TaskSetRecord): void {
  if (record.shape.status === 'DRAINING') throw invalidParameter('The task set is DRAINING and cannot be changed.');
}

function checkScale({ value = 0, unit = 'PERCENT' }: Scale): Scale {
  if (unit !== 'PERCENT') throw invalidParameter(`Invalid scale unit ${String(unit)}: only PERCENT is known.`);
  if (!(value >= 0 && value <= 100)) throw invalidParameter('Scale value must be between 0.0 and 100.0.');
  return { value, unit };
}
