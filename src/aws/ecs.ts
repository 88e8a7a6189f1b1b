import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Service as SdkService,
  type Task as SdkTask,
  type TaskSet as SdkTaskSet,
  TagResourceCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { stableTagKey } from '../canary/colour.ts';
import type { Service, TaskSet } from '../canary/service.ts';
import type { Ecs, Task } from './aws.ts';
import { explaining } from './errors.ts';

/** ECS over the SDK's client. */
export function createEcs(client: ECSClient): Ecs {
  return {
    describeService: async (cluster, serviceArn) => {
      const reply = await explaining('ecs:DescribeServices', () =>
        client.send(new DescribeServicesCommand({ cluster, services: [serviceArn], include: ['TAGS'] })),
      );
      const service = reply.services?.[0];
      return service && toService(service);
    },
    listTasks: (cluster, taskSetId, status) => listTasks(client, cluster, taskSetId, status),
    scaleTaskSet: async (cluster, service, taskSet, percent) => {
      await explaining('ecs:UpdateTaskSet', () =>
        client.send(
          new UpdateTaskSetCommand({ cluster, service, taskSet, scale: { unit: 'PERCENT', value: percent } }),
        ),
      );
    },
    tagStable: async (resourceArn, colour) => {
      await explaining('ecs:TagResource', () =>
        client.send(new TagResourceCommand({ resourceArn, tags: [{ key: stableTagKey, value: colour }] })),
      );
    },
  };
}

async function listTasks(
  client: ECSClient,
  cluster: string,
  taskSetId: string,
  status: 'RUNNING' | 'STOPPED',
): Promise<readonly Task[]> {
  const arns = await explaining('ecs:ListTasks', async () => {
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new ListTasksCommand({ cluster, startedBy: taskSetId, desiredStatus: status, nextToken }),
      );
      found.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  });
  const chunks = Array.from({ length: Math.ceil(arns.length / 100) }, (_, index) =>
    arns.slice(index * 100, index * 100 + 100),
  );
  const tasks: Task[] = [];
  for (const chunk of chunks) {
    const reply = await explaining('ecs:DescribeTasks', () =>
      client.send(new DescribeTasksCommand({ cluster, tasks: chunk })),
    );
    tasks.push(...(reply.tasks ?? []).map(toTask));
  }
  return tasks;
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
    createdAt: taskSet.createdAt ?? new Date(0),
  };
}

function toTask(task: SdkTask): Task {
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return {
    arn: task.taskArn ?? '',
    lastStatus: task.lastStatus ?? '',
    startedBy: task.startedBy ?? '',
    ip: details.find((detail) => detail.name === 'privateIPv4Address')?.value ?? '',
    stopCode: task.stopCode ?? '',
    stopped: describeStop(task),
    stoppedAt: task.stoppedAt,
  };
}

function describeStop(task: SdkTask): string {
  if (!task.stopCode && !task.stoppedReason) return '';
  const containers = (task.containers ?? [])
    .filter((container) => container.exitCode !== undefined || container.reason)
    .map((container) => {
      const exit = container.exitCode === undefined ? '' : ` exited with code ${container.exitCode}`;
      return `container ${container.name ?? ''}${exit}${container.reason ? ` (${container.reason})` : ''}`;
    });
  return [task.stoppedReason ?? task.stopCode ?? '', ...containers].filter(Boolean).join('; ');
}
