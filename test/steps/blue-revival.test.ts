import { describe, expect, it } from 'vitest';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import type { TaskSet } from '../../src/canary/service.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { decideRollback } from '../../src/steps/rollback/decision.ts';
import { groups, type Sample } from '../canary/sample-traffic.ts';
import { lockedTraffic, sampleRun } from './sample-run.ts';

const onGreen = { blue: 0, green: 100 };
const onBlue = { blue: 100, green: 0 };

/** A blue without a healthy target, which ECS does not call steady. */
function down(taskSet: Partial<TaskSet> = {}, states: readonly string[] = [], sample: Sample = {}): Traffic {
  const traffic = lockedTraffic(undefined, { weights: onGreen, ...sample, blueHealthy: 0 });
  const targets = states.map((state) => ({ id: '', port: 80, state }));
  const { blue } = traffic;
  return { ...traffic, blue: { ...blue, targets, taskSet: { ...blue.taskSet, steady: false, ...taskSet } } };
}

const rollBack = (traffic: Traffic) =>
  decideRollback(
    { kind: 'exposed', productionRules: traffic.productionRules, groups, traffic },
    { idleScalePercent: 100, settling: { quietSeconds: 120, settleSeconds: 120, patienceSeconds: 900 } },
    sampleRun(),
  );
const moved = { change: { kind: 'set-weights', weights: onBlue } };

describe('a rollback to a blue without a healthy target, while green serves', () => {
  it('scales it up first', () => {
    expect(rollBack(down({ scalePercent: 99 }))).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: 'blue', percent: 100 },
    });
  });

  it.each<[string, Partial<TaskSet>, readonly string[]]>([
    ['the load balancer does not check it yet', { running: 4 }, ['unused']],
    ['its targets are being checked', { running: 4 }, ['initial', 'unhealthy']],
    ['its tasks start', { running: 0, pending: 4 }, []],
  ])('waits while %s', (_, taskSet, states) => {
    expect(rollBack(down(taskSet, states))).toMatchObject({ kind: 'wait' });
  });

  it.each<[string, Partial<TaskSet>, readonly string[]]>([
    ['its targets are unhealthy', { running: 4 }, ['unhealthy']],
    ['it should have no task', { computedDesired: 0, running: 0 }, []],
  ])('moves nobody where %s, because it would be an outage', (_, taskSet, states) => {
    expect(() => rollBack(down(taskSet, states))).toThrow(
      expect.objectContaining({ code: 'blue-unhealthy', message: expect.stringContaining('Green still serves') }),
    );
  });
});

describe('a rollback moves the traffic at once', () => {
  it.each<[string, Traffic]>([
    ['where a single target of blue is healthy', { ...down(), blue: { ...down().blue, healthy: 1 } }],
    ['where ECS calls blue steady, whatever the load balancer says', down({ steady: true })],
    ['where green serves nobody either', down({ scalePercent: 50 }, [], { greenHealthy: 0 })],
    ['where nobody is on green', down({ scalePercent: 50 }, [], { weights: { blue: 0, green: 0 } })],
  ])('%s', (_, traffic) => {
    expect(rollBack(traffic)).toMatchObject(moved);
  });

  it('but not to a steady blue without a task', () => {
    expect(rollBack(down({ steady: true, running: 0 }))).toMatchObject({ kind: 'wait' });
  });
});

describe('a rule from which somebody removed blue', () => {
  const maim = (traffic: Traffic): Traffic => ({
    ...traffic,
    productionRules: traffic.productionRules.map((productionRule, index) => {
      const rule: ListenerRule = {
        ...productionRule.rule,
        actions: [{ Type: 'forward', TargetGroupArn: groups.green }],
      };
      return index === 0 ? { ...productionRule, rule, weights: { blue: 0, green: 1 } } : productionRule;
    }),
  });

  it('gets it back without traffic first, so that the load balancer checks it', () => {
    expect(rollBack(maim(down({ steady: true, running: 4 })))).toMatchObject({
      reason: expect.stringContaining('no longer names blue'),
      change: { kind: 'set-weights', weights: { blue: 0, green: 1 } },
    });
  });

  it('is moved to it at once where green serves nobody', () => {
    expect(rollBack(maim(down({}, [], { greenHealthy: 0 })))).toMatchObject(moved);
  });
});
