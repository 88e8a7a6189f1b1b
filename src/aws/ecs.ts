import {
  type Container,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type LogConfiguration,
  type Service as SdkService,
  type Task as SdkTask,
  type TaskSet as SdkTaskSet,
  TagResourceCommand,
  type TaskDefinition,
  UntagResourceCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { stableTagKey } from '../canary/colour.ts';
import { lockTagKey } from '../canary/lock.ts';
import type { Service, TaskSet } from '../canary/service.ts';
import { greenIdleTagKey } from '../canary/settling.ts';
import type { ContainerLog } from '../canary/task-version.ts';
import { pagesOf, partOf } from './answers.ts';
import type { Ecs, Task } from './aws.ts';
import { explaining, saysFailedCheck } from './errors.ts';

/** ECS over the SDK's client. */
export function createEcs(client: ECSClient): Ecs {
  return {
    describeService: async (cluster, serviceArn) => {
      const input = { cluster, services: [serviceArn], include: ['TAGS' as const] };
      const [service] = await explaining('ecs:DescribeServices', async () =>
        partOf(await client.send(new DescribeServicesCommand(input)), 'services'),
      );
      return service && toService(service);
    },
    listTasks: (cluster, serviceName, taskSetId, status) => listTasks(client, cluster, serviceName, taskSetId, status),
    containerLogs: async (taskDefinition) => {
      const { containerDefinitions = [] } = await readTaskDefinition(client, taskDefinition);
      return Object.fromEntries(
        containerDefinitions.map(({ name = '', logConfiguration }) => [name, toLog(logConfiguration)]),
      );
    },
    scaleTaskSet: async (cluster, service, taskSet, percent) => {
      await explaining('ecs:UpdateTaskSet', () =>
        client.send(
          new UpdateTaskSetCommand({ cluster, service, taskSet, scale: { unit: 'PERCENT', value: percent } }),
        ),
      );
    },
    tagStable: (serviceArn, colour, greenIdleSince, entry) =>
      tagService(client, serviceArn, {
        [stableTagKey]: colour,
        ...(greenIdleSince !== undefined && { [greenIdleTagKey]: greenIdleSince }),
        ...entry,
      }),
    acquireLock: (serviceArn, text, entry) => tagService(client, serviceArn, { [lockTagKey]: text, ...entry }),
    releaseLock: async (serviceArn) => {
      await explaining('ecs:UntagResource', () =>
        client.send(new UntagResourceCommand({ resourceArn: serviceArn, tagKeys: [lockTagKey] })),
      );
    },
    record: (serviceArn, tags) => tagService(client, serviceArn, tags),
  };
}

/** A task definition as ECS has it; in a bundle, it has only the members that `build/trimmed-schemas.ts` keeps. */
export function readTaskDefinition(client: ECSClient, taskDefinition: string): Promise<TaskDefinition> {
  return explaining('ecs:DescribeTaskDefinition', async () =>
    partOf(await client.send(new DescribeTaskDefinitionCommand({ taskDefinition })), 'taskDefinition'),
  );
}

/** Where a container with this configuration writes its output. */
export function toLog(log: LogConfiguration | undefined): ContainerLog {
  const options = log?.options ?? {};
  return {
    driver: log?.logDriver ?? '',
    group: options['awslogs-group'] ?? '',
    streamPrefix: options['awslogs-stream-prefix'] ?? '',
    region: options['awslogs-region'] ?? '',
  };
}

async function tagService(
  client: ECSClient,
  resourceArn: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const tags = Object.entries(values).map(([key, value]) => ({ key, value }));
  await explaining('ecs:TagResource', () => client.send(new TagResourceCommand({ resourceArn, tags })));
}

/** @param read what the caller needs of a task */
export async function listTasks(
  client: ECSClient,
  cluster: string,
  serviceName: string,
  taskSetId: string,
  status: 'RUNNING' | 'STOPPED',
  read: (task: SdkTask) => Task = toTask,
): Promise<readonly Task[]> {
  // AWS accepts startedBy only alone, and then lists running tasks; stopped ones are listed by service and filtered below.
  const filter = status === 'RUNNING' ? { startedBy: taskSetId } : { serviceName, desiredStatus: status };
  const arns = await explaining('ecs:ListTasks', async () => {
    const found: string[] = [];
    const readPage = (nextToken: string | undefined) =>
      client.send(new ListTasksCommand({ cluster, ...filter, nextToken }));
    for await (const page of pagesOf(readPage, 'nextToken')) found.push(...partOf(page, 'taskArns'));
    return found;
  });
  const tasks: Task[] = [];
  for (let start = 0; start < arns.length; start += 100) {
    const chunk = arns.slice(start, start + 100);
    const found = await explaining('ecs:DescribeTasks', async () =>
      partOf(await client.send(new DescribeTasksCommand({ cluster, tasks: chunk })), 'tasks'),
    );
    tasks.push(...found.map(read));
  }
  return tasks.filter((task) => task.startedBy === taskSetId);
}

function toService(service: SdkService): Service {
  return {
    arn: service.serviceArn ?? '',
    name: service.serviceName ?? '',
    status: service.status ?? '',
    deploymentController: service.deploymentController?.type ?? 'ECS',
    desiredCount: service.desiredCount ?? 0,
    tags: Object.fromEntries((service.tags ?? []).map((tag) => [tag.key ?? '', tag.value ?? ''])),
    taskSets: (service.taskSets ?? []).map(toTaskSet),
    failedChecks: (service.events ?? [])
      .map(({ createdAt = new Date(0), message = '' }) => ({ at: createdAt, message }))
      .filter(({ message }) => saysFailedCheck(message)),
  };
}

function toTaskSet(taskSet: SdkTaskSet): TaskSet {
  return {
    id: taskSet.id ?? '',
    arn: taskSet.taskSetArn ?? '',
    status: taskSet.status ?? '',
    steady: taskSet.stabilityStatus === 'STEADY_STATE',
    taskDefinition: taskSet.taskDefinition ?? '',
    computedDesired: taskSet.computedDesiredCount ?? 0,
    running: taskSet.runningCount ?? 0,
    pending: taskSet.pendingCount ?? 0,
    scalePercent: taskSet.scale?.value ?? 100,
    targetGroupArns: (taskSet.loadBalancers ?? []).map((balancer) => balancer.targetGroupArn ?? ''),
    container: taskSet.loadBalancers?.[0]?.containerName ?? '',
    createdAt: taskSet.createdAt ?? new Date(0),
  };
}

/** A task in the canary's terms. */
export function toTask(task: SdkTask): Task {
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return {
    arn: task.taskArn ?? '',
    lastStatus: task.lastStatus ?? '',
    startedBy: task.startedBy ?? '',
    ip: details.find((detail) => detail.name === 'privateIPv4Address')?.value ?? '',
    stopCode: task.stopCode ?? '',
    stopped: describeStop(task),
    failedContainer: failedContainer(task)?.name ?? '',
    ran: task.startedAt !== undefined || (task.containers ?? []).some(({ exitCode }) => exitCode !== undefined),
    stoppedAt: task.stoppedAt,
  };
}

function failedContainer({ containers = [], stopCode }: SdkTask): Container | undefined {
  const sick = containers.find(isUnhealthy);
  // If ECS stopped the task, the exit codes are those of containers that were told to stop.
  if (sick || stopCode === 'ServiceSchedulerInitiated') return sick;
  return (
    containers.find(({ reason }) => reason) ?? containers.find(({ exitCode = 0 }) => ![0, 137, 143].includes(exitCode))
  );
}

function isUnhealthy({ healthStatus }: Container): boolean {
  return healthStatus === 'UNHEALTHY';
}

function describeStop(task: SdkTask): string {
  const containers = (task.containers ?? [])
    .filter((container) => container.exitCode !== undefined || container.reason || isUnhealthy(container))
    .map((container) => {
      const exit = container.exitCode === undefined ? '' : ` exited with code ${container.exitCode}`;
      const sick = isUnhealthy(container) ? ' failed its health check (UNHEALTHY)' : '';
      return `container ${container.name ?? ''}${sick}${exit}${container.reason ? ` (${container.reason})` : ''}`;
    });
  return [task.stoppedReason ?? task.stopCode ?? '', ...containers].filter(Boolean).join('; ');
}
