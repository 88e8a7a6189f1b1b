import type { TaskSet } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeWorld, type FakeWorld, until } from './fake-world.ts';
import {
  createSet,
  describeService,
  describeSet,
  listTasks,
  request,
  serviceId,
  setScene,
  taskSetInput,
  untilSteady,
} from './scene.ts';

let world: FakeWorld;
beforeEach(async () => {
  world = createFakeWorld();
  await setScene(world);
});
afterEach(() => world.close());

it('a task set goes from STABILIZING to STEADY_STATE with its tasks running and healthy', async () => {
  const { taskSet } = await world.call<{ taskSet: TaskSet }>('CreateTaskSet', taskSetInput({ externalId: 'Blue' }));
  expect(taskSet).toMatchObject({
    status: 'ACTIVE',
    stabilityStatus: 'STABILIZING',
    computedDesiredCount: 2,
    runningCount: 0,
    externalId: 'Blue',
    launchType: 'FARGATE',
  });
  expect(taskSet.id).toMatch(/^ecs-svc\/\d{19}$/);
  expect(taskSet.taskSetArn).toBe(`arn:aws:ecs:us-east-1:123456789012:task-set/main/myservice/${taskSet.id}`);
  expect(taskSet.taskDefinition).toBe('arn:aws:ecs:us-east-1:123456789012:task-definition/mytask:1');
  const steady = await untilSteady(world, taskSet.id ?? '');
  expect(steady).toMatchObject({ runningCount: 2, pendingCount: 0, computedDesiredCount: 2 });
  expect(steady.stabilityStatusAt?.getTime()).toBeGreaterThan(steady.createdAt?.getTime() ?? Number.NaN);
});

it("a task set without a launch type gets the cluster's default capacity providers, as far as there are any", async () => {
  const create = (input: object) => world.call<{ taskSet: TaskSet }>('CreateTaskSet', taskSetInput(input));
  const neither = await create({ launchType: undefined });
  expect(neither.taskSet).toMatchObject({ launchType: 'EC2' });
  const defaultCapacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  const cluster = { cluster: 'main', capacityProviders: ['FARGATE_SPOT'], defaultCapacityProviderStrategy };
  await world.call('PutClusterCapacityProviders', cluster);
  const defaulted = await create({ launchType: undefined });
  expect(defaulted.taskSet.capacityProviderStrategy).toEqual(defaultCapacityProviderStrategy);
  expect(defaulted.taskSet.launchType).toBeUndefined();
  expect((await create({})).taskSet).toMatchObject({ launchType: 'FARGATE' });
});

it('a task set stays STABILIZING while a target is not healthy, and becomes steady once it is', async () => {
  world.balancer.initialState = 'initial';
  const id = await createSet(world);
  await until('two tasks run', async () => (await describeSet(world, id))?.runningCount === 2);
  expect((await describeSet(world, id))?.stabilityStatus).toBe('STABILIZING');
  for (const target of world.balancer.targets.keys()) world.balancer.targets.set(target, { state: 'healthy' });
  await untilSteady(world, id);
  const messages = (await describeService(world)).events?.map(({ message }) => message) ?? [];
  expect(messages.slice(0, 2)).toEqual([
    '(service myservice) has reached a steady state.',
    `(service myservice, taskSet ${id}) updated state to STEADY_STATE.`,
  ]);
});

it.each([
  [5, 50, 3],
  [100, 7, 7],
  [3, 1, 1],
  [3, 0, 0],
])(
  'a task set of a service with %i tasks at %i percent has %i tasks, rounded up',
  async (desiredCount, value, tasks) => {
    await world.call('UpdateService', { ...serviceId, desiredCount });
    const input = taskSetInput({ scale: { value, unit: 'PERCENT' } });
    const { taskSet } = await world.call<{ taskSet: TaskSet }>('CreateTaskSet', input);
    expect(taskSet.computedDesiredCount).toBe(tasks);
  },
);

it('a task set is steady at scale 0, and starts at 0 when no scale is given', async () => {
  const id = await createSet(world, { scale: undefined });
  expect(await untilSteady(world, id)).toMatchObject({ scale: { value: 0 }, runningCount: 0 });
});

it('a task set rescales when its scale or its service changes, and falls back to STABILIZING', async () => {
  const id = await createSet(world);
  await untilSteady(world, id);
  const { taskSet } = await world.call<{ taskSet: TaskSet }>('UpdateTaskSet', {
    ...serviceId,
    taskSet: id,
    scale: { value: 50, unit: 'PERCENT' },
  });
  expect(taskSet).toMatchObject({ computedDesiredCount: 1, stabilityStatus: 'STABILIZING' });
  expect(await untilSteady(world, id)).toMatchObject({ runningCount: 1 });
  await world.call('UpdateService', { ...serviceId, desiredCount: 6 });
  expect(await describeSet(world, id)).toMatchObject({ computedDesiredCount: 3, stabilityStatus: 'STABILIZING' });
  expect(await untilSteady(world, id)).toMatchObject({ runningCount: 3 });
  const stopped = await listTasks(world, { desiredStatus: 'STOPPED' });
  expect(stopped).toMatchObject([
    { stopCode: 'ServiceSchedulerInitiated', stoppedReason: `Scaling activity initiated by (deployment ${id})` },
  ]);
});

it('a deleted task set drains its targets while it keeps serving, and then disappears', async () => {
  world.balancer.drains = true;
  const id = await createSet(world);
  await untilSteady(world, id);
  const [task] = await listTasks(world, { startedBy: id });
  await world.call('DeleteTaskSet', { ...serviceId, taskSet: id });
  expect(await describeSet(world, id)).toMatchObject({ status: 'DRAINING', stabilityStatus: 'STABILIZING' });
  expect([...world.balancer.targets.values()]).toEqual([{ state: 'draining' }, { state: 'draining' }]);
  expect((await request(world, task ?? {})).status).toBe(200);
  world.balancer.targets.clear();
  await until('it is gone', async () => (await describeSet(world, id)) === undefined);
  const answer = await world.call('DescribeTaskSets', { ...serviceId, taskSets: [id] });
  const arn = `arn:aws:ecs:us-east-1:123456789012:task-set/main/myservice/${id}`;
  expect(answer).toEqual({ taskSets: [], failures: [{ arn, reason: 'MISSING' }] });
  expect((await listTasks(world, { desiredStatus: 'STOPPED' })).map(({ lastStatus }) => lastStatus)).toEqual([
    'STOPPED',
    'STOPPED',
  ]);
});

it('creating a task set twice with the same client token creates it once', async () => {
  const first = await createSet(world, { clientToken: 'token' });
  expect(await createSet(world, { clientToken: 'token' })).toBe(first);
  expect(await createSet(world, { clientToken: 'other' })).not.toBe(first);
});

it('a task set shows its tags only on request', async () => {
  const id = await createSet(world, { tags: [{ key: 'a', value: 'b' }] });
  const tagged = await world.call<{ taskSets: TaskSet[] }>('DescribeTaskSets', {
    ...serviceId,
    taskSets: [id],
    include: ['TAGS'],
  });
  expect(tagged.taskSets[0]?.tags).toEqual([{ key: 'a', value: 'b' }]);
  expect((await describeSet(world, id))?.tags).toEqual([]);
});
