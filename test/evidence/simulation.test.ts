import { describe, expect, it } from 'vitest';
import { decisive, statedShare } from '../../src/evidence/e-value.ts';
import { judgeErrors } from '../../src/evidence/error-verdict.ts';
import type { Block } from '../../src/evidence/minute.ts';
import { findGreatestRatio, findLeastRatio, logBetter, logWorse } from '../../src/evidence/possible-ratios.ts';
import { greatestShare, leastShare } from '../../src/evidence/possible-shares.ts';
import { type Chance, createChance } from './chance.ts';
import { blockOf, type Row, spanOf } from './figures.ts';

interface Canary {
  readonly blueRate: number;
  readonly greenRate: number;
  /** Every fifth look, dependencies fail for both colours alike. */
  readonly bursts?: boolean;
}

const looks = 20;
const requestsPerLook = 1000;

describe('20 looks of 1,000 requests, at 10 % and then at 50 %', () => {
  it.each<readonly [string, Canary, number]>([
    ['0.5 %', { blueRate: 0.005, greenRate: 0.005 }, 1],
    ['0.5 % with bursts that hit both', { blueRate: 0.005, greenRate: 0.005, bursts: true }, 2],
    ['5 %', { blueRate: 0.05, greenRate: 0.05 }, 3],
    ['30 %', { blueRate: 0.3, greenRate: 0.3 }, 4],
    ['0.5 % against 0.3 % of green', { blueRate: 0.005, greenRate: 0.003 }, 5],
    ['errors that are as rare as one in 5,000', { blueRate: 0.0002, greenRate: 0.0002 }, 6],
  ])('of a green that is no worse, %s: at most the stated share of 1,000 are ever called worse', (_, canary, seed) => {
    expect(firstLooksAtWorse(canary, 1000, seed).length / 1000).toBeLessThanOrEqual(statedShare);
  });

  it.each<readonly [string, Canary, number, number]>([
    ['1 % against 0.5 %', { blueRate: 0.005, greenRate: 0.01 }, 0.7, 14],
    ['2 % against 0.5 %', { blueRate: 0.005, greenRate: 0.02 }, 0.99, 5],
    ['2 % against 0.1 %', { blueRate: 0.001, greenRate: 0.02 }, 0.99, 3],
    ['2 % against 0.5 % with bursts', { blueRate: 0.005, greenRate: 0.02, bursts: true }, 0.8, 12],
  ])('%s is called worse as often and as early as the guide says', (_, canary, share, median) => {
    const found = firstLooksAtWorse(canary, 300, 7);
    expect(found.length / 300).toBeGreaterThanOrEqual(share);
    expect(found.toSorted((one, other) => one - other)[Math.floor(found.length / 2)]).toBeLessThanOrEqual(median);
  });

  it('2 % against 0.1 % is called worse within 6,000 requests at 10 %, in 95 of 100 canaries', () => {
    const found = firstLooksAtWorse({ blueRate: 0.001, greenRate: 0.02 }, 200, 8);
    expect(found.filter((look) => look <= 6).length).toBeGreaterThanOrEqual(190);
  });

  it('finds no equal version better, nor a true ratio impossible, more often than stated', () => {
    const chance = createChance(9);
    let better = 0;
    let missed = 0;
    for (let run = 0; run < 200; run += 1) {
      const blocks = play({ blueRate: 0.02, greenRate: 0.03 }, chance);
      const outside = [5, 10, 20]
        .map((look) => blocks.slice(0, look))
        .some((some) => {
          return findLeastRatio(some) > 1.5 || (findGreatestRatio(some) ?? 2) < 1.5;
        });
      if (outside) missed += 1;
      const equal = play({ blueRate: 0.02, greenRate: 0.02 }, chance);
      if (equal.some((_, look) => logBetter(equal.slice(0, look + 1)) >= decisive)) better += 1;
    }
    expect(better).toBeLessThanOrEqual(200 * statedShare);
    // Either end may miss as often as stated.
    expect(missed).toBeLessThanOrEqual(200 * 2 * statedShare);
  });
});

it('of 200 canaries of equal versions, the whole verdict calls at most the stated share worse at any of 20 looks', () => {
  const chance = createChance(10);
  let worse = 0;
  for (let run = 0; run < 200; run += 1) {
    const rows = playRows({ blueRate: 0.002, greenRate: 0.002, bursts: run % 2 === 0 }, chance);
    if (rows.some((_, look) => judgeErrors(spanOf(rows.slice(0, look + 1))).kind === 'worse')) worse += 1;
  }
  expect(worse).toBeLessThanOrEqual(200 * statedShare);
});

it('a service of one request in a few minutes is judged as carefully, while its error rate rises and falls', () => {
  const chance = createChance(11);
  let worse = 0;
  for (let run = 0; run < 400; run += 1) {
    const rows = Array.from({ length: 200 }, (_, minute): Row => {
      const failed = chance.binomial(1, minute % 50 < 10 ? 0.6 : 0.02);
      return chance.uniform() < 0.3 ? [0, 0, failed, 1] : [failed, 1, 0, 0];
    });
    const { blocks } = spanOf(rows);
    if (blocks.some((_, look) => logWorse(blocks.slice(0, look + 1)) >= decisive)) worse += 1;
  }
  expect(worse).toBeLessThanOrEqual(400 * statedShare);
});

it.each([0.001, 0.02, 0.5])(
  'the bounds of a rate of %d hold at all of 12 looks, except in the stated share',
  (rate) => {
    const chance = createChance(12);
    const missed = { low: 0, high: 0 };
    for (let run = 0; run < 200; run += 1) {
      let errors = 0;
      const outside = { low: false, high: false };
      for (let look = 1; look <= 12; look += 1) {
        errors += chance.binomial(1000, rate);
        outside.low ||= leastShare(errors, look * 1000) > rate;
        outside.high ||= greatestShare(errors, look * 1000) < rate;
      }
      missed.low += Number(outside.low);
      missed.high += Number(outside.high);
    }
    expect(missed.low).toBeLessThanOrEqual(200 * statedShare);
    expect(missed.high).toBeLessThanOrEqual(200 * statedShare);
  },
);

/** The look, from 1, at which each canary is first called worse; canaries that never are, are left out. */
function firstLooksAtWorse(canary: Canary, runs: number, seed: number): number[] {
  const chance = createChance(seed);
  const found: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const blocks = play(canary, chance);
    const look = blocks.findIndex((_, index) => logWorse(blocks.slice(0, index + 1)) >= decisive);
    if (look >= 0) found.push(look + 1);
  }
  return found;
}

function play(canary: Canary, chance: Chance): Block[] {
  return playRows(canary, chance).map(blockOf);
}

function playRows({ blueRate, greenRate, bursts = false }: Canary, chance: Chance): Row[] {
  return Array.from({ length: looks }, (_, look): Row => {
    const green = chance.binomial(requestsPerLook, look < looks / 2 ? 0.1 : 0.5);
    const blue = requestsPerLook - green;
    const burst = bursts && look % 5 === 2 ? 0.2 : 0;
    return [chance.binomial(blue, blueRate + burst), blue, chance.binomial(green, greenRate + burst), green];
  });
}
