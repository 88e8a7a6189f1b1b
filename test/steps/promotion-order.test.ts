import { describe, expect, it } from 'vitest';
import type { Target, TaskSet } from '../../src/canary/service.ts';
import type { Settling } from '../../src/canary/settling.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { decidePromotion } from '../../src/steps/promote.ts';
import { type Sample, sampleRule } from '../canary/sample-traffic.ts';
import { greenId, lockedTraffic } from './sample-run.ts';

const lock = `Deployments-1 of Shop green ${greenId}`;
const promoted: Sample = { weights: { blue: 0, green: 100 }, tag: 'Green' };
const quiet: Settling = { quietSeconds: 120, settleSeconds: 120, patienceSeconds: 900 };
const testRule = { ...sampleRule(), arn: 'arn:test-rule', priority: '5' };

const decide = (
  traffic: Traffic,
  { idle = 20, settling = quiet, testRules = [] as readonly (typeof testRule)[] } = {},
) =>
  decidePromotion(
    { traffic, stoppedGreen: [], testRules, settling },
    { idleScalePercent: idle, rulesOnBlue: 'Refuse' },
  );

/** Green with that many healthy targets; the others may be starting. */
function greenWith(traffic: Traffic, healthy: number, taskSet: Partial<TaskSet> = {}): Traffic {
  const targets: readonly Target[] = Array.from({ length: healthy }, () => ({ id: '', port: 80, state: 'healthy' }));
  return {
    ...traffic,
    green: { ...traffic.green, healthy, targets, taskSet: { ...traffic.green.taskSet, ...taskSet } },
  };
}

describe('a recorded promotion tidies up in order', () => {
  it('the test rule first', () => {
    expect(decide(lockedTraffic(lock, promoted), { testRules: [testRule] })).toMatchObject({
      change: { kind: 'delete-rule', arn: 'arn:test-rule' },
    });
  });

  it('then blue, once no request can still be routed to it', () => {
    const early = { ...quiet, quietSeconds: 10 };
    expect(decide(lockedTraffic(lock, promoted), { settling: early })).toMatchObject({ kind: 'wait', seconds: 110 });
    expect(decide(lockedTraffic(lock, promoted))).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: 'blue', percent: 20 },
    });
  });

  it('and last the lock is released, because the next deployment must find everything done', () => {
    const shrunk: Sample = { ...promoted, blueScale: 20 };
    expect(decide(lockedTraffic(lock, shrunk))).toMatchObject({ change: { kind: 'release-lock' } });
    expect(decide(lockedTraffic(undefined, shrunk))).toMatchObject({ kind: 'done' });
    expect(decide(lockedTraffic(lock, promoted), { idle: 100 })).toMatchObject({ change: { kind: 'release-lock' } });
  });
});

describe('blue, the way back from a promotion, is not made smaller', () => {
  it('while targets of green are still starting', () => {
    const traffic = greenWith(lockedTraffic(lock, promoted), 3, { running: 3, pending: 1 });
    expect(decide(traffic)).toMatchObject({ kind: 'wait', reason: expect.stringContaining('Green has 3 of 4') });
  });

  it('where green still lacks targets', () => {
    expect(() => decide(greenWith(lockedTraffic(lock, promoted), 3))).toThrow(
      expect.objectContaining({ code: 'not-enough-healthy' }),
    );
  });

  it('where green was scaled down in the meantime', () => {
    const traffic = lockedTraffic(lock, { ...promoted, desired: 4, greenScale: 50, greenHealthy: 2 });
    expect(() => decide(traffic)).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
  });

  it('but a blue that keeps its size requires nothing of green', () => {
    const traffic = greenWith(lockedTraffic(lock, promoted), 0);
    expect(decide(traffic, { idle: 100 })).toMatchObject({ change: { kind: 'release-lock' } });
  });
});

describe('a promotion of several rules', () => {
  const all = { blue: 0, green: 100 };

  it('moves the first that is not on green, whichever that is', () => {
    for (const [weights, others, arn] of [
      [all, [{ blue: 100, green: 0 }, all], 'other-0'],
      [all, [all, { blue: 1, green: 999 }], 'other-1'],
      [{ blue: 50, green: 50 }, [all, all], '3'],
    ] as const)
      expect(decide(lockedTraffic(lock, { weights, others }))).toMatchObject({
        change: { kind: 'set-weights', weights: all, rule: { arn: expect.stringMatching(new RegExp(`/${arn}$`)) } },
      });
  });

  it('is recorded only once every one is on green, with a green that can serve it', () => {
    const traffic = lockedTraffic(lock, { weights: all, others: [all] });
    expect(decide(traffic)).toMatchObject({ change: { kind: 'tag-stable', colour: 'Green' } });
    expect(() => decide(greenWith(traffic, 3))).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
  });

  it('that is recorded while one of them is not on green is for a person', () => {
    for (const others of [[{ blue: 100, green: 0 }], [{ blue: 1, green: 99 }], [{ blue: 0, green: 0 }]])
      expect(() => decide(lockedTraffic(lock, { ...promoted, others }))).toThrow(
        expect.objectContaining({ code: 'tag-disagrees' }),
      );
  });
});
