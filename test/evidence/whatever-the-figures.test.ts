import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeErrorCeiling } from '../../src/evidence/ceiling-verdict.ts';
import { judgeErrors } from '../../src/evidence/error-verdict.ts';
import { judgeLatency } from '../../src/evidence/latency-verdict.ts';
import { addUp, type EndedBlock } from '../../src/evidence/minute.ts';
import {
  findGreatestRatio,
  findLeastRatio,
  logBetter,
  logWorse,
  priceOf,
  traceWorse,
} from '../../src/evidence/possible-ratios.ts';
import { measureShare } from '../../src/evidence/served-share.ts';
import { blockOf, latencySpan, numbersIn, type Row, spanOf } from './figures.ts';

/** One minute: blue's requests and errors, and green's, each with at most 2,000 requests. */
const row = fc
  .tuple(
    fc.nat(2000),
    fc.nat(2000),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([blue, green, b, g]): Row => [Math.floor(b ** 4 * blue), blue, Math.floor(g ** 4 * green), green]);
const rows = fc.array(row, { maxLength: 6 });

it('whatever the figures, no number is NaN, and bounds enclose each other', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const verdict = judgeErrors(spanOf(some));
      expect(numbersIn(verdict).filter(Number.isNaN)).toEqual([]);
      expect(verdict.leastRatio).toBeLessThanOrEqual(verdict.greatestRatio ?? Number.POSITIVE_INFINITY);
      if (verdict.kind === 'worse') expect(verdict.leastRatio).toBeGreaterThanOrEqual(1);
      if (verdict.kind === 'better') expect(verdict.greatestRatio).toBeLessThanOrEqual(1);
    }),
    { numRuns: 40, seed: 11 },
  );
});

it('whatever the figures, shares, ceilings and latencies are numbers too, and the interval holds the share', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(rows, fraction, fc.array(fc.tuple(fraction, fraction), { maxLength: 40 }), (some, share, latencies) => {
      const served = measureShare(spanOf(some), share);
      expect(served.least).toBeLessThanOrEqual(served.share ?? 0);
      expect(served.greatest).toBeGreaterThanOrEqual(served.share ?? 1);
      const all = [served, judgeLatency(latencySpan(latencies), share)];
      expect(numbersIn(all).filter((number) => !Number.isFinite(number))).toEqual([]);
      const { green } = addUp(spanOf(some).minutes);
      // A ceiling at or above the rate that was seen is never called exceeded, nor one below it kept.
      const contrary = green.errors <= share * green.requests ? 'above' : 'below';
      expect(judgeErrorCeiling(spanOf(some), share)).not.toBe(contrary);
    }),
    { numRuns: 100, seed: 16 },
  );
});

it('whatever the figures, one more error of green is never evidence for it', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.nat(5), (some, at) => {
      const more = some.map(([blueErrors, blue, errors, green], index): Row => {
        return [blueErrors, blue, index === at % some.length ? Math.min(green, errors + 1) : errors, green];
      });
      const [before, after] = [some.map(blockOf), more.map(blockOf)];
      expect(logWorse(after)).toBeGreaterThanOrEqual(logWorse(before) - 1e-9);
      expect(logBetter(after)).toBeLessThanOrEqual(logBetter(before) + 1e-9);
      expect(findLeastRatio(after)).toBeGreaterThanOrEqual(findLeastRatio(before) * (1 - 1e-9));
    }),
    { numRuns: 100, seed: 12 },
  );
});

it('whatever the figures, exchanged colours exchange worse and better', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const swapped = some.map(([blueErrors, blue, errors, green]) => blockOf([errors, green, blueErrors, blue]));
      const blocks = some.map(blockOf).filter(({ blue, green }) => blue.requests > 0 && green.requests > 0);
      const other = swapped.filter(({ blue, green }) => blue.requests > 0 && green.requests > 0);
      expect(logWorse(blocks)).toBeCloseTo(logBetter(other), 6);
      const greatest = findGreatestRatio(blocks);
      if (greatest === undefined) expect(findLeastRatio(other)).toBe(0);
      else expect(findLeastRatio(other) * greatest).toBeCloseTo(1, 6);
    }),
    { numRuns: 60, seed: 13 },
  );
});

it('whatever the figures, the order of the minutes does not matter', () => {
  fc.assert(
    fc.property(rows, (some) => {
      // Enough requests for each minute to be a block of its own.
      const full = some.map(([blueErrors, blue, errors, green]): Row => [blueErrors, blue + 10, errors, green]);
      const [forwards, backwards] = [full, full.toReversed()].map((order) => judgeErrors(spanOf(order)));
      expect(backwards?.kind).toBe(forwards?.kind);
      expect(backwards?.logWorse).toBeCloseTo(forwards?.logWorse ?? Number.NaN, 6);
    }),
    { numRuns: 40, seed: 14 },
  );
});

it('whatever the figures, the trace of the evidence equals the evidence of each prefix', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const blocks = some.map((row, index) => ({ ...blockOf(row), until: index, shifts: Math.floor(index / 3) }));
      const grown = blocks.map((_, index) => strongestUntil(blocks.slice(0, index + 1)));
      const traced = traceWorse(blocks);
      expect(traced.length).toBe(grown.length);
      for (const [index, log] of grown.entries()) expect(traced[index]).toBeCloseTo(log, 6);
    }),
    { numRuns: 60, seed: 16 },
  );
});

it('whatever the figures, a ratio that is excluded stays excluded for all beyond it', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const blocks = some.map(blockOf);
      const scale = Array.from({ length: 60 }, (_, index) => Math.exp(index / 4 - 7.5));
      const excluded = scale.map((ratio) => logBetter(blocks, ratio) >= Math.log(20));
      expect(excluded.lastIndexOf(false)).toBe(excluded.filter((one) => !one).length - 1);
    }),
    { numRuns: 60, seed: 15 },
  );
});

/** Of all blocks, and of those at the share of the last one. */
function strongestUntil(blocks: readonly EndedBlock[]): number {
  const shifts = blocks.at(-1)?.shifts ?? 0;
  const own = logWorse(blocks.filter((block) => block.shifts === shifts)) - priceOf(shifts);
  return shifts === 0 ? logWorse(blocks) : Math.max(logWorse(blocks), own);
}
