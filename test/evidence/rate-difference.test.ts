import { expect, it } from 'vitest';
import { compareRates, rateInterval } from '../../src/evidence/rate-difference.ts';

/** Newcombe 1998, Table II, method 10: first errors/requests, second errors/requests, lower and upper limit. */
const published = [
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [6, 7, 2, 7, 0.0582, 0.8062],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [0, 10, 0, 20, -0.1611, 0.2775],
  [0, 10, 0, 10, -0.2775, 0.2775],
  [10, 10, 0, 20, 0.6791, 1],
  [10, 10, 0, 10, 0.6075, 1],
] as const;

it.each(published)(
  'the difference %d/%d - %d/%d has the published interval',
  (errors, requests, other, all, low, high) => {
    const found = compareRates({ errors: other, requests: all }, { errors, requests });
    expect(found?.difference).toBeCloseTo(errors / requests - other / all, 12);
    expect(found?.low).toBeCloseTo(low, 4);
    expect(found?.high).toBeCloseTo(high, 4);
  },
);

it('there is no difference where a colour had no requests', () => {
  expect(compareRates({ errors: 0, requests: 0 }, { errors: 1, requests: 1 })).toBeUndefined();
  expect(compareRates({ errors: 1, requests: 1 }, { errors: 0, requests: 0 })).toBeUndefined();
});

it('the interval lies between -1 and 1 for 50,000 requests a second', () => {
  const found = compareRates({ errors: 0, requests: 3e9 }, { errors: 3e9, requests: 3e9 });
  expect(found?.high).toBeLessThanOrEqual(1);
  expect(found?.low).toBeGreaterThan(0.99999);
});

it.each([
  [{ errors: 0, requests: 10 }, 0, 0.2775],
  [{ errors: 10, requests: 10 }, 0.7225, 1],
  [{ errors: 81, requests: 263 }, 0.2553, 0.3662],
])("an error rate of %o has Wilson's interval, as published", (counts, low, high) => {
  const interval = rateInterval(counts);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});

it('an error rate without requests has no interval', () => {
  expect(rateInterval({ errors: 0, requests: 0 })).toBeUndefined();
});
