import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/aws/aws.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { Service, TaskSet } from '../../src/canary/service.ts';
import type { CanaryReader } from '../../src/observation/canary-reader.ts';
import { observeFailing, observeOwnHealth } from '../../src/observation/observe-green.ts';
import { groups, sampleTraffic } from '../canary/sample-traffic.ts';
import { sampleOperation } from '../steps/sample-run.ts';

const startedAt = new Date('2026-03-01T10:00:00Z');
const at = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000);
const operation = sampleOperation({ startedAt });
const ran: Partial<Task> = { ip: '', stopCode: '', stopped: '' };
const crash: Partial<Task> = {
  ...{ arn: 'arn:task/1', ip: '', stopCode: 'EssentialContainerExited', stopped: 'exited with code 1' },
};

type Tasks = Readonly<Record<string, readonly Partial<Task>[]>>;

/** A reader of that service, whose tasks are told by task set and status, such as `green STOPPED`. */
function readerOf(service: () => Service, tasks: Tasks, asked: string[] = []): CanaryReader {
  return {
    address: async () => ({ groups }),
    service: async () => service(),
    unfinishedService: async () => undefined,
    tasks: async (id: string, status: string) => {
      asked.push(`${id} ${status}`);
      return tasks[`${id} ${status}`] ?? [];
    },
  } as unknown as CanaryReader;
}

const { service } = sampleTraffic({ desired: 4 });
const [blue, green] = service.taskSets as readonly [TaskSet, TaskSet];
const withSets = (...taskSets: readonly TaskSet[]) => readerOf(() => ({ ...service, taskSets }), crashing);
const crashing: Tasks = { 'blue STOPPED': Array(9).fill(crash), 'green STOPPED': Array(3).fill(crash) };
const old = { ...blue, createdAt: at(-1) };
const young = { ...green, createdAt: at(1) };

describe('a crash loop under a stack operation', () => {
  it('is that of a task set which the operation created, from the very moment at which it began', async () => {
    for (const createdAt of [at(0), at(1)])
      expect(await observeFailing(withSets(old, { ...green, createdAt }), operation)).toEqual({
        colour: 'Green',
        taskDefinition: green.taskDefinition,
        failed: crashing['green STOPPED'],
        taskSet: { ...green, createdAt },
        cause: '\nLook at task arn:task/1: exited with code 1. It never ran, so it has no log.',
        service: { ...service, taskSets: [old, { ...green, createdAt }] },
      });
  });

  it('is not that of an old blue, which the operation may be about to mend', async () => {
    const calm = { ...young, id: 'calm' };
    expect(await observeFailing(withSets(old, calm), operation)).toBeUndefined();
    expect(await observeFailing(withSets(old, { ...green, createdAt: at(-0.001) }), operation)).toBeUndefined();
  });

  it('is that of a blue which is as new as green', async () => {
    const found = await observeFailing(withSets({ ...blue, createdAt: at(2) }), operation);
    expect(found).toMatchObject({ colour: 'Blue', taskDefinition: blue.taskDefinition });
  });

  it('is not that of a task set which is on its way out', async () => {
    const leaving = { ...young, status: 'DRAINING' };
    expect(await observeFailing(withSets(old, leaving), operation)).toBeUndefined();
  });

  it.each<[number, number, boolean]>([
    [4, 2, false],
    [4, 3, true],
    [10, 4, false],
    [10, 5, true],
  ])('of %i tasks has begun with %i that failed: %s', async (computedDesired, failures, found) => {
    const stopped = [...Array(failures).fill(crash), ran, ran, ran];
    const taskSets = [{ ...young, computedDesired }];
    const reader = readerOf(() => ({ ...service, taskSets }), { 'green STOPPED': stopped });
    expect((await observeFailing(reader, operation))?.failed.length).toBe(found ? failures : undefined);
  });
});

describe('a crash loop under a stack operation that is over, not begun, or not ours', () => {
  it('is not looked for before the operation has an event, nor once it was cancelled', async () => {
    const asked: string[] = [];
    const reader = readerOf(() => ({ ...service, taskSets: [young] }), crashing, asked);
    for (const under of [undefined, sampleOperation(), sampleOperation({ startedAt, cancelledFor: 'it failed' })])
      expect(await observeFailing(reader, under)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is told with the service, whose lock says which deployment has to decide', async () => {
    const tags = { EcsCanaryTakenBy: 'Deployments-2 of Shop' };
    const reader = readerOf(() => ({ ...service, tags, taskSets: [young] }), crashing);
    expect(await observeFailing(reader, operation)).toMatchObject({ colour: 'Green', service: { tags } });
  });

  it('is not looked for where there is no service yet; any other trouble is told', async () => {
    const failing = (code: 'canary-not-found' | 'aws-access-denied') =>
      readerOf(() => {
        throw new OperatorError(code, 'no', 'ask');
      }, {});
    expect(await observeFailing(failing('canary-not-found'), operation)).toBeUndefined();
    await expect(observeFailing(failing('aws-access-denied'), operation)).rejects.toMatchObject({
      code: 'aws-access-denied',
    });
  });
});

describe("green's own health", () => {
  const traffic = sampleTraffic({ desired: 3 });
  const target = (id: string, state: string) => ({ id, port: 80, state });
  const seen = (targets: readonly ReturnType<typeof target>[]) => ({
    ...traffic,
    green: { ...traffic.green, targets },
  });
  const tasksAt = (...ips: readonly string[]): Tasks => ({
    'green RUNNING': ips.map((ip) => ({ ip })),
    'green STOPPED': [crash],
  });
  const healthOf = (reader: CanaryReader, targets: readonly ReturnType<typeof target>[]) =>
    observeOwnHealth(reader, seen(targets));

  it('is that of its own tasks, and not of those of the task set before it, which are still in the group', async () => {
    const before = [target('10.0.0.1', 'healthy'), target('10.0.0.2', 'healthy')];
    const reader = readerOf(() => traffic.service, tasksAt('10.0.1.1', '10.0.1.2'));
    expect(await healthOf(reader, before)).toEqual({ ownHealthy: 0, stoppedGreen: [crash] });
    expect(await healthOf(reader, [...before, target('10.0.1.1', 'healthy')])).toMatchObject({ ownHealthy: 1 });
    const all = [...before, target('10.0.1.1', 'healthy'), target('10.0.1.2', 'initial')];
    expect(await healthOf(reader, all)).toMatchObject({ ownHealthy: 1 });
  });

  it('is that of the tasks which have an address, where one is too young for it', async () => {
    const reader = readerOf(() => traffic.service, tasksAt('10.0.1.1', ''));
    const targets = [target('10.0.1.1', 'healthy'), target('', 'healthy'), target('10.0.0.9', 'healthy')];
    expect(await healthOf(reader, targets)).toMatchObject({ ownHealthy: 1 });
  });

  it("is the group's where no task has an address of its own, as on instances", async () => {
    const reader = readerOf(() => traffic.service, tasksAt('', ''));
    const targets = [target('i-1', 'healthy'), target('i-2', 'healthy'), target('i-3', 'unhealthy')];
    expect(await healthOf(reader, targets)).toMatchObject({ ownHealthy: 2 });
  });

  it("is asked of green's task set alone", async () => {
    const asked: string[] = [];
    await healthOf(
      readerOf(() => traffic.service, {}, asked),
      [],
    );
    expect(asked).toEqual(['green RUNNING', 'green STOPPED']);
  });
});
