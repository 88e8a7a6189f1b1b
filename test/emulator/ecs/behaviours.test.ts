import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock, type EmulatedClock } from '../../../src/emulator/contract/clock.ts';
import { behaviours, readTaskBehaviour } from '../../../src/emulator/ecs/behaviours.ts';
import { createFakeWorld, type FakeWorld, until } from './fake-world.ts';
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
} from './scene.ts';

const healthChecker = { 'user-agent': 'ELB-HealthChecker/2.0' };

let world: FakeWorld;
beforeEach(async () => {
  world = createFakeWorld();
  await setScene(world, 1);
});
afterEach(() => world.close());

/** Starts over with a clock that the test has changed. */
async function changeClock(change: (clock: EmulatedClock) => Partial<EmulatedClock>): Promise<void> {
  await world.close();
  const clock = createClock(100);
  world = createFakeWorld({}, { ...clock, ...change(clock) });
  await setScene(world, 1);
}

/** Starts one misbehaving task set. */
async function misbehave(container: Partial<ContainerDefinition>): Promise<string> {
  const taskDefinition = await register(world, container);
  return createSet(world, { taskDefinition });
}

const asking = (value: string): Partial<ContainerDefinition> => ({
  environment: [{ name: 'EMULATOR_BEHAVIOUR', value }],
});

function untilRunning(): Promise<Task> {
  return until('a task runs', async () => (await listTasks(world)).find((task) => task.lastStatus === 'RUNNING'));
}

function untilStopped(count = 1): Promise<Task[]> {
  return until(`${count} tasks stopped`, async () => {
    const stopped = await listTasks(world, { desiredStatus: 'STOPPED' });
    return stopped.length >= count && stopped;
  });
}

async function statuses(task: Task, count: number, headers: Record<string, string> = {}): Promise<number[]> {
  const results: number[] = [];
  for (let sent = 0; sent < count; sent += 1) results.push((await request(world, task, headers)).status);
  return results;
}

describe('behaviours are read', () => {
  const read = (container: ContainerDefinition) => readTaskBehaviour({ containerDefinitions: [container] }).settings;

  const leaking = { 'error-rate': 0.002, 'latency-doubled': 0, 'slow-leak': 20 };

  it.each([
    ['my/image:1.0.1--crash-loop', { 'crash-loop': 0.5 }],
    ['host:5000/my/image:1--error-rate_0.25--latency_20', { 'error-rate': 0.25, latency: 20 }],
    ['host:5000/my--image/app', {}],
    ['my/image:1--error-rate_2pct--slow-leak_3', { 'error-rate': 0.02, 'slow-leak': 3 }],
    ['my/image:1--error-rate_0.2pct--latency-doubled--slow-leak', leaking],
    ['plain', {}],
  ])('from the image %s', (image, settings) => {
    expect(read({ image })).toEqual(settings);
  });

  it('from the environment', () => {
    expect(read(asking('error-rate=2%'))).toEqual({ 'error-rate': 0.02 });
    expect(read(asking('slow-start=30, failing-health-check'))).toEqual({
      'slow-start': 30,
      'failing-health-check': 0,
    });
  });

  it.each([
    ['tag', { image: 'a:1--explode' }],
    ['variable', asking('crash-loop,explode')],
    ['missing value', asking('slow-start')],
    ['empty value', asking('slow-start=')],
    ['value where none belongs', asking('failed-pull=3')],
    ['rate above 1', asking('error-rate=20')],
    ['rate above 100 %', asking('error-rate=101%')],
    ['percentage of time', asking('latency=2%')],
    ['negative value', asking('latency=-1')],
  ])('and an invalid %s is refused, with the known names', async (_, container) => {
    const refusal = await register(world, container).catch((error) => error);
    expect(refusal).toMatchObject({ code: 'ClientException' });
    expect(refusal.message).toMatch(/^The emulator/);
  });

  it('and the refusal lists all of them', async () => {
    const refusal = await register(world, asking('explode')).catch((error) => error);
    for (const { name } of behaviours) expect(refusal.message).toContain(name);
  });
});

it('behaviour crash-loop: runs, exits 1, and is replaced without back-off', async () => {
  const id = await misbehave({ image: 'my/image:2--crash-loop_2' });
  const stopped = await untilStopped(6);
  const [first] = stopped;
  expect(first).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedAt: expect.any(Date),
    containers: [{ exitCode: 1, lastStatus: 'STOPPED' }],
  });
  const pause = (stopped[5]?.createdAt?.getTime() ?? 0) - (stopped[4]?.stoppedAt?.getTime() ?? 0);
  // A back-off would have reached 16 seconds by then.
  expect(pause).toBeLessThan(16_000);
  expect((await listTasks(world, { startedBy: id })).length).toBeLessThanOrEqual(1);
  expect(world.balancer.targets.size).toBeLessThanOrEqual(1);
});

it('behaviour failed-pull: never runs, and is retried more and more slowly', async () => {
  const id = await misbehave({ image: 'no/such:1--failed-pull' });
  const stopped = await untilStopped(4);
  expect(stopped[0]).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*no\/such:1--failed-pull/),
    containers: [{ reason: expect.stringMatching(/^CannotPullContainerError/) }],
  });
  expect(stopped[0]?.startedAt).toBeUndefined();
  expect(stopped[0]?.containers?.[0]?.exitCode).toBeUndefined();
  const pauses = stopped.slice(1).map((task, index) => {
    return (task.createdAt?.getTime() ?? 0) - (stopped[index]?.stoppedAt?.getTime() ?? 0);
  });
  for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(1000 * 2 ** index);
  expect(await describeSet(world, id)).toMatchObject({ runningCount: 0, stabilityStatus: 'STABILIZING' });
  const messages = (await describeService(world)).events?.map(({ message }) => message);
  expect(messages).toContainEqual(expect.stringContaining('unable to consistently start tasks successfully'));
});

it('behaviour failing-health-check: the load balancer gets 500, users get 200', async () => {
  await misbehave(asking('failing-health-check'));
  const task = await untilRunning();
  expect(await statuses(task, 2, healthChecker)).toEqual([500, 500]);
  expect(await statuses(task, 2)).toEqual([200, 200]);
});

it('behaviour error-rate: that share of requests gets 500, evenly spread; the load balancer gets 200', async () => {
  await misbehave(asking('error-rate=0.4'));
  const task = await untilRunning();
  expect(await statuses(task, 10)).toEqual([200, 200, 500, 200, 500, 200, 200, 500, 200, 500]);
  expect(await statuses(task, 5, healthChecker)).toEqual([200, 200, 200, 200, 200]);
});

it('behaviour latency: every answer takes that much longer', async () => {
  await misbehave(asking('latency=60'));
  const task = await untilRunning();
  const sent = performance.now();
  expect(await statuses(task, 1)).toEqual([200]);
  expect(performance.now() - sent).toBeGreaterThanOrEqual(55);
});

it('behaviours latency-doubled and slow-leak: health checks are answered at once with 200', async () => {
  await world.close();
  // An answer to a user would take ten minutes.
  world = createFakeWorld({ answerMs: 600_000 });
  await setScene(world, 1);
  await misbehave(asking('latency-doubled,slow-leak=0'));
  const task = await untilRunning();
  expect(await statuses(task, 2, healthChecker)).toEqual([200, 200]);
});

it('behaviour slow-start: runs at once and listens later', async () => {
  let listen = (): void => {};
  await changeClock(({ after }) => ({
    after: (seconds, callback) => {
      if (seconds !== 100) return after(seconds, callback);
      listen = callback;
      return () => {};
    },
  }));
  await misbehave(asking('slow-start=100'));
  const task = await untilRunning();
  expect(world.network.lookup(addressOf(task), 4000)).toBeUndefined();
  listen();
  await until('it listens', async () => world.network.lookup(addressOf(task), 4000));
  expect(await statuses(task, 1)).toEqual([200]);
});

it('behaviour start-then-fail: healthy first, unhealthy later', async () => {
  let seconds = 0;
  await changeClock(() => ({ now: () => new Date(seconds * 1000) }));
  await misbehave(asking('start-then-fail=100'));
  const task = await untilRunning();
  expect(await statuses(task, 1, healthChecker)).toEqual([200]);
  seconds = 99;
  expect(await statuses(task, 1, healthChecker)).toEqual([200]);
  seconds = 100;
  expect(await statuses(task, 1, healthChecker)).toEqual([500]);
  expect(await statuses(task, 1)).toEqual([200]);
});

it('deleting its task set ends even a crash loop', async () => {
  const id = await misbehave(asking('crash-loop=1'));
  await untilStopped(1);
  await world.call('DeleteTaskSet', { ...serviceId, taskSet: id });
  await until('it is gone', async () => (await describeSet(world, id)) === undefined);
  expect(await listTasks(world)).toEqual([]);
});
