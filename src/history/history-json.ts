import { mostEntries } from '../canary/ledger.ts';
import type { LedgerEntry } from '../canary/ledger-entry.ts';
import { entryAsJson } from '../canary/ledger-json.ts';
import { chaptersOf } from './chapter.ts';
import { learnFrom } from './lesson.ts';
import { reachOf } from './reach.ts';
import type { ServiceLedger } from './service-ledger.ts';

/** The same as `renderHistory`, for programs. */
export function historyAsJson({ stack, region, service, entries }: ServiceLedger): string {
  const chapters = chaptersOf(entries);
  const { worse, sound, unclear, retreats, lessons } = learnFrom(chapters);
  const history = {
    format: 1,
    stack,
    region,
    service,
    reach: { places: mostEntries, ...(reachOf(entries) ?? { first: null, last: null, missing: [] }) },
    canaries: chapters.map(({ number, outcome, isWhole, entries: own }) => ({
      chapter: number,
      outcome,
      isWhole,
      entries: own.map((entry: LedgerEntry) => entryAsJson(entry)),
    })),
    decisions: { worse, noWorseOrBetter: sound, unclear },
    retreats,
    lessons: lessons.map(({ kind, course, entry, verdict = null, chapter, retreat }) => ({
      ...{ kind, course, verdict, n: entry.n, chapter: chapter.number, outcome: chapter.outcome },
      retreat: retreat?.n ?? null,
    })),
  };
  return JSON.stringify(history, undefined, 2);
}
