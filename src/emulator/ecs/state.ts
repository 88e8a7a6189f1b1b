import type { Cluster, Service, Tag, Task, TaskDefinition, TaskSet } from '@aws-sdk/client-ecs';
import type { SharedWorld } from '../contract/shared-world.ts';
import type { TargetRegistry } from '../contract/targets.ts';
import type { Application } from './application.ts';
import type { TaskBehaviour } from './behaviours.ts';

/** What ECS needs: what all services share, and load balancing for the targets of its tasks. */
export interface EcsWorld extends SharedWorld {
  readonly elb: TargetRegistry;
}

export interface EcsState {
  /** By name. */
  readonly clusters: Map<string, ClusterRecord>;
  /** By `family:revision`. */
  readonly taskDefinitions: Map<string, TaskDefinitionRecord>;
  /** By `cluster/service`, including inactive services. */
  readonly services: Map<string, ServiceRecord>;
  /** By ARN, in order of creation. */
  readonly tasks: Map<string, TaskRecord>;
}

type Filled<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };

export interface ClusterRecord {
  readonly shape: Filled<Cluster, 'clusterArn' | 'clusterName' | 'status'>;
  tags: Tag[];
}

export interface TaskDefinitionRecord {
  readonly shape: Filled<
    TaskDefinition,
    'taskDefinitionArn' | 'family' | 'revision' | 'status' | 'containerDefinitions'
  >;
  tags: Tag[];
}

export interface ServiceRecord {
  readonly shape: Filled<
    Service,
    'serviceArn' | 'serviceName' | 'clusterArn' | 'status' | 'desiredCount' | 'events' | 'deploymentController'
  >;
  readonly clusterName: string;
  readonly clientToken: string | undefined;
  sets: TaskSetRecord[];
  /** Whether the last event about its stability was "has reached a steady state". */
  steady: boolean;
  tags: Tag[];
}

export interface TaskSetRecord {
  readonly service: ServiceRecord;
  readonly shape: Filled<
    TaskSet,
    | 'id'
    | 'taskSetArn'
    | 'status'
    | 'computedDesiredCount'
    | 'pendingCount'
    | 'runningCount'
    | 'scale'
    | 'stabilityStatus'
    | 'loadBalancers'
    | 'taskDefinition'
  >;
  readonly definition: TaskDefinitionRecord;
  readonly clientToken: string | undefined;
  /** The number of tasks in a row that stopped before they ran. */
  failedStarts: number;
  /** Emulated epoch milliseconds before which no task is started. */
  notBefore: number;
  tags: Tag[];
}

export interface TaskRecord {
  readonly set: TaskSetRecord;
  readonly shape: Filled<
    Task,
    'taskArn' | 'clusterArn' | 'containers' | 'attachments' | 'lastStatus' | 'desiredStatus' | 'createdAt' | 'startedBy'
  >;
  readonly behaviour: TaskBehaviour;
  readonly ip: string;
  readonly containerPort: number;
  readonly targetGroupArn: string | undefined;
  application: Application | undefined;
  /** Cancels the task's pending timers. */
  timers: (() => void)[];
  tags: Tag[];
}

export function createState(): EcsState {
  return { clusters: new Map(), taskDefinitions: new Map(), services: new Map(), tasks: new Map() };
}

/** The tasks of a task set, including stopped ones, in order of creation. */
export function tasksOf(state: EcsState, set: TaskSetRecord): TaskRecord[] {
  return [...state.tasks.values()].filter((task) => task.set === set);
}
