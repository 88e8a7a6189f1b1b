import { describe, expect, it } from 'vitest';
import { awaitHealthy, crashLoopTasks } from '../../src/canary/health.ts';
import type { TaskSet } from '../../src/canary/service.ts';
import type { Side } from '../../src/canary/traffic.ts';
import { sampleTraffic } from './sample-traffic.ts';

const crash = { stopCode: 'EssentialContainerExited', stopped: 'exited with code 1' };
const expected = { stopCode: 'ServiceSchedulerInitiated', stopped: 'Scaling activity initiated by deployment' };

/** A green with two healthy targets, otherwise than at rest. */
function green(taskSet: Partial<TaskSet>, states: readonly string[] = ['healthy', 'healthy']): Side {
  const side = sampleTraffic({ desired: 10, greenHealthy: 2 }).green;
  const targets = states.map((state) => ({ id: '', port: 80, state }));
  const healthy = states.filter((state) => state === 'healthy').length;
  return { ...side, healthy, targets, taskSet: { ...side.taskSet, ...taskSet } };
}

describe('a crash loop', () => {
  it.each([
    [0, 3],
    [1, 3],
    [5, 3],
    [6, 3],
    [7, 4],
    [8, 4],
    [9, 5],
    [10, 5],
    [399, 200],
    [400, 200],
    [401, 200],
    [5000, 200],
  ])(
    'of %d tasks is %d that failed: half of them, at least 3 and at most 200, as ECS itself counts',
    (desired, failed) => {
      expect(crashLoopTasks(desired)).toBe(failed);
    },
  );

  it.each([
    [7, 3, false],
    [7, 4, true],
    [2, 2, false],
    [2, 3, true],
  ])('is waited out with %d tasks of which %d failed: not any more: %s', (computedDesired, failures, ends) => {
    const stopped = [...Array(failures).fill(crash), ...Array(20).fill(expected)];
    const wait = () => awaitHealthy(green({ computedDesired, running: 1 }, []), 1, stopped);
    if (ends) expect(wait).toThrow(expect.objectContaining({ code: 'tasks-failing' }));
    else expect(wait()).toMatchObject({ kind: 'wait' });
  });
});

describe('waiting for targets', () => {
  it.each<[string, Partial<TaskSet>, readonly string[]]>([
    ['a task is pending', { computedDesired: 4, running: 4, pending: 1 }, ['healthy', 'healthy']],
    ['tasks have yet to be launched', { computedDesired: 4, running: 3 }, ['healthy', 'healthy']],
    ['a target is not checked yet', { computedDesired: 4, running: 4 }, ['healthy', 'healthy', 'initial']],
  ])('helps while %s', (_, taskSet, states) => {
    expect(awaitHealthy(green(taskSet, states), 4, [])).toMatchObject({ kind: 'wait', percent: 50 });
  });

  it.each<[string, Partial<TaskSet>, readonly string[]]>([
    ['nothing is starting', { computedDesired: 4, running: 4 }, ['healthy', 'healthy', 'unhealthy', 'draining']],
    [
      'the task set is too small, although tasks are pending',
      { computedDesired: 3, running: 2, pending: 1 },
      ['healthy'],
    ],
    [
      'the task set is too small, although targets register',
      { computedDesired: 3, running: 3 },
      ['healthy', 'initial'],
    ],
    ['the task set should have none', { computedDesired: 0, running: 0 }, []],
  ])('does not where %s', (_, taskSet, states) => {
    expect(() => awaitHealthy(green(taskSet, states), 4, [])).toThrow(
      expect.objectContaining({ code: 'not-enough-healthy' }),
    );
  });
});
