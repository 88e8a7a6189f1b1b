import type { Tags } from './change.ts';
import { type EntryKind, endsChapter, formatEntry, type LedgerEntry, parseEntry } from './ledger-entry.ts';
import type { Service } from './service.ts';

type Tagged = Pick<Service, 'tags'>;

/** How many entries the ring has; a newer one then takes the place of the oldest. */
export const mostEntries = 16;

/** What is common to the keys of the ring, which two digits follow. */
export const ledgerKeyPrefix = 'EcsCanaryLog';

/** The entries in the service's tags, oldest first; what is no entry, or has a newer one's number, is left out. */
export function ledgerOf(service: Tagged): readonly LedgerEntry[] {
  const found = places.flatMap((key) => entryAt(service, key) ?? []).sort((one, other) => one.n - other.n);
  return found.filter(({ n }, index) => n !== found[index - 1]?.n);
}

/** The number and the chapter that come after these entries. @param kind of the new entry; only `begin` opens a chapter */
export function numberAfter(entries: readonly LedgerEntry[], kind: EntryKind): Pick<LedgerEntry, 'n' | 'chapter'> {
  const last = entries.at(-1);
  const chapter = Math.max(0, ...entries.map((entry) => entry.chapter)) + (kind === 'begin' ? 1 : 0);
  return { n: (last?.n ?? 0) + 1, chapter: Math.max(1, chapter) };
}

/** The next entry of a service. @param facts all but its number and chapter */
export function nextEntry(service: Tagged, facts: Omit<LedgerEntry, 'n' | 'chapter'>): LedgerEntry {
  return { ...numberAfter(ledgerOf(service), facts.kind), ...facts };
}

/** Whether the last canary in the ledger was begun, and neither promoted nor rolled back. */
export function isChapterOpen(service: Tagged): boolean {
  const last = ledgerOf(service).at(-1);
  return last !== undefined && !endsChapter(last.kind);
}

/**
 * The tag to write for an entry; none if the service has no room for it, or if it could not be read back.
 * The order of places: a free one, one with anything but an entry, that of the oldest entry.
 */
export function tagsForEntry(service: Tagged, entry: LedgerEntry): Tags {
  const taken = places.filter((key) => service.tags[key] !== undefined);
  const free = taken.length < roomFor(service) ? places.find((key) => !taken.includes(key)) : undefined;
  const [oldest] = [...taken].sort((one, other) => numberAt(service, one) - numberAt(service, other));
  const key = free ?? oldest;
  const text = formatEntry(entry);
  return key === undefined || parseEntry(text) === undefined ? {} : { [key]: text };
}

/** Whether the service has room for any entry. */
export function hasRoom(service: Tagged): boolean {
  return roomFor(service) > 0 || places.some((key) => service.tags[key] !== undefined);
}

const places = Array.from(
  { length: mostEntries },
  (_, index) => `${ledgerKeyPrefix}${String(index + 1).padStart(2, '0')}`,
);

function entryAt({ tags }: Tagged, key: string): LedgerEntry | undefined {
  return parseEntry(tags[key] ?? '');
}

/** AWS's limit for the tags of a service, of which its own do not count. */
const mostTags = 50;

/** StableStack, EcsCanaryTakenBy, EcsCanaryGreenIdleSince, EcsCanaryShares, EcsCanaryRetreated and EcsCanaryLease always find a place. */
const reserved = 6;

const ours = /^(StableStack|EcsCanary(TakenBy|GreenIdleSince|Shares|Retreated|Lease|Log\d\d))$/;

/** How many entries the service has room for. */
function roomFor({ tags }: Tagged): number {
  const others = Object.keys(tags).filter((key) => !key.startsWith('aws:') && !ours.test(key));
  return mostTags - reserved - others.length;
}

function numberAt(service: Tagged, key: string): number {
  return entryAt(service, key)?.n ?? 0;
}
