import { endsChapter, type LedgerEntry } from '../canary/ledger-entry.ts';

/** What came of a canary; `left` if a later one began without any end of this one. */
export type Outcome = 'promoted' | 'rolled back' | 'promoted, then rolled back' | 'retreated' | 'open' | 'left';

/** One canary of the ledger. */
export interface Chapter {
  readonly number: number;
  /** Oldest first; at least one. */
  readonly entries: readonly LedgerEntry[];
  readonly outcome: Outcome;
  /** Whether the ledger still has its beginning. */
  readonly isWhole: boolean;
}

/** The canaries of a ledger, oldest first. @param entries oldest first */
export function chaptersOf(entries: readonly LedgerEntry[]): readonly Chapter[] {
  const numbers = [...new Set(entries.map(({ chapter }) => chapter))];
  return numbers.map((number) => {
    const own = entries.filter(({ chapter }) => chapter === number);
    return {
      number,
      entries: own,
      outcome: outcomeOf(own, number === numbers.at(-1)),
      isWhole: own[0]?.kind === 'begin',
    };
  });
}

function outcomeOf(entries: readonly LedgerEntry[], isNewest: boolean): Outcome {
  const ends = entries.filter(({ kind }) => endsChapter(kind)).map(({ kind }) => kind);
  if (ends.at(-1) === 'rollback') return ends.includes('promotion') ? 'promoted, then rolled back' : 'rolled back';
  if (ends.length > 0) return 'promoted';
  if (entries.findLast(({ kind }) => kind === 'share' || kind === 'retreat')?.kind === 'retreat') return 'retreated';
  return isNewest ? 'open' : 'left';
}
