import type { Colour } from './colour.ts';

/** Weights of the two target groups in the listener rule, each 0 to 999 and never both 0. */
export interface Weights {
  readonly blue: number;
  readonly green: number;
}

export const allBlue: Weights = { blue: 100, green: 0 };
export const allGreen: Weights = { blue: 0, green: 100 };

/**
 * The weights that give green exactly that share.
 * @param greenPercent 0 to 100 with at most one decimal
 */
export function weightsForGreen(greenPercent: number): Weights {
  const tenths = Math.round(greenPercent * 10);
  // Whole percents read as percents in the console; tenths need the finer scale, and ALB takes no weight above 999.
  if (tenths % 10 === 0) return { blue: 100 - tenths / 10, green: tenths / 10 };
  return { blue: 1000 - tenths, green: tenths };
}

/** Green's share of the traffic in percent, 0 when both weights are 0. */
export function greenPercentOf(weights: Weights): number {
  const total = weights.blue + weights.green;
  // Multiplied first: 29 / 1000 * 100 is more than 2.9, and a share in force must equal the one that was asked for.
  return total === 0 ? 0 : (weights.green * 100) / total;
}

/** Blue's share of the traffic in percent, 0 when both weights are 0. */
export function bluePercentOf(weights: Weights): number {
  return weights.blue === 0 ? 0 : 100 - greenPercentOf(weights);
}

/** Whether both weights give the same split, whatever scale they are written in. */
export function sameSplit(left: Weights, right: Weights): boolean {
  if (left.blue + left.green === 0 || right.blue + right.green === 0) return false;
  return left.green * right.blue === right.green * left.blue;
}

/** Whether one colour gets everything. */
export function servesOnly(weights: Weights, colour: Colour): boolean {
  return colour === 'Blue' ? weights.blue > 0 && weights.green === 0 : weights.green > 0 && weights.blue === 0;
}

/** "Blue 90 % / Green 10 %", with one decimal where needed; weights of 0 and 0 serve no traffic. */
export function describeSplit(weights: Weights): string {
  const green = greenPercentOf(weights);
  const unserved = weights.blue + green === 0 ? ' (no traffic is served)' : '';
  return `Blue ${formatPercent(bluePercentOf(weights))} / Green ${formatPercent(green)}${unserved}`;
}

/** A percentage with at most one decimal, for example "2.5 %". */
export function formatPercent(percent: number): string {
  return `${Number(percent.toFixed(1))} %`;
}
