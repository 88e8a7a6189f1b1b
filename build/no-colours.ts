/**
 * In place of d3-color, which only scales of colours need: ours have numbers. A text is no colour here, and what would
 * convert one throws.
 */
export const color = (): null => null;

function leftOut(): never {
  throw new TypeError('d3-color was left out of the bundle (build/trimming.ts).');
}

export { leftOut as cubehelix, leftOut as hcl, leftOut as hsl, leftOut as lab, leftOut as rgb };
