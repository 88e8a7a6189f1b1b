import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blueGroup, createFakeWorld, type FakeWorld, until } from './fake-world.ts';
import {
  addressOf,
  createSet,
  describeService,
  describeSet,
  listTasks,
  register,
  request,
  serviceId,
  setScene,
  untilSteady,
} from './scene.ts';

let world: FakeWorld;
beforeEach(async () => {
  world = createFakeWorld();
  await setScene(world);
});
afterEach(() => world.close());

const cluster = { cluster: 'main' };

it('a task shows its task set and its address, and answers with its version', async () => {
  const id = await createSet(world);
  await untilSteady(world, id);
  const tasks = await listTasks(world, { startedBy: id });
  expect(new Set(tasks.map(addressOf)).size).toBe(2);
  for (const task of tasks) {
    expect(task).toMatchObject({
      taskArn: expect.stringMatching(/^arn:aws:ecs:us-east-1:123456789012:task\/main\/[0-9a-f]{32}$/),
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      startedBy: id,
      group: 'service:myservice',
      launchType: 'FARGATE',
      cpu: '256',
      memory: '512',
      containers: [{ name: 'mycontainer', lastStatus: 'RUNNING', healthStatus: 'UNKNOWN' }],
    });
    expect(task.startedAt?.getTime()).toBeGreaterThan(task.createdAt?.getTime() ?? Number.NaN);
    const response = await request(world, task);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-app-version')).toBe('1.0.0');
    expect(response.headers.get('x-task-definition')).toBe(task.taskDefinitionArn);
    expect(await response.text()).toContain('1.0.0');
  }
});

it('a container shows the digest of its image once it runs: one digest per name', async () => {
  const pinned = `sha256:${'0a'.repeat(32)}`;
  const images = ['shop:1', 'shop:2', 'shop:1', `shop@${pinned}`];
  const digests: unknown[] = [];
  for (const [index, image] of images.entries()) {
    const taskDefinition = await register(world, { image });
    const id = await createSet(world, { taskDefinition, ...(index > 0 && { loadBalancers: [] }) });
    await untilSteady(world, id);
    const found = (await listTasks(world, { startedBy: id })).map(({ containers }) => containers?.[0]?.imageDigest);
    expect(new Set(found).size).toBe(1);
    digests.push(found[0]);
  }
  const [first, second, again, last] = digests;
  expect([again, last]).toEqual([first, pinned]);
  expect([first, second]).toEqual(Array(2).fill(expect.stringMatching(/^sha256:[0-9a-f]{64}$/)));
  expect(second).not.toBe(first);
});

it('a task is PROVISIONING, then PENDING, before it runs', async () => {
  await world.close();
  world = createFakeWorld({ taskStartSeconds: 300 });
  await setScene(world);
  const id = await createSet(world);
  const waiting = await listTasks(world);
  expect(waiting.map(({ lastStatus }) => lastStatus)).toEqual(['PROVISIONING', 'PROVISIONING']);
  expect(waiting.map(({ containers }) => containers?.[0]?.imageDigest)).toEqual([undefined, undefined]);
  expect(await describeSet(world, id)).toMatchObject({ pendingCount: 2, runningCount: 0 });
  await until('they are pending', async () => (await listTasks(world)).every((task) => task.lastStatus === 'PENDING'));
  expect(world.balancer.targets.size).toBe(0);
});

it('a task that an operator stops drains, says why it stopped, and is replaced', async () => {
  world.balancer.drains = true;
  const id = await createSet(world);
  await untilSteady(world, id);
  const [task] = await listTasks(world);
  await world.call('StopTask', { ...cluster, task: task?.taskArn, reason: 'because' });
  expect(await listTasks(world, { desiredStatus: 'STOPPED' })).toMatchObject([{ lastStatus: 'DEACTIVATING' }]);
  expect(await describeSet(world, id)).toMatchObject({ runningCount: 1, stabilityStatus: 'STABILIZING' });
  world.balancer.targets.delete(`${addressOf(task ?? {})}:4000`);
  const [stopped] = await until('it stopped', async () => {
    const tasks = await listTasks(world, { desiredStatus: 'STOPPED' });
    return tasks[0]?.lastStatus === 'STOPPED' && tasks;
  });
  expect(stopped).toMatchObject({
    taskArn: task?.taskArn,
    stopCode: 'UserInitiated',
    stoppedReason: 'because',
    stoppedAt: expect.any(Date),
    containers: [{ lastStatus: 'STOPPED', exitCode: 0 }],
  });
  expect(world.network.lookup(addressOf(task ?? {}), 4000)).toBeUndefined();
  expect(await untilSteady(world, id)).toMatchObject({ runningCount: 2 });
});

it('a task whose target is unhealthy is stopped after the grace period, with the reason, and replaced', async () => {
  await world.call('UpdateService', { ...serviceId, desiredCount: 1, healthCheckGracePeriodSeconds: 30 });
  world.balancer.initialState = 'unhealthy';
  const id = await createSet(world);
  const [stopped] = await until('one was stopped', async () => {
    const tasks = await listTasks(world, { desiredStatus: 'STOPPED' });
    return tasks.length > 0 && tasks;
  });
  expect(stopped).toMatchObject({
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: `Task failed ELB health checks in (target-group ${blueGroup})`,
  });
  const served = (stopped?.stoppingAt?.getTime() ?? 0) - (stopped?.startedAt?.getTime() ?? 0);
  expect(served).toBeGreaterThanOrEqual(30_000);
  const messages = (await describeService(world)).events?.map(({ message }) => message);
  expect(messages).toContainEqual(expect.stringMatching(/\(port 4000\) is unhealthy in \(target-group .*\) due to/));
  world.balancer.initialState = 'healthy';
  await untilSteady(world, id);
});
describe('the lists of tasks', () => {
  it('come in pages, and can be filtered', async () => {
    await world.call('UpdateService', { ...serviceId, desiredCount: 7 });
    const id = await createSet(world);
    const page = await world.call<{ taskArns: string[]; nextToken?: string }>('ListTasks', cluster);
    expect(page).toMatchObject({ taskArns: { length: 3 }, nextToken: expect.any(String) });
    expect(await listTasks(world)).toHaveLength(7);
    expect(await listTasks(world, { startedBy: id })).toHaveLength(7);
    expect(await listTasks(world, { startedBy: 'ecs-svc/1' })).toEqual([]);
    expect(await listTasks(world, { desiredStatus: 'STOPPED' })).toEqual([]);
    expect(await listTasks(world, { family: 'other' })).toEqual([]);
  });

  it.each([
    ['ListTasks', { startedBy: 'ecs-svc/1', serviceName: 'myservice' }, 'InvalidParameterException', 'only filter'],
    ['ListTasks', { startedBy: 'ecs-svc/1', desiredStatus: 'STOPPED' }, 'InvalidParameterException', 'only filter'],
    ['ListTasks', { serviceName: 'no' }, 'ServiceNotFoundException', 'Service not found.'],
    ['ListTasks', { nextToken: 'foreign' }, 'InvalidParameterException', 'Invalid token'],
    ['DescribeTasks', { tasks: [] }, 'InvalidParameterException', 'Tasks cannot be empty.'],
    ['DescribeTasks', { tasks: Array.from({ length: 101 }, String) }, 'InvalidParameterException', '100'],
    ['StopTask', { task: 'no' }, 'InvalidParameterException', 'not found'],
  ])('%s refuses %j', async (operation, input, code, message) => {
    await expect(world.call(operation, { ...cluster, ...input })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('name tasks that are missing', async () => {
    expect(await world.call('DescribeTasks', { ...cluster, tasks: ['abc'] })).toEqual({
      tasks: [],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:123456789012:task/main/abc', reason: 'MISSING' }],
    });
  });
});

it('closing frees every port', async () => {
  const id = await createSet(world);
  await untilSteady(world, id);
  const tasks = await listTasks(world);
  await world.close();
  for (const task of tasks) await expect(request(world, task)).rejects.toThrow();
});
