import { describe, expect, it } from 'vitest';
import { statedShare } from '../../src/evidence/e-value.ts';
import { inFewMinutes, inMostMinutes, judgeLatency } from '../../src/evidence/latency-verdict.ts';
import { createChance } from './chance.ts';
import { latencySpan } from './figures.ts';

const slow = [0.2, 0.4] as const;
const same = [0.2, 0.2] as const;
const repeated = <T>(one: T, times: number): T[] => Array.from({ length: times }, () => one);

describe('the verdict on latency', () => {
  it('is slower after seven minutes that are all slower, and says how many are missing before', () => {
    const kinds = [1, 3, 6, 7, 60].map((minutes) => judgeLatency(latencySpan(repeated(slow, minutes)), 0.1));
    expect(kinds).toMatchObject([
      { kind: 'cannot tell yet', moreMinutes: 6 },
      { kind: 'cannot tell yet', moreMinutes: 4 },
      { kind: 'cannot tell yet', moreMinutes: 1 },
      { kind: 'slower', comparedMinutes: 7, slowerMinutes: 7 },
      { kind: 'slower' },
    ]);
  });

  it('is no slower after seven minutes that are not, and open where half of them are', () => {
    expect(judgeLatency(latencySpan(repeated(same, 7)), 0.1).kind).toBe('no slower');
    expect(judgeLatency(latencySpan([...repeated(same, 50), ...repeated(slow, 50)]), 0.1).kind).toBe('cannot tell yet');
  });

  it('respects the margin', () => {
    const span = latencySpan(repeated([0.2, 0.23], 10));
    expect(judgeLatency(span, 0.1).kind).toBe('slower');
    expect(judgeLatency(span, 0.2).kind).toBe('no slower');
  });

  it('leaves out minutes with fewer than 20 requests, or without a latency', () => {
    expect(judgeLatency(latencySpan(repeated(slow, 30), 19), 0.1)).toMatchObject({
      kind: 'no evidence',
      blue: undefined,
      comparedMinutes: 0,
    });
    expect(judgeLatency(latencySpan([]), 0.1).kind).toBe('no evidence');
    expect(judgeLatency(latencySpan(repeated(slow, 7), 20), 0.1).kind).toBe('slower');
  });

  it('shows medians, which one bad minute does not move', () => {
    const { blue, green } = judgeLatency(
      latencySpan([
        [0.2, 0.3],
        [0.2, 9],
        [0.4, 0.5],
      ]),
      0.1,
    );
    expect(blue).toEqual({ p50: 0.1, p90: 0.2, p99: expect.closeTo(0.6) });
    expect(green?.p90).toBe(0.5);
    expect(
      judgeLatency(
        latencySpan([
          [0.2, 0.3],
          [0.4, 0.5],
        ]),
        0.1,
      ).green?.p90,
    ).toBe(0.4);
  });
});

describe('the sign test', () => {
  it('is the Beta mixture above a half: 2 ^ (n + 1) (1 - 2 ^ -(n + 1)) / (n + 1) if all n minutes are slower', () => {
    const mixture = (minutes: number) => (2 ** (minutes + 1) - 1) / (minutes + 1);
    expect([6, 7].map(mixture).map((value) => value >= 20)).toEqual([false, true]);
    expect([6, 7].map((minutes) => inMostMinutes(minutes, minutes))).toEqual([false, true]);
    expect([6, 7].map((minutes) => inFewMinutes(0, minutes))).toEqual([false, true]);
  });

  it('calls at most the stated share of 1,000 equal versions slower, at 60 looks', () => {
    const chance = createChance(21);
    let wrong = 0;
    for (let run = 0; run < 1000; run += 1) {
      let hits = 0;
      const looks = Array.from({ length: 60 }, (_, look) => {
        hits += chance.binomial(1, 0.5);
        return inMostMinutes(hits, look + 1);
      });
      if (looks.includes(true)) wrong += 1;
    }
    expect(wrong).toBeGreaterThan(0);
    expect(wrong).toBeLessThanOrEqual(1000 * statedShare);
  });
});
