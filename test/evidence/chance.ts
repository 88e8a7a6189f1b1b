import { createSeededRandom } from '../../src/rehearsal/seeded-random.ts';

/** Draws from distributions; the same seed gives the same sequence. */
export interface Chance {
  /** Between 0 and 1. */
  readonly uniform: () => number;
  /** So many of `trials` succeed, each with probability `share`. */
  readonly binomial: (trials: number, share: number) => number;
}

/** Seeded chance for simulations. */
export function createChance(seed: number): Chance {
  const draw = createSeededRandom(seed);
  const uniform = () => draw(2 ** 32) / 2 ** 32;
  return { uniform, binomial: (trials, share) => drawBinomial(uniform, trials, share) };
}

/** Jumps from success to success, so that rare errors among many requests cost little. */
function drawBinomial(uniform: () => number, trials: number, share: number): number {
  if (share <= 0) return 0;
  if (share > 0.5) return trials - drawBinomial(uniform, trials, 1 - share);
  let hits = 0;
  for (let at = jump(uniform, share); at <= trials; at += jump(uniform, share)) hits += 1;
  return hits;
}

function jump(uniform: () => number, share: number): number {
  return 1 + Math.floor(Math.log(1 - uniform()) / Math.log1p(-share));
}
