import type { Decision } from './decision.ts';
import type { Run } from './run.ts';
import { appendShare, entriesSince, formatRecord, shareRecordOf } from './share-record.ts';
import type { Traffic } from './traffic.ts';
import { formatPercent } from './weights.ts';

/** What a run knows about the share in force. */
export type ShareInForce = Pick<Run, 'movedAt' | 'split' | 'awsNow' | 'wayBack' | 'recordRefusal'>;

/**
 * The decision to record that green has this share at all production rules, and since when; undefined if that is
 * already recorded, or AWS refused it.
 */
export function recordShare({ service, green }: Traffic, percent: number, run: ShareInForce): Decision | undefined {
  const record = shareRecordOf(service);
  const { createdAt } = green.taskSet;
  const last = entriesSince(record, createdAt).at(-1);
  // Somebody may have taken the share away, and this run restored it.
  const isOlder = last !== undefined && run.movedAt !== undefined && last.at < run.movedAt;
  const isMissing = last === undefined ? percent > 0 : last.percent !== percent || isOlder;
  if (!isMissing || run.recordRefusal !== undefined) return undefined;
  // The time of the first look, not of each: a repeated write must be identical.
  const at = run.movedAt ?? run.split?.awsSince ?? run.awsNow;
  const text = formatRecord(appendShare(record, { at, percent }, { createdAt }, run.wayBack?.seconds));
  return {
    kind: 'change',
    reason: `Recording in the EcsCanaryShares tag that green has ${formatPercent(percent)} of the traffic from now on.`,
    change: { kind: 'record-share', serviceArn: service.arn, text },
  };
}

/** A warning if AWS refused the record. No shift fails for it: the traffic is where it was approved. */
export function unrecordedWarning({ recordRefusal }: Pick<Run, 'recordRefusal'>): readonly string[] {
  return recordRefusal === undefined
    ? []
    : [
        `AWS refused to record when green got this share, so Watch Canary counts only from its own start. ${recordRefusal} The tag is EcsCanaryShares; policies/shift-traffic.json allows it.`,
      ];
}
