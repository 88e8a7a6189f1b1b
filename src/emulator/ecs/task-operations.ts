import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListTasksRequest,
  ListTasksResponse,
  StopTaskRequest,
  StopTaskResponse,
} from '@aws-sdk/client-ecs';
import type { OperationTable } from '../contract/operations.ts';
import { ecsArn, lastSegment } from './arns.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { findTask, getCluster, getService } from './lookups.ts';
import { takePage } from './paging.ts';

import { stopTask } from './task-lifecycle.ts';
import { viewTask } from './views.ts';

export const taskOperations: OperationTable<EcsContext> = {
  ListTasks: listTasks,
  DescribeTasks: describeTasks,
  StopTask: stopOneTask,
};

function listTasks({ world, state }: EcsContext, input: ListTasksRequest): ListTasksResponse {
  const cluster = getCluster(state, input.cluster);
  const others = [input.serviceName, input.family, input.desiredStatus, input.launchType, input.containerInstance];
  if (input.startedBy && others.some((filter) => filter !== undefined))
    throw invalidParameter('startedBy must be the only filter besides cluster.');
  const group = input.serviceName && `service:${getService(state, input.cluster, input.serviceName).shape.serviceName}`;
  const desiredStatus = input.desiredStatus ?? 'RUNNING';
  const arns = [...state.tasks.values()]
    .filter(({ shape }) => shape.clusterArn === cluster.shape.clusterArn && shape.desiredStatus === desiredStatus)
    .filter(({ shape }) => !group || shape.group === group)
    .filter(({ shape }) => !input.startedBy || shape.startedBy === input.startedBy)
    .filter(({ shape }) => !input.launchType || shape.launchType === input.launchType)
    .filter(({ set }) => !input.family || set.definition.shape.family === input.family)
    .filter(() => !input.containerInstance)
    .map(({ shape }) => shape.taskArn);
  const page = takePage(world, arns, input);
  return { taskArns: page.items, nextToken: page.nextToken };
}

function describeTasks({ world, state }: EcsContext, input: DescribeTasksRequest): DescribeTasksResponse {
  const cluster = getCluster(state, input.cluster);
  const ids = input.tasks ?? [];
  if (ids.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (ids.length > 100) throw invalidParameter('Tasks cannot have more than 100 elements.');
  const found = ids.map((id) => ({ id, record: findTask(state, cluster, id) }));
  return {
    tasks: found.flatMap(({ record }) => (record ? [viewTask(record, input.include)] : [])),
    failures: found
      .filter(({ record }) => !record)
      .map(({ id }) => ({
        arn: ecsArn(world, `task/${cluster.shape.clusterName}/${lastSegment(id)}`),
        reason: 'MISSING',
      })),
  };
}

function stopOneTask(ecs: EcsContext, input: StopTaskRequest): StopTaskResponse {
  const cluster = getCluster(ecs.state, input.cluster);
  if (!input.task) throw invalidParameter('taskId cannot be blank.');
  const task = findTask(ecs.state, cluster, input.task);
  if (!task) throw invalidParameter('The referenced task was not found.');
  stopTask(ecs.world, task, { stopCode: 'UserInitiated', reason: input.reason ?? 'Task stopped by user' });
  const answer = { task: viewTask(task) };
  ecs.scheduler.reconcile(task.set.service);
  return answer;
}
