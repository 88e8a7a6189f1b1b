import { describe, expect, it } from 'vitest';
import { statedShare } from '../../src/evidence/e-value.ts';
import { measureShare } from '../../src/evidence/served-share.ts';
import { createChance } from './chance.ts';
import { spanOf } from './figures.ts';

const measure = (blue: number, green: number, requested: number) =>
  measureShare(spanOf([[0, blue, 0, green]]), requested);

describe('the share that green really served', () => {
  it('has an interval around it, which shrinks as requests come', () => {
    const widths = [100, 10_000, 1_000_000].map((requests) => {
      const { share = Number.NaN, least, greatest } = measure(requests * 0.9, requests * 0.1, 0.1);
      expect(share).toBe(0.1);
      expect(least).toBeLessThan(share);
      expect(greatest).toBeGreaterThan(share);
      return greatest - least;
    });
    expect(widths.toSorted((one, other) => other - one)).toEqual(widths);
    expect(widths[1]).toBeLessThan(0.025);
  });

  it('is as requested until enough requests say otherwise', () => {
    expect(measure(1, 0, 0.1).kind).toBe('as requested');
    expect(measure(0, 1, 0.1).kind).toBe('as requested');
    expect(measure(40, 0, 0.1).kind).toBe('as requested');
    expect(measure(200, 0, 0.1)).toMatchObject({ kind: 'too little', share: 0, least: 0 });
    expect(measure(700, 300, 0.1).kind).toBe('too much');
    expect(measure(0, 0, 0.1)).toMatchObject({ kind: 'no evidence', share: undefined, least: 0, greatest: 1 });
  });

  it('may deviate by a tenth of the smaller share, however many requests there are', () => {
    expect(measure(891e6, 109e6, 0.1).kind).toBe('as requested');
    expect(measure(885e6, 115e6, 0.1).kind).toBe('too much');
    expect(measure(108e6, 892e6, 0.9).kind).toBe('as requested');
    expect(measure(112e6, 888e6, 0.9).kind).toBe('too little');
  });

  it('knows a colour without weight from one that serves', () => {
    expect(measure(1000, 0, 0).kind).toBe('as requested');
    expect(measure(1000, 8, 0).kind).toBe('too much');
    expect(measure(8, 1000, 1).kind).toBe('too little');
  });

  it('is rarely called wrong: at most the stated share of 200 canaries, at 15 looks', () => {
    const chance = createChance(41);
    let wrong = 0;
    for (let run = 0; run < 200; run += 1) {
      let green = 0;
      const looks = Array.from({ length: 15 }, (_, look) => {
        green += chance.binomial(100, 0.1);
        return measure(100 * (look + 1) - green, green, 0.1).kind;
      });
      if (looks.some((kind) => kind !== 'as requested')) wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(200 * statedShare);
  });
});
