import type { LedgerEntry } from '../canary/ledger-entry.ts';

/** How far back a ledger goes. */
export interface Reach {
  /** Numbers of the oldest and the newest entry. */
  readonly first: number;
  readonly last: number;
  /** Numbers between them that are not there. */
  readonly missing: readonly number[];
}

/** How far back the ledger goes; undefined if it is empty. @param entries oldest first */
export function reachOf(entries: readonly LedgerEntry[]): Reach | undefined {
  const [first, last] = [entries.at(0), entries.at(-1)];
  if (!first || !last) return undefined;
  // Numbers that somebody edited may lie far apart.
  const missing = entries.flatMap(({ n }, index) => {
    const before = entries[index - 1]?.n ?? n - 1;
    return Array.from({ length: Math.min(n - before - 1, mostMissing) }, (_, gap) => before + 1 + gap);
  });
  return { first: first.n, last: last.n, missing };
}

const mostMissing = 16;
