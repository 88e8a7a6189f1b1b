import type { Counts } from './minute.ts';

/** Green's error rate minus blue's, with the interval that holds it in 95 of 100 windows, from -1 to 1. */
export interface RateDifference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's quantile for both ends of a 95 % interval. */
const z = 1.959963984540054;

/**
 * The difference of error rates in one window alone: Newcombe 1998, method 10.
 * @returns undefined where a colour had no requests
 */
export function compareRates(blue: Counts, green: Counts): RateDifference | undefined {
  if (blue.requests === 0 || green.requests === 0) return undefined;
  const [b, g] = [wilson(blue), wilson(green)];
  const difference = g.rate - b.rate;
  return {
    difference,
    low: Math.max(-1, difference - Math.hypot(g.rate - g.low, b.high - b.rate)),
    high: Math.min(1, difference + Math.hypot(g.high - g.rate, b.rate - b.low)),
  };
}

/** Wilson's interval of one rate. */
function wilson({ errors, requests }: Counts) {
  const rate = errors / requests;
  const centre = errors + z ** 2 / 2;
  const spread = z * Math.sqrt(requests * rate * (1 - rate) + z ** 2 / 4);
  return { rate, low: (centre - spread) / (requests + z ** 2), high: (centre + spread) / (requests + z ** 2) };
}
