import { describe, expect, it } from 'vitest';
import { judgeErrorCeiling, judgeLatencyCeiling } from '../../src/evidence/ceiling-verdict.ts';
import { statedShare } from '../../src/evidence/e-value.ts';
import { createChance } from './chance.ts';
import { latencySpan, type Row, spanOf } from './figures.ts';

describe("the operator's ceiling of errors", () => {
  const judge = (errors: number, requests: number, ceiling = 0.01) =>
    judgeErrorCeiling(spanOf([[0, 0, errors, requests]]), ceiling);

  it('is not exceeded by one error of a few requests, nor kept by a few without', () => {
    expect(judge(1, 1)).toBe('cannot tell yet');
    expect(judge(2, 20)).toBe('cannot tell yet');
    expect(judge(0, 100)).toBe('cannot tell yet');
    expect(judge(0, 0)).toBe('no evidence');
  });

  it('is exceeded, or kept, once the requests say so', () => {
    expect(judge(10, 300)).toBe('above');
    expect(judge(4, 4)).toBe('above');
    expect(judge(0, 1000)).toBe('below');
    expect(judge(20, 4000)).toBe('below');
    expect(judge(1000, 100_000)).toBe('cannot tell yet');
  });

  it('is exceeded by at most the stated share of 400 versions that just keep it, at 20 looks', () => {
    const chance = createChance(31);
    let wrong = 0;
    for (let run = 0; run < 400; run += 1) {
      const rows: Row[] = [];
      const looks = Array.from({ length: 20 }, () => {
        rows.push([0, 0, chance.binomial(500, 0.01), 500]);
        return judgeErrorCeiling(spanOf(rows), 0.01);
      });
      if (looks.includes('above')) wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(400 * statedShare);
  });
});

describe("the operator's ceiling of latency", () => {
  const judge = (minutes: number, p90: number, requests?: number) =>
    judgeLatencyCeiling(
      latencySpan(
        Array.from({ length: minutes }, () => [9, p90] as const),
        requests,
      ),
      0.5,
    );

  it('is exceeded, or kept, once seven minutes say so, whatever blue does', () => {
    expect(judge(7, 0.51)).toBe('above');
    expect(judge(7, 0.5)).toBe('below');
    expect(judge(6, 0.51)).toBe('cannot tell yet');
  });

  it('has no evidence in minutes with few requests', () => {
    expect(judge(30, 0.51, 19)).toBe('no evidence');
    expect(judge(0, 0.51)).toBe('no evidence');
  });
});
