import { createHash } from 'node:crypto';

/** The list in an order that the seed and each one's own name decide, so that one more or less changes no other's place. */
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
