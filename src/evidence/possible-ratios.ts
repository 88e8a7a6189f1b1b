import { decisive, findEdge, inverseRatios, logEvidence, type Observation, ratios, traceEvidence } from './e-value.ts';
import type { Block, EndedBlock } from './minute.ts';

/** Logarithm of the e-value against "green fails at most `ratio` times as often as blue". */
export function logWorse(blocks: readonly Block[], ratio = 1): number {
  return logEvidence(observe(blocks, ratio), ratios);
}

/** The same of "green fails at most as often as blue" after each block, as the verdict weighs it. */
export function traceWorse(blocks: readonly EndedBlock[]): number[] {
  const strongest = traceEvidence(observe(blocks, 1), ratios);
  for (const shifts of laterShares(blocks)) {
    const own = blocks.flatMap((block, index) => (block.shifts === shifts ? [{ block, index }] : []));
    const logs = traceEvidence(
      observe(
        own.map(({ block }) => block),
        1,
      ),
      ratios,
    );
    own.forEach(({ index }, place) => {
      strongest[index] = Math.max(strongest[index] ?? 0, (logs[place] ?? 0) - priceOf(shifts));
    });
  }
  return strongest;
}

/** The strongest of all blocks together and of those at each later share. */
export function strongestWorse(blocks: readonly EndedBlock[]): number {
  return Math.max(
    logWorse(blocks),
    ...laterShares(blocks).map(
      (shifts) => logWorse(blocks.filter((block) => block.shifts === shifts)) - priceOf(shifts),
    ),
  );
}

function laterShares(blocks: readonly EndedBlock[]): readonly number[] {
  return [...new Set(blocks.map(({ shifts }) => shifts))].filter((shifts) => shifts > 0);
}

/** What one more look costs, as a logarithm: of all the looks after the first, at most half of the stated share goes wrong. */
export function priceOf(looksBefore: number): number {
  return looksBefore === 0 ? 0 : Math.log(2 * looksBefore * (looksBefore + 1));
}

/** Logarithm of the e-value against "green fails at least `ratio` times as often as blue". */
export function logBetter(blocks: readonly Block[], ratio = 1): number {
  return logEvidence(observe(blocks, ratio), inverseRatios);
}

/** The smallest ratio of green's error rate to blue's that is still possible, however often one has looked. @param limit logarithm that excludes a ratio */
export function findLeastRatio(blocks: readonly Block[], limit = decisive): number {
  const isPossible = (log: number) => logWorse(blocks, Math.exp(log)) < limit;
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
