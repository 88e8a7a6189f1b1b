import type { Decision } from '../../canary/decision.ts';
import { noRetreat, retreatOf, retreatTagKey } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import { appendShare, formatRecord, shareRecordOf, sharesOf, sharesTagKey } from '../../canary/share-record.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { formatPercent } from '../../canary/weights.ts';
import { leaseTags } from './lease-record.ts';
import type { Bookkeeping, DecidingRun } from './ledger-record.ts';

/** What a run knows about the share in force. */
export type ShareInForce = DecidingRun & Pick<Run, 'wayBack' | 'recordRefusal'>;

/**
 * The decision to record that green has this share at all production rules, since when, and who decided it; undefined
 * if that is recorded, or could not be.
 * @param ledger of this share
 * @param leaseMinutes how long green may keep it; 0 for no limit
 */
export function recordShare(
  traffic: Traffic,
  percent: number,
  run: ShareInForce,
  ledger?: Bookkeeping,
  leaseMinutes = 0,
): Decision | undefined {
  const { service, green } = traffic;
  const retreat = retreatOf(service, green.taskSet.id);
  const isConfirmed = retreat !== undefined && percent > retreat.to;
  const shares = sharesToRecord(traffic, percent, run);
  const isDecided = shares !== undefined || run.approval !== undefined || run.movedAt !== undefined;
  const entry = isDecided ? ledger?.entry : undefined;
  const lease =
    run.recordRefusal === undefined ? leaseTags(traffic, percent, leaseMinutes, shares !== undefined, run) : {};
  if (shares === undefined && !entry && Object.keys(lease).length === 0) return undefined;
  const reason =
    shares === undefined
      ? `Recording the decision for ${formatPercent(percent)} in the ledger.`
      : `Recording in the EcsCanaryShares tag that green has ${formatPercent(percent)} of the traffic from now on.`;
  return {
    kind: 'change',
    reason,
    change: {
      kind: 'record',
      serviceArn: service.arn,
      tags: {
        ...(shares !== undefined && { [sharesTagKey]: shares, ...(isConfirmed && { [retreatTagKey]: noRetreat }) }),
        ...lease,
      },
      ...(entry && { entry }),
    },
  };
}

/** The new text of the shares' tag; undefined if it is up to date, or AWS refused it. */
function sharesToRecord(traffic: Traffic, percent: number, run: ShareInForce): string | undefined {
  const { service, green } = traffic;
  const last = sharesOf(traffic, run.awsNow).at(-1);
  // Somebody may have taken the share away, and this run gave it back.
  const isOlder = last !== undefined && run.movedAt !== undefined && last.at < run.movedAt;
  const isMissing = last === undefined ? percent > 0 : last.percent !== percent || isOlder;
  if (!isMissing || run.recordRefusal !== undefined) return undefined;
  // Of the first look, not of each: a repeated write must be the same one.
  const at = run.movedAt ?? run.split?.awsSince ?? run.awsNow;
  return formatRecord(appendShare(shareRecordOf(service), { at, percent }, green.taskSet, run.wayBack?.seconds));
}

/** A warning if AWS refused the record, for which no shift fails: the traffic is where it was approved. */
export function unrecordedWarning({ recordRefusal }: Pick<Run, 'recordRefusal'>): readonly string[] {
  return recordRefusal === undefined
    ? []
    : [
        `When green got this share could not be recorded, so Watch Canary counts only from its own start. ${recordRefusal} The tag is EcsCanaryShares; policies/shift-traffic.json allows it.`,
      ];
}
