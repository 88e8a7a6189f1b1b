import { ledgerOf } from '../../canary/ledger.ts';
import { areAlike, mostGreen } from '../../canary/production-rules.ts';
import { isPast, type ShareEntry, sharesOf } from '../../canary/share-record.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** Which figures count, in epoch milliseconds by AWS's clock. */
export interface Counting {
  readonly greenDeployedAt: number;
  /** Since when figures count. */
  readonly servesSince: number;
  /** How often counting began anew before that. */
  readonly restarts: number;
  /** When green's share changed after that. */
  readonly shiftedAt: readonly number[];
  /** The shares that green had in that time, in percent; empty if nobody recorded them. */
  readonly shares: readonly number[];
  /** Since when green has had its present share. */
  readonly shareSince: number;
  /** Since when the approver wants to see figures: since the present share, or since a person held it. */
  readonly watchedFrom: number;
  /** Since when failed tasks count. */
  readonly failuresSince: number;
  /** Since when alarms say something about green. */
  readonly harmSince: number;
  /** What happened then, as the end of "before …". */
  readonly harmSinceWhat: 'green had traffic' | 'green was deployed' | 'green got its present share';
  /** Whether what was before green's first traffic is known, to compare with. */
  readonly knowsBefore: boolean;
  /** Whether Shift Traffic recorded the present share; otherwise the watch begins with its own first look. */
  readonly isRecorded: boolean;
}

const day = 24 * 3600_000;

/** Since when green's figures count. @param firstLook when the watch began, if nobody recorded the shift */
export function countingSince(traffic: Traffic, firstLook: number, now: number): Counting {
  const { service, green, productionRules } = traffic;
  const greenDeployedAt = green.taskSet.createdAt.getTime();
  const entries = presentEntries(traffic, now);
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last || !areAlike(productionRules) || !isInForce(last, mostGreen(productionRules)))
    return { ...countingFrom(firstLook, greenDeployedAt), ...fromDeployment(greenDeployedAt), isRecorded: false };
  const window = windowFrom(first.at, now);
  const heldAt = ledgerOf(service).findLast(({ kind, at }) => kind === 'hold' && at > last.at && isPast(at, now))?.at;
  return {
    ...window,
    greenDeployedAt,
    failuresSince: greenDeployedAt,
    // The record has whole seconds, rounded up.
    harmSince: first.at - 1000,
    harmSinceWhat: 'green had traffic',
    shiftedAt: entries.filter(({ at }) => at > window.servesSince).map(({ at }) => at),
    shares: entries.map(({ percent }) => percent),
    shareSince: last.at,
    watchedFrom: heldAt ?? last.at,
    knowsBefore: window.restarts === 0,
    isRecorded: true,
  };
}

/**
 * Since when figures count for a Guard: since the present share, because whoever approved that share could see what
 * was before. While green has more than the record says, a shift is under way, and nothing is counted yet. Where it
 * has less, somebody began to take its traffic, and a retreat that was killed is told by the same figures as before.
 */
export function guardCountingSince(traffic: Traffic, firstLook: number, now: number): Counting {
  const { green, productionRules, service } = traffic;
  const last = presentEntries(traffic, now).at(-1);
  const share = mostGreen(productionRules);
  const isRecorded = last !== undefined && (share < last.percent || isInForce(last, share));
  // Whoever approved the same share again, or held it, saw the figures before.
  const approvedAgain = ledgerOf(service).findLast(
    ({ kind, at, to }) =>
      isRecorded && /^(share|hold)$/.test(kind) && to === last.percent && at > last.at && isPast(at, now),
  )?.at;
  const since = approvedAgain ?? (isRecorded ? last.at : firstLook);
  const window = isRecorded ? windowFrom(since, now) : { servesSince: since, restarts: 0 };
  const counting = countingFrom(since, green.taskSet.createdAt.getTime());
  return { ...counting, ...window, isRecorded };
}

function countingFrom(since: number, greenDeployedAt: number): Omit<Counting, 'isRecorded'> {
  return {
    ...{ greenDeployedAt, servesSince: since, restarts: 0, shiftedAt: [], shares: [] },
    ...{ shareSince: since, watchedFrom: since, knowsBefore: false },
    ...{ failuresSince: since, harmSince: since, harmSinceWhat: 'green got its present share' },
  };
}

function fromDeployment(at: number): Pick<Counting, 'failuresSince' | 'harmSince' | 'harmSinceWhat'> {
  return { failuresSince: at, harmSince: at, harmSinceWhat: 'green was deployed' };
}

/** The shares of this green since it last got its first one. */
function presentEntries(traffic: Traffic, now: number): readonly ShareEntry[] {
  const known = sharesOf(traffic, now);
  const lastZero = known.findLastIndex(({ percent }) => percent === 0);
  return known.slice(lastZero + 1);
}

/**
 * One day to two, because CloudWatch has a figure for each minute and each look reads them all. The beginning moves in
 * steps of a day, whose price the verdict pays: a window that slid would call good versions worse ever more often.
 */
function windowFrom(first: number, now: number): Pick<Counting, 'servesSince' | 'restarts'> {
  const restarts = Math.max(0, Math.floor((now - first) / day) - 1);
  return { servesSince: first + restarts * day, restarts };
}

/** The record has at most one decimal. */
function isInForce({ percent }: ShareEntry, share: number): boolean {
  return Math.abs(percent - share) < 0.0501;
}
