import type { Counts } from './minute.ts';

/** Green's error rate minus blue's, with the interval that holds it in 95 of 100 windows, from -1 to 1. */
export interface RateDifference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** From 0 to 1. */
export interface RateInterval {
  readonly rate: number;
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
  const [b, g] = [rateInterval(blue), rateInterval(green)];
  if (b === undefined || g === undefined) return undefined;
  const difference = g.rate - b.rate;
  return {
    difference,
    low: Math.max(-1, difference - Math.hypot(g.rate - g.low, b.high - b.rate)),
    high: Math.min(1, difference + Math.hypot(g.high - g.rate, b.rate - b.low)),
  };
}

/**
 * An error rate with Wilson's interval, which contains the true rate in 95 of 100 windows; valid for a single look.
 * @returns undefined without requests
 */
export function rateInterval({ errors, requests }: Counts): RateInterval | undefined {
  if (requests === 0) return undefined;
  const rate = errors / requests;
  const centre = errors + z ** 2 / 2;
  const spread = z * Math.sqrt(requests * rate * (1 - rate) + z ** 2 / 4);
  const at = (count: number) => Math.min(1, Math.max(0, count / (requests + z ** 2)));
  return { rate, low: at(centre - spread), high: at(centre + spread) };
}
