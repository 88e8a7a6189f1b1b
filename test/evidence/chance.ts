/** Draws from distributions; the same seed gives the same sequence. */
export interface Chance {
  /** Between 0 and 1. */
  readonly uniform: () => number;
  /** So many of `trials` succeed, each with probability `share`. */
  readonly binomial: (trials: number, share: number) => number;
}

/** Seeded chance for simulations. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const uniform = () => {
    // The generator is mulberry32, which passes the usual tests of randomness.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
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
