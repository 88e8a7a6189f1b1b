import { describe, expect, it } from 'vitest';
import { productionRulesOf } from '../../../src/canary/production-rules.ts';
import { remember } from '../../../src/canary/remember.ts';
import type { RunMemory } from '../../../src/canary/run.ts';
import type { Weights } from '../../../src/canary/weights.ts';
import { checkSettling, settlingOf } from '../../../src/steps/shared/settle.ts';
import { groups, sampleRule } from '../../canary/sample-traffic.ts';
import { sampleRun } from '../sample-run.ts';

const values = { settleSeconds: 120, timeoutMinutes: 30, dryRun: false };
const { lockOwner } = sampleRun();
const half: Weights = { blue: 50, green: 50 };
const some: Weights = { blue: 90, green: 10 };

const productionRules = (...all: readonly Weights[]) =>
  productionRulesOf(
    all.map((weights, index) => ({ ...sampleRule(weights), arn: `arn:rule/${index}`, priority: String(10 + index) })),
    groups,
  );

/** What a run sees at these times, in seconds, each with the weights of its rules. */
function quietAt(...looks: readonly (readonly [seconds: number, ...weights: readonly Weights[]])[]): readonly number[] {
  let memory: RunMemory = {};
  return looks.map(([seconds, ...weights]) => {
    const at = seconds * 1000;
    memory = remember(
      memory,
      { kind: 'looked', seen: { productionRules: productionRules(...weights) }, at, awsAt: at },
      lockOwner,
    );
    return settlingOf({ ...memory, now: at }, values).quietSeconds;
  });
}

describe('the time since the weights last changed', () => {
  it('starts with the first observation of a run, however old the weights are', () => {
    expect(quietAt([5000, half], [5007, half], [5120.5, half])).toEqual([0, 7, 120.5]);
  });

  it('starts again whenever any rule has other weights', () => {
    expect(quietAt([0, half], [50, half], [60, some], [75, some])).toEqual([0, 50, 0, 15]);
    expect(quietAt([0, half, half], [50, half, some], [90, half, some], [95, some, some])).toEqual([0, 0, 40, 0]);
  });

  it('starts again when they return to their old values', () => {
    expect(quietAt([0, half], [100, some], [101, half], [130, half])).toEqual([0, 0, 0, 29]);
  });

  it('starts again where two rules were swapped, or one was added or removed', () => {
    expect(quietAt([0, half, some], [50, some, half])).toEqual([0, 0]);
    expect(quietAt([0, half], [50, half, half], [60, half])).toEqual([0, 0, 0]);
  });
});

describe('what a step waits for', () => {
  it.each([
    [120, 30, 900],
    [120, 4, 120],
    [120, 5, 150],
    [0, 1, 30],
    [3600, 120, 3600],
  ])(
    'with %i seconds and %i minutes is a stickiness of at most %i seconds',
    (settleSeconds, timeoutMinutes, patienceSeconds) => {
      expect(settlingOf({ now: 0 }, { ...values, settleSeconds, timeoutMinutes })).toEqual({
        quietSeconds: 0,
        settleSeconds,
        patienceSeconds,
      });
    },
  );

  it('is nothing in a dry run', () => {
    expect(settlingOf({ now: 0 }, { ...values, dryRun: true })).toEqual({
      quietSeconds: Number.POSITIVE_INFINITY,
      settleSeconds: 120,
      patienceSeconds: 900,
    });
  });

  it.each([
    [59, 1, 0],
    [60, 1, 1],
    [61, 1, 1],
    [3600, 60, 1],
    [0, 1, 0],
  ])('%i seconds in %i minutes are %i problems', (settleSeconds, timeoutMinutes, problems) => {
    expect(checkSettling({ settleSeconds, timeoutMinutes })).toHaveLength(problems);
  });
});
