import type { Service } from './service.ts';

/** The service tag that says which share green has had since when; Watch Canary counts from there. */
export const sharesTagKey = 'EcsCanaryShares';

/** A share of the traffic that green had at all production rules. */
export interface ShareEntry {
  /** Epoch milliseconds, by AWS's clock; whole seconds. */
  readonly at: number;
  /** 0 to 100, with at most one decimal. */
  readonly percent: number;
}

/** What the tag says. */
export interface ShareRecord {
  /** How long proving the way back took, if it was measured. */
  readonly wayBackSeconds?: number;
  /** Oldest first, each later than the one before. */
  readonly entries: readonly ShareEntry[];
}

/** The service's record; empty if the tag is missing or holds anything else. */
export function shareRecordOf({ tags }: Pick<Service, 'tags'>): ShareRecord {
  return parseRecord(tags[sharesTagKey] ?? '');
}

/** The shares of this green; what a wrong clock or a hand put into the future is no share. @param now epoch milliseconds by AWS's clock */
export function sharesOf({ service, green }: Shared, now: number): readonly ShareEntry[] {
  return entriesSince(shareRecordOf(service), green.taskSet.createdAt).filter(({ at }) => isPast(at, now));
}

/** Whether a time is not in the future, but for what two readings of AWS's clock may differ by; both in epoch milliseconds. */
export function isPast(at: number, now: number): boolean {
  return at <= now + 60_000;
}

interface Shared {
  readonly service: Pick<Service, 'tags'>;
  readonly green: { readonly taskSet: { readonly createdAt: Date } };
}

/** The entries from green's own time. @param createdAt when AWS created green's task set */
export function entriesSince({ entries }: ShareRecord, createdAt: Date): readonly ShareEntry[] {
  return entries.filter(({ at }) => at >= createdAt.getTime());
}

/**
 * The record with one more share.
 * @param share since when it is in force, in epoch milliseconds; rounded up, so that no second counts for two shares
 * @param green when its task set was created: what is older belongs to an earlier green
 * @param wayBackSeconds what this run measured, if it did
 */
export function appendShare(
  record: ShareRecord,
  { at, percent }: ShareEntry,
  green: { readonly createdAt: Date },
  wayBackSeconds?: number,
): ShareRecord {
  const entry = { at: Math.ceil(at / 1000) * 1000, percent };
  // An entry that a person or a wrong clock put in the future would make every later entry look older.
  const own = entriesSince(record, green.createdAt).filter((earlier) => earlier.at < entry.at);
  const wayBack = wayBackSeconds ?? (own.length > 0 ? record.wayBackSeconds : undefined);
  return { ...(wayBack !== undefined && { wayBackSeconds: wayBack }), entries: [...own, entry] };
}

/** The tag's value, such as `back=0.21 1796000000=10 1796001800=50`; the oldest entries are dropped if it gets too long. */
export function formatRecord({ wayBackSeconds, entries }: ShareRecord): string {
  const back = wayBackSeconds === undefined ? [] : [`back=${wayBackSeconds.toFixed(2)}`];
  const shares = entries.map(({ at, percent }) => `${Math.ceil(at / 1000)}=${Number(percent.toFixed(1))}`);
  for (;;) {
    const text = [...back, ...shares].join(' ');
    if (text.length <= mostCharacters || shares.shift() === undefined) return text;
  }
}

/** AWS's limit for the value of a tag. */
const mostCharacters = 256;

function parseRecord(text: string): ShareRecord {
  const [, back, shares = ''] = form.exec(text) ?? [];
  const entries = shares
    .split(' ')
    .filter(Boolean)
    .map((share) => {
      const [seconds, percent] = share.split('=').map(Number);
      return { at: (seconds ?? 0) * 1000, percent: percent ?? 0 };
    });
  const isRecord = entries.every(({ at, percent }, index) => percent <= 100 && at > (entries[index - 1]?.at ?? 0));
  if (!isRecord) return { entries: [] };
  return { ...(back !== undefined && { wayBackSeconds: Number(back) }), entries };
}

/** Epoch seconds have ten digits until the year 2286. */
const form = /^(?:back=(\d{1,6}\.\d\d)(?: |$))?((?:\d{10}=\d{1,3}(?:\.\d)?(?: (?!$)|$))*)$/;
