import { decisive, findEdge, inverseRatios, logEvidence, ratios } from './e-value.ts';

/**
 * The largest share of hits that is still possible, however often one has looked; 1 without trials.
 *
 * Clopper and Pearson's bound is tighter, but it holds for a single look, and a gate is looked at whenever one likes.
 * @param limit logarithm of the e-value that excludes a share
 */
export function greatestShare(hits: number, trials: number, limit = decisive): number {
  const isPossible = (log: number) => logAgainst(hits, trials, log, inverseRatios) < limit;
  return isPossible(widest) ? 1 : shareOf(findEdge(isPossible, -widest, widest));
}

/** The smallest share of hits that is still possible, however often one has looked; 0 without trials. */
export function leastShare(hits: number, trials: number, limit = decisive): number {
  const isPossible = (log: number) => logAgainst(hits, trials, log, ratios) < limit;
  return isPossible(-widest) ? 0 : shareOf(findEdge(isPossible, widest, -widest));
}

/** Shares are searched between odds of exp(-30) and exp(30). */
const widest = 30;

function logAgainst(hits: number, trials: number, logOdds: number, alternatives: readonly number[]): number {
  return logEvidence([{ hits, trials, share: shareOf(logOdds) }], alternatives);
}

function shareOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
