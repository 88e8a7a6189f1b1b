import { describe, expect, it } from 'vitest';
import { awaitHealthy, describeFailures, failedTasks } from '../../src/canary/health.ts';
import type { Side } from '../../src/canary/traffic.ts';
import { sampleTraffic } from './sample-traffic.ts';

const failed = (stopCode: string, stopped = 'it broke') => ({ stopCode, stopped });

describe('failed tasks', () => {
  it.each([
    [true, 'TaskFailedToStart', 'CannotPullContainerError'],
    [true, 'EssentialContainerExited', 'Essential container in task exited'],
    [true, 'ServiceSchedulerInitiated', 'Task failed ELB health checks in (target-group arn)'],
    [true, 'ServiceSchedulerInitiated', 'Task failed container health checks'],
    [false, 'ServiceSchedulerInitiated', 'Scaling activity initiated by deployment'],
    [false, 'UserInitiated', 'Stopped by a person'],
    [false, 'SpotInterruption', 'Your Spot Task was interrupted.'],
  ])('%s for %s: %s', (counts, stopCode, stopped) => {
    expect(failedTasks([failed(stopCode, stopped)])).toHaveLength(counts ? 1 : 0);
  });

  it('are described once per reason, with the number of occurrences', () => {
    const tasks = [
      failed('TaskFailedToStart', 'no image'),
      failed('TaskFailedToStart', 'no image'),
      failed('X', 'odd'),
    ];
    expect(describeFailures(tasks)).toBe('  - 2 tasks: no image\n  - odd');
  });
});

describe('waiting for health', () => {
  const starting = (healthy: number): Side => {
    const { green } = sampleTraffic({ greenHealthy: healthy, greenRunning: 1 });
    return { ...green, taskSet: { ...green.taskSet, pending: 3 } };
  };

  it('ends with enough healthy targets, even after stopped tasks', () => {
    const crashed = Array.from({ length: 9 }, () => failed('TaskFailedToStart'));
    expect(awaitHealthy(starting(4), 4, crashed)).toBeUndefined();
    expect(awaitHealthy(starting(0), 0, crashed)).toBeUndefined();
  });

  it('continues while tasks start or register', () => {
    expect(awaitHealthy(starting(1), 4, [])).toMatchObject({ kind: 'wait', percent: 25 });
    const { green } = sampleTraffic({ greenHealthy: 3 });
    const registering = { ...green, targets: [...green.targets, { id: 'x', port: 1, state: 'initial' }] };
    expect(awaitHealthy(registering, 4, [])).toMatchObject({ kind: 'wait' });
  });

  it('gives two failed tasks another chance, and ends at the third with their reasons', () => {
    const crash = failed('EssentialContainerExited', 'exited with code 1');
    expect(awaitHealthy(starting(0), 1, [crash, crash])).toMatchObject({ kind: 'wait' });
    expect(() => awaitHealthy(starting(0), 1, [crash, crash, crash])).toThrow(
      expect.objectContaining({
        code: 'tasks-failing',
        message: expect.stringContaining('3 tasks: exited with code 1'),
      }),
    );
  });

  it('is refused where waiting cannot help, with the states of the targets', () => {
    const settled = sampleTraffic({ greenHealthy: 1 }).green;
    const sick = {
      ...settled,
      targets: [
        ...settled.targets,
        { id: 'x', port: 1, state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
      ],
    };
    expect(() => awaitHealthy(sick, 4, [])).toThrow(
      expect.objectContaining({
        code: 'not-enough-healthy',
        message: expect.stringContaining('1 healthy, 1 unhealthy: Target.Timeout (Request timed out)'),
      }),
    );
    const none = {
      ...settled,
      targets: [],
      healthy: 0,
      taskSet: { ...settled.taskSet, computedDesired: 0, running: 0 },
    };
    expect(() => awaitHealthy(none, 1, [])).toThrow(
      expect.objectContaining({ code: 'not-enough-healthy', hint: expect.stringContaining('EcsCanary.DesiredCount') }),
    );
    const away = {
      ...none,
      taskSet: { ...none.taskSet, scalePercent: 0, arn: 'arn:aws:ecs:x:1:task-set/c/s/ecs-svc/9' },
    };
    expect(() => awaitHealthy(away, 1, [])).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('update-task-set --cluster c --service s --task-set') }),
    );
    const small = sampleTraffic({ greenScale: 10, greenHealthy: 0 }).green;
    expect(() => awaitHealthy(small, 4, [])).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
  });
});
