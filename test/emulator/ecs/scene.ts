import type { ContainerDefinition, Service, Task, TaskDefinition, TaskSet } from '@aws-sdk/client-ecs';
import { blueGroup, type FakeWorld, until } from './fake-world.ts';

export const serviceId = { cluster: 'main', service: 'myservice' };

/** A Fargate task definition like the article's, with the test's changes to its container. */
export function taskDefinitionInput(container: Partial<ContainerDefinition> = {}) {
  return {
    family: 'mytask',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'mycontainer',
        image: 'octopussamples/helloworldwithversion',
        portMappings: [{ containerPort: 4000 }],
        environment: [{ name: 'APPVERSION', value: '1.0.0' }],
        ...container,
      },
    ],
  };
}

/** A cluster with an EXTERNAL service and a first task definition. */
export async function setScene(world: FakeWorld, desiredCount = 2): Promise<void> {
  await world.call('CreateCluster', { clusterName: 'main' });
  await register(world);
  await world.call('CreateService', {
    cluster: 'main',
    serviceName: 'myservice',
    desiredCount,
    deploymentController: { type: 'EXTERNAL' },
  });
}

/** Registers a revision and returns its ARN. */
export async function register(world: FakeWorld, container: Partial<ContainerDefinition> = {}): Promise<string> {
  const answer = await world.call<{ taskDefinition: TaskDefinition }>(
    'RegisterTaskDefinition',
    taskDefinitionInput(container),
  );
  return answer.taskDefinition.taskDefinitionArn ?? '';
}

export function taskSetInput(input: object = {}) {
  return {
    ...serviceId,
    taskDefinition: 'mytask:1',
    launchType: 'FARGATE',
    scale: { value: 100, unit: 'PERCENT' },
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    loadBalancers: [{ targetGroupArn: blueGroup, containerName: 'mycontainer', containerPort: 4000 }],
    ...input,
  };
}

/** Creates a task set and returns its id. */
export async function createSet(world: FakeWorld, input: object = {}): Promise<string> {
  const { taskSet } = await world.call<{ taskSet: TaskSet }>('CreateTaskSet', taskSetInput(input));
  return taskSet.id ?? '';
}

export async function describeSet(world: FakeWorld, id: string): Promise<TaskSet | undefined> {
  const answer = await world.call<{ taskSets: TaskSet[] }>('DescribeTaskSets', { ...serviceId, taskSets: [id] });
  return answer.taskSets[0];
}

export async function describeService(world: FakeWorld): Promise<Service> {
  const answer = await world.call<{ services: Service[] }>('DescribeServices', {
    cluster: 'main',
    services: ['myservice'],
  });
  return answer.services[0] ?? {};
}

export function untilSteady(world: FakeWorld, id: string): Promise<TaskSet> {
  return until(`${id} is steady`, async () => {
    const set = await describeSet(world, id);
    return set?.stabilityStatus === 'STEADY_STATE' && set;
  });
}

/** All tasks of the service with that desired status, from every page. */
export async function listTasks(world: FakeWorld, filter: object = {}): Promise<Task[]> {
  const taskArns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.call<{ taskArns: string[]; nextToken?: string }>('ListTasks', {
      cluster: 'main',
      ...('startedBy' in filter ? {} : { serviceName: 'myservice' }),
      ...filter,
      ...(nextToken ? { nextToken } : {}),
    });
    taskArns.push(...page.taskArns);
    nextToken = page.nextToken;
  } while (nextToken);
  if (taskArns.length === 0) return [];
  const answer = await world.call<{ tasks: Task[] }>('DescribeTasks', { cluster: 'main', tasks: taskArns });
  return answer.tasks;
}

/** The private address of a task, as a client finds it. */
export function addressOf(task: Task): string {
  return task.attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? '';
}

/** Sends a request to a task, through its real local port. */
export function request(world: FakeWorld, task: Task, headers: Record<string, string> = {}): Promise<Response> {
  const endpoint = world.network.lookup(addressOf(task), 4000);
  return fetch(`http://127.0.0.1:${endpoint?.localPort}/`, { headers: { connection: 'close', ...headers } });
}
