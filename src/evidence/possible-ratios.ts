import { decisive, findEdge, inverseRatios, logEvidence, type Observation, ratios, traceEvidence } from './e-value.ts';
import type { Block } from './minute.ts';

/** Logarithm of the e-value against "green fails at most `ratio` times as often as blue". */
export function logWorse(blocks: readonly Block[], ratio = 1): number {
  return logEvidence(observe(blocks, ratio), ratios);
}

/** Logarithm of the e-value against "green fails at most as often as blue" after each block. */
export function traceWorse(blocks: readonly Block[]): number[] {
  return traceEvidence(observe(blocks, 1), ratios);
}

/** Logarithm of the e-value against "green fails at least `ratio` times as often as blue". */
export function logBetter(blocks: readonly Block[], ratio = 1): number {
  return logEvidence(observe(blocks, ratio), inverseRatios);
}

/** The smallest ratio of green's error rate to blue's that is still possible, however often one has looked. */
export function findLeastRatio(blocks: readonly Block[]): number {
  const isPossible = (log: number) => logWorse(blocks, Math.exp(log)) < decisive;
  return isPossible(-widest) ? 0 : Math.exp(findEdge(isPossible, widest, -widest));
}

/** The largest such ratio; undefined where any is possible. */
export function findGreatestRatio(blocks: readonly Block[]): number | undefined {
  const isPossible = (log: number) => logBetter(blocks, Math.exp(log)) < decisive;
  return isPossible(widest) ? undefined : Math.exp(findEdge(isPossible, -widest, widest));
}

/** Ratios are searched between exp(-25) and exp(25): nobody serves enough requests to tell those from 0 and infinity. */
const widest = 25;

/** How many of each block's errors are green's, and the share of them to expect at this ratio. */
function observe(blocks: readonly Block[], ratio: number): Observation[] {
  return blocks.map(({ blue, green }) => ({
    hits: green.errors,
    trials: blue.errors + green.errors,
    share: (green.requests * ratio) / (blue.requests + green.requests * ratio),
  }));
}
