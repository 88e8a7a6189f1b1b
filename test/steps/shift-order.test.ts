import { describe, expect, it } from 'vitest';
import type { Settling } from '../../src/canary/settling.ts';
import { type Weights, weightsForGreen } from '../../src/canary/weights.ts';
import { decideShift } from '../../src/steps/shift-traffic.ts';
import { type Sample, sampleTraffic, withRecordedShare } from '../canary/sample-traffic.ts';
import { sampleRun } from './sample-run.ts';

const quiet: Settling = { quietSeconds: 120, settleSeconds: 120, patienceSeconds: 900 };

/** What a shift decides, for production rules at which green has these shares. */
function shift(
  shares: readonly number[],
  greenPercent: number,
  { floor = 100, settling = quiet, ...sample }: Sample & { readonly floor?: number; readonly settling?: Settling } = {},
) {
  const [weights = weightsForGreen(0), ...others] = shares.map(weightsForGreen);
  return decideShift(
    {
      traffic: withRecordedShare(sampleTraffic({ weights, others, ...sample }), greenPercent),
      stoppedGreen: [],
      settling,
      record: undefined,
      run: sampleRun(),
    },
    { greenPercent, greenScalePercent: floor, rulesOnBlue: 'Refuse' },
  );
}

/** The write to the first rule, or to another by its number. */
const moveOf = (productionRule: 'first' | number, weights: Weights) => ({
  kind: 'change',
  change: {
    kind: 'set-weights',
    weights,
    rule: { arn: expect.stringMatching(productionRule === 'first' ? /\/3$/ : new RegExp(`/other-${productionRule}$`)) },
  },
});
/** A green that meets no requirement. */
const dead: Sample = { greenHealthy: 0, greenScale: 0, stackStatus: 'UPDATE_IN_PROGRESS', stray: true };

describe('a shift of rules of which some have more and some less than was approved', () => {
  it.each<[readonly number[], number, 'first' | number, number]>([
    [[50, 0], 20, 'first', 20],
    [[0, 50], 20, 0, 20],
    [[0, 20, 100], 20, 1, 20],
    [[100, 0], 0, 'first', 0],
    [[2.6, 0], 2.5, 'first', 2.5],
  ])(
    '%j to %d writes the one that loses first, whatever state green is in',
    (shares, wanted, productionRule, written) => {
      for (const sample of [{}, dead])
        expect(shift(shares, wanted, sample)).toMatchObject(moveOf(productionRule, weightsForGreen(written)));
    },
  );

  it.each<[readonly number[], number, 'first' | number]>([
    [[20, 0], 20, 0],
    [[0, 20], 20, 'first'],
    [[20, 20, 10], 20, 1],
    [[10, 20, 0], 20, 'first'],
  ])('%j to %d writes the one that gains, and asks of green what the share needs', (shares, wanted, productionRule) => {
    expect(shift(shares, wanted)).toMatchObject(moveOf(productionRule, weightsForGreen(wanted)));
    for (const [sample, code] of [
      [{ greenHealthy: 0 }, 'not-enough-healthy'],
      [{ stackStatus: 'UPDATE_IN_PROGRESS' }, 'stack-busy'],
      [{ stray: true }, 'stray-task-set'],
    ] as const)
      expect(() => shift(shares, wanted, sample)).toThrow(expect.objectContaining({ code }));
    expect(shift(shares, wanted, { greenScale: 10, greenHealthy: 1 })).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: 'green', percent: 100 },
    });
  });

  it('is done only once all of them have the share, on any scale', () => {
    expect(shift([20, 20], 20)).toMatchObject({ kind: 'done', outputs: { GreenPercent: '20' } });
    expect(shift([20], 20, { others: [{ blue: 4, green: 1 }] })).toMatchObject({ kind: 'done' });
    expect(shift([20], 20, { others: [{ blue: 0, green: 0 }] })).toMatchObject(moveOf(0, weightsForGreen(20)));
  });
});

describe('a share that green has already', () => {
  it('still requires of green what it needs, but nothing of the stack', () => {
    expect(() => shift([50], 50, { greenHealthy: 1 })).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
    expect(shift([50], 50, { stackStatus: 'UPDATE_IN_PROGRESS', stray: true })).toMatchObject({ kind: 'done' });
  });

  it('of 0 requires nothing', () => {
    expect(shift([0], 0, { ...dead, greenScale: 100 })).toMatchObject({ kind: 'done' });
  });

  it('scales green up to what it needs, and down once no request can still be routed to the rest', () => {
    expect(shift([20], 20, { floor: 10, greenScale: 10, greenHealthy: 1 })).toMatchObject({
      change: { kind: 'scale-task-set', percent: 20 },
    });
    expect(shift([20], 20, { floor: 10 })).toMatchObject({ change: { kind: 'scale-task-set', percent: 20 } });
    expect(shift([20], 20, { floor: 30 })).toMatchObject({ change: { kind: 'scale-task-set', percent: 30 } });
    expect(shift([20], 20, { floor: 10, settling: { ...quiet, quietSeconds: 0 } })).toMatchObject({
      kind: 'wait',
      seconds: 120,
    });
  });
});

describe('what a shift back requires', () => {
  it('is one healthy target of blue where blue gains, and no more', () => {
    expect(shift([100], 50, { blueHealthy: 1 })).toMatchObject(moveOf('first', weightsForGreen(50)));
    expect(() => shift([100], 50, { blueHealthy: 0 })).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
    expect(shift([50], 100, { blueHealthy: 0 })).toMatchObject(moveOf('first', weightsForGreen(100)));
  });

  it('warns of an unchecked green only where green gains', () => {
    const warnings = (shares: readonly number[], wanted: number) =>
      (shift(shares, wanted) as { readonly warnings?: readonly string[] }).warnings;
    expect(warnings([10], 50)).toEqual([expect.stringContaining('No record shows that Deploy Stack checked green')]);
    expect(warnings([50], 10)).toEqual([]);
    expect(warnings([50, 0], 10)).toEqual([]);
  });
});
