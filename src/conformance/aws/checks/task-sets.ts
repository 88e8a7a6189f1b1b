import type { CreateTaskSetCommandInput, Task } from '@aws-sdk/client-ecs';
import type { Check } from '../../check.ts';
import { pollUntil } from '../../clock.ts';
import { crashFamily, runTag } from '../run-names.ts';
import type { Scene } from '../scene.ts';
import { readColours, readTaskSets, replyTo } from '../sightings.ts';

/** What ECS does with task sets and their tasks. */
export const taskSetChecks: readonly Check<Scene>[] = [
  {
    id: 'started-by',
    promise: 'The startedBy of a running task is the id of its task set.',
    look: 'DescribeTasks of the service’s tasks.',
    expected: 'the id of a task set',
    allowed: { 'something else': 'The reasons of failed tasks are missing; a crash loop ends only at the time limit.' },
    see: async (scene) => seeStarters(scene, await readTasks(scene, 'RUNNING')),
  },
  {
    id: 'task-group',
    promise: 'The group of a task names its service.',
    look: 'DescribeTasks of the service’s tasks.',
    expected: 'service:<name>',
    see: async (scene) => {
      const groups = (await readTasks(scene, 'RUNNING')).map(({ group }) => group);
      const fits = groups.length > 0 && groups.every((group) => group === `service:${scene.serviceName}`);
      return { answer: fits ? 'service:<name>' : groups.join(', ') };
    },
  },
  {
    id: 'idle-group-healthy',
    promise: 'A target group with weight 0 counts as used: its targets are checked and become healthy.',
    look: 'DescribeTargetHealth of green’s group while the rule gives it weight 0.',
    expected: 'healthy',
    see: async ({ target, greenGroup }) => {
      const read = async () => {
        const { TargetHealthDescriptions = [] } = await target.elb.describeTargetHealth({ TargetGroupArn: greenGroup });
        return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State ?? '').join(', ');
      };
      const hope = (states: string): boolean => states === 'healthy';
      return { answer: await pollUntil(target.clock, 'green was healthy', read, hope, { seconds: 300 }) };
    },
  },
  {
    id: 'no-task-set-ids',
    promise: 'DescribeTaskSets without ids is refused.',
    look: 'The call.',
    expected: 'InvalidParameterException: TaskSets cannot be empty.',
    allowed: { accepted: 'The steps always name the task sets.' },
    see: async ({ target, network, service }) => ({
      answer: await replyTo(target.ecs.describeTaskSets({ cluster: network.cluster, service })),
    }),
  },
  {
    id: 'unknown-task-set',
    promise: 'DescribeTaskSets lists an unknown task set as a failure.',
    look: 'The call, with an id that does not exist.',
    expected: 'MISSING',
    see: async ({ target, network, service }) => {
      const asked = { cluster: network.cluster, service, taskSets: ['ecs-svc/0000000000000000001'] };
      const { failures = [] } = await target.ecs.describeTaskSets(asked);
      return { answer: failures.map(({ reason }) => reason).join(', ') };
    },
  },
  {
    id: 'short-arn',
    promise: 'A service can be tagged only by its long ARN.',
    look: 'TagResource with an ARN without the cluster.',
    expected: 'refused',
    allowed: { accepted: 'The steps use the long ARN.' },
    see: async ({ target, network, service }) => {
      const short = service.replace(`/${network.cluster}/`, '/');
      const tags = [{ key: runTag, value: 'short' }];
      const reply = await replyTo(target.ecs.tagResource({ resourceArn: short, tags }));
      return { answer: reply === 'accepted' ? reply : 'refused', detail: reply };
    },
  },
  {
    id: 'unattached-group',
    promise: 'ECS refuses a task set whose target group no load balancer uses.',
    look: 'CreateTaskSet with the spare target group.',
    expected: 'refused, because the group has no load balancer',
    see: async (scene) => {
      const LoadBalancer = { containerName: 'web', containerPort: 80, targetGroupArn: scene.network.spareGroup };
      const reply = await replyTo(createSpare(scene, { loadBalancers: [LoadBalancer] }));
      if (reply === 'accepted') await deleteSpares(scene);
      const known = /does not have an associated load balancer/.test(reply);
      return { answer: known ? 'refused, because the group has no load balancer' : reply };
    },
  },
  {
    id: 'client-token',
    promise: 'A second CreateTaskSet with the same client token returns the first task set.',
    look: 'Two calls with one token.',
    expected: 'the same task set',
    see: async (scene) => {
      const clientToken = `check-${scene.run}-token`;
      const [first, second] = [await createSpare(scene, { clientToken }), await createSpare(scene, { clientToken })];
      await deleteSpares(scene);
      return { answer: first === second ? 'the same task set' : 'another task set' };
    },
  },
  {
    id: 'five-task-sets',
    promise: 'A service has at most five task sets.',
    look: 'CreateTaskSet, without tasks, until it is refused.',
    expected: 'the sixth is refused',
    see: seeLimit,
  },
  {
    id: 'crashed-task',
    promise: 'A task that exits is listed as stopped, with its task set in startedBy.',
    look: 'The stopped tasks of a task set whose container exits with code 1.',
    expected: 'the id of a task set',
    allowed: { 'something else': 'The reasons of failed tasks are missing; a crash loop ends only at the time limit.' },
    see: seeCrash,
  },
];

/** The tasks of the service. */
async function readTasks({ target, network, serviceName }: Scene, desiredStatus: 'RUNNING' | 'STOPPED') {
  const { cluster } = network;
  const { taskArns = [] } = await target.ecs.listTasks({ cluster, serviceName, desiredStatus });
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await target.ecs.describeTasks({ cluster, tasks: taskArns });
  return tasks;
}

async function seeStarters(scene: Scene, tasks: readonly Task[]) {
  const ids = (await readTaskSets(scene)).map(({ id }) => id);
  const starters = tasks.map(({ startedBy }) => startedBy);
  const fits = starters.length > 0 && starters.every((starter) => ids.includes(starter));
  return { answer: fits ? 'the id of a task set' : 'something else', detail: `${starters.join(', ')}` };
}

/** Creates a task set beside the stack's, by default without tasks. @returns its id */
async function createSpare(scene: Scene, more: Partial<CreateTaskSetCommandInput> = {}): Promise<string> {
  const { target, network, service, firstTaskDefinition } = scene;
  const { subnets, taskGroup } = network;
  const { taskSet } = await target.ecs.createTaskSet({
    cluster: network.cluster,
    service,
    taskDefinition: firstTaskDefinition,
    externalId: 'spare',
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [...subnets], securityGroups: [taskGroup], assignPublicIp: 'ENABLED' },
    },
    scale: { unit: 'PERCENT', value: 0 },
    ...more,
  });
  return taskSet?.id ?? '';
}

/** Deletes every task set that is not the stack's, and waits until they are gone. */
async function deleteSpares(scene: Scene): Promise<void> {
  const { target, network, service } = scene;
  const { blue, green } = await readColours(scene);
  const readSpares = async () => (await readTaskSets(scene)).filter(({ id = '' }) => ![blue, green].includes(id));
  for (const { id, status } of await readSpares())
    if (status !== 'DRAINING')
      await target.ecs.deleteTaskSet({ cluster: network.cluster, service, taskSet: id, force: true });
  await pollUntil(target.clock, 'the task set was gone', readSpares, (left) => left.length === 0, { seconds: 600 });
}

async function seeLimit(scene: Scene) {
  let reply = 'accepted';
  let created = 2;
  while (reply === 'accepted' && created < 7) {
    reply = await replyTo(createSpare(scene));
    if (reply === 'accepted') created += 1;
  }
  await deleteSpares(scene);
  return { answer: created === 5 ? 'the sixth is refused' : `${created} are accepted`, detail: reply };
}

async function seeCrash(scene: Scene) {
  const { target, run } = scene;
  const { taskDefinition } = await target.ecs.registerTaskDefinition({
    family: crashFamily(run),
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [
      {
        name: 'web',
        image: scene.image,
        essential: true,
        command: ['sh', '-c', 'exit 1'],
        // An emulated task runs no command, and does what this says.
        environment: [{ name: 'EMULATOR_BEHAVIOUR', value: 'crash-loop' }],
      },
    ],
    tags: [{ key: runTag, value: run }],
  });
  const arn = taskDefinition?.taskDefinitionArn;
  await createSpare(scene, { taskDefinition: arn, scale: { unit: 'PERCENT', value: 100 } });
  const readCrashed = async () =>
    (await readTasks(scene, 'STOPPED')).filter(({ taskDefinitionArn }) => taskDefinitionArn === arn);
  const isThere = (tasks: readonly Task[]): boolean => tasks.length > 0;
  const crashed = await pollUntil(target.clock, 'the task stopped', readCrashed, isThere, { seconds: 600 });
  const { answer, detail } = await seeStarters(scene, crashed);
  await deleteSpares(scene);
  return { answer, detail: `${detail}; ${crashed[0]?.stopCode}: ${crashed[0]?.stoppedReason}` };
}
