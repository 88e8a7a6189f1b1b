import { areAlike, mostGreen } from '../../canary/production-rules.ts';
import { entriesSince, type ShareEntry, shareRecordOf } from '../../canary/share-record.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** Which figures count, in epoch milliseconds by AWS's clock. */
export interface Counting {
  readonly greenDeployedAt: number;
  /** When this green first got traffic, or from when figures are read. */
  readonly servesSince: number;
  /** When its share changed after that. */
  readonly shiftedAt: readonly number[];
  /** Since when green has had its present share. */
  readonly shareSince: number;
  /** Since when failed tasks count. */
  readonly failuresSince: number;
  /** Whether Shift Traffic recorded the present share; otherwise the watch begins with its own first look. */
  readonly isRecorded: boolean;
}

/** CloudWatch has more, but it would not change a decision, and each look would read it again. */
const mostHistory = 24 * 3600_000;

/** From when green's figures count. @param firstLook when the watch began, if nobody recorded the shift */
export function countingSince(traffic: Traffic, firstLook: number, now: number): Counting {
  const { service, green, productionRules } = traffic;
  const greenDeployedAt = green.taskSet.createdAt.getTime();
  const entries = entriesSince(shareRecordOf(service), green.taskSet.createdAt);
  const last = entries.at(-1);
  const first = entries.find(({ percent }) => percent > 0);
  if (!first || !last || !areAlike(productionRules) || !isInForce(last, mostGreen(productionRules)))
    return { ...countingFrom(firstLook, greenDeployedAt), failuresSince: greenDeployedAt, isRecorded: false };
  return {
    greenDeployedAt,
    failuresSince: greenDeployedAt,
    servesSince: Math.max(first.at, now - mostHistory),
    shiftedAt: entries.filter(({ at }) => at > first.at).map(({ at }) => at),
    shareSince: last.at,
    isRecorded: true,
  };
}

/**
 * Since when figures count for a Guard: since the present share, because whoever approved that share could see what
 * was before. While green has more than the record says, a shift is under way, and nothing is counted yet. Where it
 * has less, somebody began to take its traffic, and a retreat that was killed is told by the same figures as before.
 */
export function guardCountingSince(
  { service, green, productionRules }: Traffic,
  firstLook: number,
  now: number,
): Counting {
  const last = entriesSince(shareRecordOf(service), green.taskSet.createdAt).at(-1);
  const share = mostGreen(productionRules);
  const isRecorded = last !== undefined && last.percent > 0 && (share < last.percent || isInForce(last, share));
  const since = isRecorded ? Math.max(last.at, now - mostHistory) : firstLook;
  return { ...countingFrom(since, green.taskSet.createdAt.getTime()), isRecorded };
}

function countingFrom(since: number, greenDeployedAt: number): Omit<Counting, 'isRecorded'> {
  return { greenDeployedAt, servesSince: since, shiftedAt: [], shareSince: since, failuresSince: since };
}

/** The record has one decimal at most. */
function isInForce({ percent }: ShareEntry, share: number): boolean {
  return Math.abs(percent - share) < 0.1;
}
