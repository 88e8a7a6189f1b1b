/** Seeded random numbers: the same seed gives the same sequence. @returns a function that draws whole numbers from 0 to `sides - 1` */
export function createSeededRandom(seed: number): (sides: number) => number {
  let state = (seed * 0x9e3779b1 + 0x85ebca6b) >>> 0;
  return (sides) => {
    // A small mixing generator (mulberry32 in structure) is good enough for choices and delays.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}
