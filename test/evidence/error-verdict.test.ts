import { describe, expect, it } from 'vitest';
import { judgeErrorCeiling } from '../../src/evidence/ceiling-verdict.ts';
import { countMinutes, type MinuteFigures } from '../../src/evidence/count-minutes.ts';
import { type ErrorVerdict, judgeErrors } from '../../src/evidence/error-verdict.ts';
import { minuteLength } from '../../src/evidence/minute.ts';
import { logWorse, priceOf } from '../../src/evidence/possible-ratios.ts';
import { blockOf, numbersIn, type Row, spanOf } from './figures.ts';

/** E-values that another program computed, with exact quantiles, before this one was written. */
const known: readonly (readonly [Row, number, ErrorVerdict['kind']])[] = [
  [[3, 4500, 5, 500], 72.7, 'worse'],
  [[3, 4500, 2, 500], 2.64, 'cannot tell yet'],
  [[0, 4500, 0, 500], 1, 'cannot tell yet'],
  [[0, 900, 1, 100], 2.13, 'cannot tell yet'],
  [[0, 900, 2, 100], 5.71, 'cannot tell yet'],
  [[1, 900, 3, 100], 12.8, 'cannot tell yet'],
  [[0, 9, 1, 1], 2.13, 'cannot tell yet'],
];

describe('the verdict on errors', () => {
  it.each(known)('of %j has the e-value %d and is %s', (row, evidence, kind) => {
    const verdict = judgeErrors(spanOf([row]));
    expect(Number(Math.exp(verdict.logWorse).toPrecision(3))).toBe(evidence);
    expect(verdict.kind).toBe(kind);
  });

  it('has no evidence without requests, with those of one colour only, or with both but never in the same minutes', () => {
    const none: readonly (readonly Row[])[] = [
      [],
      [[0, 0, 0, 0]],
      [[0, 1, 0, 0]],
      [[0, 0, 1, 1]],
      [[3, 500, 0, 0]],
      [[0, 0, 50, 500]],
      [
        [0, 500, 0, 0],
        [0, 0, 50, 500],
      ],
    ];
    for (const rows of none) expect(judgeErrors(spanOf(rows)).kind, JSON.stringify(rows)).toBe('no evidence');
  });
});

describe('the bounds beside the verdict on errors', () => {
  it('says better only where the mirrored figures say worse', () => {
    expect(judgeErrors(spanOf([[5, 500, 3, 4500]])).kind).toBe('better');
    expect(judgeErrors(spanOf([[5, 500, 20, 4500]])).kind).not.toBe('better');
  });

  it('says no worse than the largest possible ratio, which shrinks as requests come', () => {
    const verdicts = [1, 10, 100].map((times) => judgeErrors(spanOf(repeat([27, 4500, 3, 500], times))));
    expect(verdicts.map(({ kind }) => kind)).toEqual(['cannot tell yet', 'no worse', 'no worse']);
    const than = verdicts.map((verdict) => verdict.greatestRatio ?? Number.POSITIVE_INFINITY);
    expect(than.map((ratio) => Number(ratio.toPrecision(2)))).toEqual([4, 1.7, 1.2]);
    expect(verdicts[1]).toMatchObject({ than: than[1], blue: { requests: 45000, errors: 270 } });
  });

  it('excludes no ratio above while blue has hardly failed, and none below while green has not', () => {
    expect(judgeErrors(spanOf([[0, 90000, 0, 10000]]))).toMatchObject({ leastRatio: 0, greatestRatio: undefined });
    expect(judgeErrors(spanOf([[2, 90000, 0, 10000]])).greatestRatio).toBeUndefined();
    expect(judgeErrors(spanOf([[3, 50000, 0, 50000]])).greatestRatio).toBeDefined();
  });

  it('never says how long errors will take that nobody has seen', () => {
    expect(judgeErrors(spanOf([[0, 90000, 0, 10000]]))).toMatchObject({ kind: 'cannot tell yet', more: undefined });
  });

  it('knows how bad green can be even where neither has failed', () => {
    const { greatestRate } = judgeErrors(spanOf([[0, 90000, 0, 10000]]));
    expect(greatestRate).toBeGreaterThan(3 / 10000);
    expect(greatestRate).toBeLessThan(6 / 10000);
    expect(judgeErrors(spanOf([[3, 500, 0, 0]])).greatestRate).toBe(1);
  });

  it('names the requests that make it worse if green is twice as bad from now on', () => {
    for (const rows of [repeat([4, 900, 0, 100], 5), repeat([20, 500, 24, 500], 2), repeat([1, 99, 0, 1], 30)]) {
      const verdict = judgeErrors(spanOf(rows));
      if (verdict.kind !== 'cannot tell yet' || verdict.more === undefined) throw new Error(JSON.stringify(verdict));
      const [, blue, , green] = rows[0] as Row;
      const { minutes, requests } = verdict.more;
      expect(Math.abs(requests / (blue + green) - minutes)).toBeLessThanOrEqual(1);
      const rate = errorRate(rows);
      const evidenceIn = (length: number) =>
        logWorse(
          [...rows, [rate * blue * length, blue * length, rate * 2 * green * length, green * length] as const].map(
            blockOf,
          ),
        );
      expect(evidenceIn(minutes)).toBeGreaterThanOrEqual(Math.log(20));
      expect(evidenceIn(minutes - 1)).toBeLessThan(Math.log(20));
    }
  });
});

describe('the verdict on very many and very few requests', () => {
  it('stands 50,000 requests a second for a day, and ten a day for a year', () => {
    const busy = repeat([135_000, 2_700_000, 15_000, 300_000], 1440);
    const started = performance.now();
    expect(judgeErrors(spanOf(busy)).kind).toBe('no worse');
    // An idle core takes half a second; the limit is for an algorithm that grows with requests.
    expect(performance.now() - started).toBeLessThan(30_000);
    const bad = busy.map(([blueErrors, blue, errors, green]): Row => [blueErrors, blue, errors * 3, green]);
    const verdict = judgeErrors(spanOf(bad));
    expect(verdict.kind).toBe('worse');
    expect(verdict.logWorse).toBeGreaterThan(1000);
    expect(numbersIn(verdict).every(Number.isFinite)).toBe(true);
    const quiet = Array.from({ length: 3650 }, (_, index): Row => (index % 10 === 0 ? [0, 0, 0, 1] : [0, 1, 0, 0]));
    expect(judgeErrors(spanOf(quiet))).toMatchObject({ kind: 'cannot tell yet', green: { requests: 365 } });
  }, 300_000);

  it('finds a green that always fails even at ten requests a day, and not from its first error', () => {
    const days = (length: number) =>
      Array.from({ length: length * 10 }, (_, index): Row => (index % 10 === 4 ? [0, 0, 1, 1] : [0, 1, 0, 0]));
    expect(judgeErrors(spanOf(days(1))).kind).toBe('cannot tell yet');
    expect(judgeErrors(spanOf(days(5))).kind).toBe('worse');
  });
});

function repeat(one: Row, times: number): Row[] {
  return Array.from({ length: times }, () => one);
}

/** Blue's error rate, if green's is twice as high. */
function errorRate(some: readonly Row[]): number {
  const sum = (at: 0 | 1 | 2 | 3) => some.reduce((total, one) => total + one[at], 0);
  return (sum(0) + sum(2)) / (sum(1) + 2 * sum(3));
}

describe('several shares', () => {
  const minutes = (length: number, first: number, blue: readonly [number, number], green: readonly [number, number]) =>
    Array.from({ length }, (_, index) => ({
      start: (first + index) * minuteLength,
      blue: { requests: blue[1], errors: blue[0] },
      green: { requests: green[1], errors: green[0] },
    }));
  const soak = minutes(1200, 0, [9, 900], [1, 100]);
  const spanWith = (later: readonly MinuteFigures[], restarts = 0) =>
    countMinutes([...soak, ...later], {
      ...{ greenDeployedAt: 0, greenServesSince: 0, restarts },
      shiftedAt: [1200 * minuteLength],
      now: 2000 * minuteLength,
    });

  it('do not let a long past at a small share hide what a larger one does', () => {
    const bad = spanWith(minutes(15, 1200, [5, 500], [15, 500]));
    expect(judgeErrors(bad).kind).toBe('worse');
    expect(judgeErrorCeiling(bad, 0.02)).toBe('above');
    expect(logWorse(bad.blocks)).toBeLessThan(1);
  });

  it('are called no worse only once the present one is', () => {
    expect(judgeErrors(spanWith([]))).toMatchObject({ kind: 'cannot tell yet' });
    expect(judgeErrors(spanWith([])).greatestRate).toBeLessThan(0.02);
    expect(judgeErrors(spanWith(minutes(3, 1200, [5, 500], [5, 500]))).kind).toBe('cannot tell yet');
    expect(judgeErrors(spanWith(minutes(60, 1200, [5, 500], [5, 500]))).kind).toBe('no worse');
    expect(judgeErrorCeiling(spanWith(minutes(1, 1200, [5, 500], [5, 500])), 0.02)).toBe('cannot tell yet');
  });

  it('cost something, and so does each day on which counting begins anew', () => {
    expect([0, 1, 2].map(priceOf).map(Math.exp).map(Math.round)).toEqual([1, 4, 12]);
    const alone = (restarts: number) => judgeErrors({ ...spanOf([[3, 4500, 5, 500]]), restarts }).kind;
    expect([alone(0), alone(1), alone(2)]).toEqual(['worse', 'cannot tell yet', 'cannot tell yet']);
  });

  it('never ask for more requests where nothing can fail twice as often', () => {
    expect(judgeErrors(spanOf([[90, 90, 10, 10]]))).toMatchObject({ more: undefined });
  });
});
