import { areAlike, mostGreen } from '../../canary/production-rules.ts';
import { type ShareEntry, shareRecordOf } from '../../canary/share-record.ts';
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
  /** Whether Shift Traffic recorded the present share; otherwise the watch begins with its own first look. */
  readonly isRecorded: boolean;
}

/** CloudWatch has more, but it would not change a decision, and each look would read it again. */
const mostHistory = 24 * 3600_000;

/** From when green's figures count. @param firstLook when the watch began, if nobody recorded the shift */
export function countingSince(traffic: Traffic, firstLook: number, now: number): Counting {
  const { service, green, productionRules } = traffic;
  const greenDeployedAt = green.taskSet.createdAt.getTime();
  const entries = shareRecordOf(service).entries.filter(({ at }) => at >= greenDeployedAt);
  const last = entries.at(-1);
  const first = entries.find(({ percent }) => percent > 0);
  if (!first || !last || !areAlike(productionRules) || !isInForce(last, mostGreen(productionRules)))
    return { greenDeployedAt, servesSince: firstLook, shiftedAt: [], shareSince: firstLook, isRecorded: false };
  return {
    greenDeployedAt,
    servesSince: Math.max(first.at, now - mostHistory),
    shiftedAt: entries.filter(({ at }) => at > first.at).map(({ at }) => at),
    shareSince: last.at,
    isRecorded: true,
  };
}

/** The record has at most one decimal. */
function isInForce({ percent }: ShareEntry, share: number): boolean {
  return Math.abs(percent - share) < 0.1;
}
