import { createHash } from 'node:crypto';

/** Shuffles a list by the seed and each item's name, so that adding or removing one does not reorder the others. */
export function shuffle<T>(list: readonly T[], seed: number, nameOf: (item: T) => string): T[] {
  const lots = new Map(
    list.map((item) => [
      item,
      createHash('sha256')
        .update(`${seed} ${nameOf(item)}`)
        .digest('hex'),
    ]),
  );
  return [...list].sort((a, b) => ((lots.get(a) ?? '') < (lots.get(b) ?? '') ? -1 : 1));
}
