import type { ReadArguments } from './arguments.ts';

/** The shares of `--weights`, in percent; 10 and 50 when the option is absent or cannot be used, which is a problem. */
export function readWeights({ values, problems }: ReadArguments): readonly number[] {
  const raw = values.get('weights')?.[0];
  if (raw === undefined) return [10, 50];
  const weights = raw.split(',').map((part) => (/^\s*\d+(\.\d)?\s*$/.test(part) ? Number(part) : Number.NaN));
  const rising = weights.every((weight, index) => weight > (weights[index - 1] ?? 0) && weight < 100);
  if (rising) return weights;
  problems.push(`--weights must be rising percentages above 0 and below 100, such as 10,50, not "${raw}".`);
  return [10, 50];
}
