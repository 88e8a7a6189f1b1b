/** A median, and the quartiles around it. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Summarises figures; the quartiles are interpolated. @throws RangeError if there are none */
export function summarise(figures: readonly number[]): Summary {
  if (figures.length === 0) throw new RangeError('There are no figures to summarise.');
  const sorted = figures.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** Divides each figure by the one that was measured next to it, so that a noise that lasts hits both. */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  return ours.flatMap((figure, at) => {
    const other = theirs[at];
    return other === undefined ? [] : [figure / other];
  });
}

/** The distance of the quartiles, as a share of the median. */
export function spreadOf({ median, low, high }: Summary): number {
  return (high - low) / median;
}

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below = 0, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}
