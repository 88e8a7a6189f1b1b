import type { EntryCounts, EntryEvidence, EntryVerdict, LedgerEntry } from '../canary/ledger-entry.ts';
import { formatPercent } from '../canary/weights.ts';
import type { Outcome } from './chapter.ts';

/** Time in UTC, to the second. */
export function describeTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** Green's share before and after. */
export function describeShare({ from, to }: LedgerEntry): string {
  if (from === undefined) return `to ${formatPercent(to)}`;
  return from === to ? formatPercent(to) : `${formatPercent(from)} → ${formatPercent(to)}`;
}

/** The verdict with the figures behind it. */
export function describeEvidence({ verdict, green, blue }: EntryEvidence): string {
  const counts = [green && `green ${ofRequests(green)}`, blue && `blue ${ofRequests(blue)}`].filter(Boolean);
  return `${verdicts[verdict]}${counts.length === 0 ? '' : ` (errors: ${counts.join(', ')})`}`;
}

/** What came of a canary, in a few words. */
export function nameOutcome(outcome: Outcome): string {
  return outcome === 'left' ? 'end not recorded' : outcome;
}

/** What came of a canary, as a sentence. */
export function describeOutcome(outcome: Outcome): string {
  return {
    promoted: 'The canary was promoted.',
    'rolled back': 'The canary was rolled back.',
    'promoted, then rolled back': 'The canary was promoted, and rolled back later.',
    retreated: 'Guard took traffic from green.',
    open: 'The canary is still open.',
    left: 'How the canary ended is not recorded.',
  }[outcome];
}

/** Foreign text without what a terminal obeys. */
export function plain(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}

const verdicts: Readonly<Record<EntryVerdict, string>> = {
  Worse: 'green was worse',
  NoWorse: 'green was no worse',
  Better: 'green was better',
  CannotTell: 'nobody could tell yet',
  NoEvidence: 'there was no evidence',
};

function ofRequests({ errors, requests }: EntryCounts): string {
  return `${errors.toLocaleString('en')} of ${requests.toLocaleString('en')}`;
}
