import {
  CreateClusterCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DeleteTaskSetCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTaskSetsCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';

/** What later steps of a conversation need from earlier ones. */
export interface Conversation {
  taskSet: string;
}

type Step = (client: ECSClient, remembered: Conversation) => Promise<{ $metadata: unknown }>;

const service = { cluster: 'main', service: 'myservice' };
const serviceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/myservice';
const container = { name: 'web', image: 'hello', memory: 128, portMappings: [{ containerPort: 4000 }] };
const taskDefinition = {
  family: 'mytask',
  networkMode: 'awsvpc' as const,
  requiresCompatibilities: ['FARGATE' as const],
  cpu: '256',
  memory: '512',
  containerDefinitions: [container],
};
const newService = {
  cluster: 'main',
  serviceName: 'myservice',
  desiredCount: 1,
  deploymentController: { type: 'EXTERNAL' as const },
};
const newTaskSet = {
  ...service,
  taskDefinition: 'mytask',
  launchType: 'FARGATE' as const,
  scale: { value: 0, unit: 'PERCENT' as const },
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

/** The steps in order, each with a name that says what it does. */
export const conversation: readonly (readonly [string, Step])[] = [
  ['create a cluster', (c) => c.send(new CreateClusterCommand({ clusterName: 'main' }))],
  ['describe clusters', (c) => c.send(new DescribeClustersCommand({ clusters: ['main', 'missing'] }))],
  ['register a task definition', (c) => c.send(new RegisterTaskDefinitionCommand(taskDefinition))],
  ['register without an image', (c) => c.send(new RegisterTaskDefinitionCommand(withoutImage()))],
  ['describe a task definition', (c) => c.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'mytask' }))],
  ['describe a missing one', (c) => c.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'mytask:9' }))],
  ['list task definitions', (c) => c.send(new ListTaskDefinitionsCommand({ familyPrefix: 'mytask' }))],
  ['create a service', (c) => c.send(new CreateServiceCommand(newService))],
  ['create it again', (c) => c.send(new CreateServiceCommand(newService))],
  ['create it in a missing cluster', (c) => c.send(new CreateServiceCommand({ ...newService, cluster: 'missing' }))],
  ['describe services', (c) => c.send(new DescribeServicesCommand({ cluster: 'main', services: ['myservice'] }))],
  ['describe a missing service', (c) => c.send(new DescribeServicesCommand({ cluster: 'main', services: ['x'] }))],
  ['describe no services', (c) => c.send(new DescribeServicesCommand({ cluster: 'main', services: [] }))],
  ['list services', (c) => c.send(new ListServicesCommand({ cluster: 'main' }))],
  ['tag the service', (c) => c.send(new TagResourceCommand({ resourceArn: serviceArn, tags: [stable] }))],
  ['list its tags', (c) => c.send(new ListTagsForResourceCommand({ resourceArn: serviceArn }))],
  ['untag it', (c) => c.send(new UntagResourceCommand({ resourceArn: serviceArn, tagKeys: ['other'] }))],
  ['list tags by short ARN', (c) => c.send(new ListTagsForResourceCommand({ resourceArn: shortArn }))],
  ['list tags of a missing service', (c) => c.send(new ListTagsForResourceCommand({ resourceArn: `${serviceArn}x` }))],
  ['update the service', (c) => c.send(new UpdateServiceCommand({ ...service, desiredCount: 2 }))],
  ['update a missing service', (c) => c.send(new UpdateServiceCommand({ ...service, service: 'x' }))],
  ['update its task definition', (c) => c.send(new UpdateServiceCommand({ ...service, taskDefinition: 'mytask' }))],
  [
    'create a task set',
    async (c, remembered) => {
      const answer = await c.send(new CreateTaskSetCommand(newTaskSet));
      remembered.taskSet = answer.taskSet?.id ?? '';
      return answer;
    },
  ],
  ['create a task set of a missing service', (c) => c.send(new CreateTaskSetCommand({ ...newTaskSet, service: 'x' }))],
  [
    'describe the task set',
    (c, { taskSet }) => c.send(new DescribeTaskSetsCommand({ ...service, taskSets: [taskSet] })),
  ],
  ['describe no task sets', (c) => c.send(new DescribeTaskSetsCommand(service))],
  ['describe a missing task set', (c) => c.send(new DescribeTaskSetsCommand({ ...service, taskSets: ['ecs-svc/1'] }))],
  ['scale the task set', (c, { taskSet }) => c.send(new UpdateTaskSetCommand({ ...service, taskSet, scale: none }))],
  ['make it primary', (c, { taskSet }) => c.send(makePrimary(taskSet))],
  ['list tasks', (c) => c.send(new ListTasksCommand({ cluster: 'main' }))],
  ['list tasks of a missing cluster', (c) => c.send(new ListTasksCommand({ cluster: 'missing' }))],
  ['describe no tasks', (c) => c.send(new DescribeTasksCommand({ cluster: 'main', tasks: [] }))],
  ['delete the primary task set', (c, { taskSet }) => c.send(new DeleteTaskSetCommand({ ...service, taskSet }))],
  ['delete a missing task set', (c) => c.send(new DeleteTaskSetCommand({ ...service, taskSet: 'ecs-svc/1' }))],
  ['delete the service', (c) => c.send(new DeleteServiceCommand(service))],
  ['delete it by force', (c) => c.send(new DeleteServiceCommand({ ...service, force: true }))],
  ['deregister', (c) => c.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'mytask:1' }))],
];

const none = { value: 0, unit: 'PERCENT' as const };
const stable = { key: 'StableStack', value: 'Blue' };
const shortArn = 'arn:aws:ecs:us-east-1:123456789012:service/myservice';

const makePrimary = (primaryTaskSet: string) => new UpdateServicePrimaryTaskSetCommand({ ...service, primaryTaskSet });

function withoutImage() {
  return { ...taskDefinition, containerDefinitions: [{ name: 'web', memory: 128 }] };
}

/** Steps in which moto_server 5.2 is known to differ from AWS: an error's code or `answer` on each side, and why. */
export const differences: Readonly<Record<string, { emulator: string; moto: string; why: string }>> = {
  'create it again': {
    emulator: 'InvalidParameterException',
    moto: 'answer',
    why: 'A second service of one name is not idempotent without its client token.',
  },
  'describe no services': {
    emulator: 'InvalidParameterException',
    moto: 'answer',
    why: 'The API asks for one to ten services.',
  },
  'list tags by short ARN': {
    emulator: 'InvalidParameterException',
    moto: 'ServiceNotFoundException',
    why: 'Tagging needs the long ARN, and AWS says so.',
  },
  'update its task definition': {
    emulator: 'InvalidParameterException',
    moto: 'answer',
    why: 'The task definition of an EXTERNAL service belongs to its task sets.',
  },
  'describe no task sets': {
    emulator: 'InvalidParameterException',
    moto: 'answer',
    why: 'AWS refuses an empty list, although its model calls the list optional.',
  },
  'delete the primary task set': {
    emulator: 'InvalidParameterException',
    moto: 'answer',
    why: 'A primary task set is deleted only by force.',
  },
  'delete a missing task set': {
    emulator: 'TaskSetNotFoundException',
    moto: 'ClientException',
    why: 'The API declares TaskSetNotFoundException; moto sends its text under another code.',
  },
};

/** Fields that moto_server 5.2 returns and the emulator does not, and why. */
export const surplusFields: Readonly<Record<string, string>> = {
  'service.launchType': 'moto says EC2 for every service; an EXTERNAL one has none, its task sets do.',
  'service.taskDefinition': 'moto keeps what the primary task set brought after that was deleted.',
  'taskSet.externalId': 'moto says the empty string where none was given.',
  'taskSet.capacityProviderStrategy': 'moto gives it beside the launch type; AWS gives one or the other.',
};
