import type { Decision } from '../../canary/decision.ts';
import { noRetreat, retreatOf, retreatTagKey } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import { appendShare, entriesSince, formatRecord, shareRecordOf } from '../../canary/share-record.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { formatPercent } from '../../canary/weights.ts';

/** What a run knows about the share in force. */
export type ShareInForce = Pick<Run, 'movedAt' | 'split' | 'awsNow' | 'wayBack' | 'recordDenied'>;

/**
 * The decision to record that green has this share at all production rules, and since when; undefined if that is
 * recorded, or could not be.
 */
export function recordShare({ service, green }: Traffic, percent: number, run: ShareInForce): Decision | undefined {
  const record = shareRecordOf(service);
  const { createdAt } = green.taskSet;
  const last = entriesSince(record, createdAt).at(-1);
  // Somebody may have taken the share away, and this run gave it back.
  const isOlder = last !== undefined && run.movedAt !== undefined && last.at < run.movedAt;
  const isMissing = last === undefined ? percent > 0 : last.percent !== percent || isOlder;
  if (!isMissing || run.recordDenied !== undefined) return undefined;
  // Of the first look, not of each: a repeated write must be the same one.
  const at = run.movedAt ?? run.split?.awsSince ?? run.awsNow;
  const retreat = retreatOf(service, green.taskSet.id);
  const isConfirmed = retreat !== undefined && percent > retreat.to;
  const text = formatRecord(appendShare(record, { at, percent }, { createdAt }, run.wayBack?.seconds));
  return {
    kind: 'change',
    reason: `Recording in the EcsCanaryShares tag that green has ${formatPercent(percent)} of the traffic from now on.`,
    change: {
      kind: 'record-share',
      serviceArn: service.arn,
      text,
      ...(isConfirmed && { more: { [retreatTagKey]: noRetreat } }),
    },
  };
}

/** A warning if AWS refused the record, for which no shift fails: the traffic is where it was approved. */
export function unrecordedWarning({ recordDenied }: Pick<Run, 'recordDenied'>): readonly string[] {
  return recordDenied === undefined
    ? []
    : [
        `Since when green has this share could not be recorded, so Watch Canary counts only from its own start. ${recordDenied} The tag is EcsCanaryShares; policies/shift-traffic.json allows it.`,
      ];
}
