import type { Cluster, Service, Tag, Task, TaskDefinition, TaskSet } from '@aws-sdk/client-ecs';
import type {
  ClusterRecord,
  EcsState,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
  TaskSetRecord,
} from './state.ts';

interface Tagged<T> {
  readonly shape: T;
  readonly tags: Tag[];
}

/** A copy of a record for an answer, with tags only if they were requested. */
function view<T extends object>(record: Tagged<T>, include: readonly string[] | undefined): T & { tags: Tag[] } {
  return structuredClone({ ...record.shape, tags: include?.includes('TAGS') ? record.tags : [] });
}

export function viewTaskSet(record: TaskSetRecord, include?: readonly string[]): TaskSet {
  return view(record, include);
}

export function viewTask(record: TaskRecord, include?: readonly string[]): Task {
  return view(record, include);
}

export function viewTaskDefinition(record: TaskDefinitionRecord): TaskDefinition {
  return structuredClone(record.shape);
}

/** A service with its task sets and their counts; the settings of the primary task set also appear at the top level. */
export function viewService(record: ServiceRecord, include?: readonly string[]): Service {
  const primary = record.sets.find(({ shape }) => shape.status === 'PRIMARY')?.shape;
  const total = (count: 'runningCount' | 'pendingCount') =>
    record.sets.reduce((sum, { shape }) => sum + shape[count], 0);
  return {
    ...view(record, include),
    runningCount: total('runningCount'),
    pendingCount: total('pendingCount'),
    loadBalancers: structuredClone(primary?.loadBalancers ?? []),
    serviceRegistries: structuredClone(primary?.serviceRegistries ?? []),
    taskDefinition: primary?.taskDefinition ?? record.shape.taskDefinition,
    launchType: primary?.launchType,
    platformVersion: primary?.platformVersion,
    networkConfiguration: structuredClone(primary?.networkConfiguration),
    taskSets: record.sets.map((set) => viewTaskSet(set, include)),
    deployments: [],
  };
}

/** A cluster with its counts. */
export function viewCluster(state: EcsState, record: ClusterRecord, include?: readonly string[]): Cluster {
  const services = [...state.services.values()].filter(
    ({ shape }) => shape.clusterArn === record.shape.clusterArn && shape.status === 'ACTIVE',
  );
  const tasks = [...state.tasks.values()].filter(({ shape }) => shape.clusterArn === record.shape.clusterArn);
  return {
    ...view(record, include),
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ shape }) => shape.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ shape }) => ['PROVISIONING', 'PENDING'].includes(shape.lastStatus)).length,
    activeServicesCount: services.length,
  };
}
