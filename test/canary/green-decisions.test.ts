import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetsNeeded } from '../../src/canary/capacity.ts';
import { foreignGroups } from '../../src/canary/listener-rule.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { leastGreen, mostGreen, serveOnly } from '../../src/canary/production-rules.ts';
import { stackCondition } from '../../src/canary/stack-status.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { sameSplit, weightsForGreen } from '../../src/canary/weights.ts';
import { decidePromotion } from '../../src/steps/promote.ts';
import { decideShift } from '../../src/steps/shift-traffic.ts';
import { sampleRun } from '../steps/sample-run.ts';
import { decisionOf, tagWritten, weightsWritten } from './judged-decision.ts';
import { anyTraffic, groups, sampleTraffic, withRecordedShare } from './sample-traffic.ts';

const anyPercent = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
const anyScale = fc.constantFrom(1, 10, 50, 100);
const settling = { quietSeconds: 0, settleSeconds: 0, patienceSeconds: 0 };
const state = (traffic: Traffic, proven = true) => {
  const rules = new Set(traffic.productionRules.map(({ rule }) => rule.arn));
  const run = sampleRun(proven ? { wayBack: { rules, seconds: 0.2 } } : {});
  return { traffic, stoppedGreen: [], settling, record: undefined, run };
};

describe('a shift, for any traffic', () => {
  const shift = (traffic: Traffic, percent: number, scale: number, proven = true) =>
    decisionOf(() =>
      decideShift(state(traffic, proven), { greenPercent: percent, greenScalePercent: scale, rulesOnBlue: 'Refuse' }),
    );

  it('writes only the approved share, and never to a side that cannot serve it', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const weights = weightsWritten(shift(traffic, percent, scale));
        if (!weights) return;
        expect(weights).toEqual(weightsForGreen(percent));
        if (weights.blue > 0) expect(traffic.blue.healthy).toBeGreaterThan(0);
        // Rules that lose green traffic come first, and require nothing of green.
        if (percent >= mostGreen(traffic.productionRules))
          expect(traffic.green.healthy).toBeGreaterThanOrEqual(targetsNeeded(traffic.service.desiredCount, percent));
      }),
    );
  });

  it('never moves anything unless blue is stable and the rule is blue and green alone', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const decision = shift(traffic, percent, scale);
        if (
          traffic.stable !== 'Blue' ||
          traffic.productionRules.some(({ rule }) => foreignGroups(rule, groups).length > 0)
        )
          expect(decision).toBeInstanceOf(OperatorError);
      }),
    );
  });

  it('raises no share while the stack is busy or a stray task set serves', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const raises = percent > leastGreen(traffic.productionRules) && percent >= mostGreen(traffic.productionRules);
        const unfit = stackCondition(traffic.stackStatus).kind !== 'settled' || traffic.service.taskSets.length > 2;
        if (raises && unfit) expect(shift(traffic, percent, scale)).toBeInstanceOf(OperatorError);
      }),
    );
  });

  it('is done only with the approved split in force and enough of green for it', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const decision = shift(withRecordedShare(traffic, percent), percent, scale);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        for (const { weights } of traffic.productionRules)
          expect(sameSplit(weights, weightsForGreen(percent))).toBe(true);
        expect(traffic.green.healthy).toBeGreaterThanOrEqual(targetsNeeded(traffic.service.desiredCount, percent));
      }),
    );
  });

  it('gives green no first share before the way back is proved', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        fc.pre(mostGreen(traffic.productionRules) === 0 && percent > 0);
        const decision = shift(traffic, percent, scale, false);
        if (decision instanceof OperatorError || decision.kind !== 'change') return;
        expect(decision.change.kind).toMatch(/^(prove-way-back|scale-task-set)$/);
      }),
    );
  });

  it('records a share only once it is in force at all rules, and no share of 0 without an earlier one', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const decision = shift(traffic, percent, scale);
        if (decision instanceof OperatorError || decision.kind !== 'change') return;
        if (decision.change.kind !== 'record') return;
        expect(percent).toBeGreaterThan(0);
        for (const { weights } of traffic.productionRules)
          expect(sameSplit(weights, weightsForGreen(percent))).toBe(true);
      }),
    );
  });

  it.each([0.1, 2.9, 5.7, 33.3, 57.3, 99.9])('checks green again when a share of %d is in force already', (percent) => {
    const traffic = sampleTraffic({ weights: weightsForGreen(percent), greenHealthy: 0 });
    expect(shift(traffic, percent, 100)).toMatchObject({ code: 'not-enough-healthy' });
  });

  it('shrinks green only when no weight needs it any more', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const decision = shift(traffic, percent, scale);
        if (decision instanceof OperatorError || decision.kind !== 'change') return;
        if (decision.change.kind === 'scale-task-set' && decision.change.percent < traffic.green.taskSet.scalePercent)
          expect(mostGreen(traffic.productionRules)).toBeLessThanOrEqual(percent + 0.001);
      }),
    );
  });
});

describe('a promotion, for any traffic', () => {
  const promotion = (traffic: Traffic) =>
    decisionOf(() =>
      decidePromotion({ ...state(traffic), testRules: [] }, { idleScalePercent: 100, rulesOnBlue: 'Refuse' }),
    );

  it('moves all traffic to a green that can serve it, and tags only afterwards', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = promotion(traffic);
        const weights = weightsWritten(decision);
        if (weights) {
          expect(weights).toEqual({ blue: 0, green: 100 });
          expect(traffic.green.healthy).toBeGreaterThanOrEqual(traffic.service.desiredCount);
          expect(traffic.stable).toBe('Blue');
        }
        if (tagWritten(decision)) {
          expect(tagWritten(decision)).toBe('Green');
          expect(serveOnly(traffic.productionRules, 'Green')).toBe(true);
        }
      }),
    );
  });

  it('is done only when green has everything and the tag says so', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = promotion(traffic);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        expect(traffic.stable).toBe('Green');
        expect(serveOnly(traffic.productionRules, 'Green')).toBe(true);
      }),
    );
  });
});
