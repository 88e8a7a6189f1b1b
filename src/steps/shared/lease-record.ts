import type { Tags } from '../../canary/change.ts';
import { decisionName, formatLease, type Lease, leaseOf, leaseTagKey, noLease } from '../../canary/lease.ts';
import type { Run } from '../../canary/run.ts';
import { sharesOf } from '../../canary/share-record.ts';
import { timeOfDay } from '../../canary/time-of-day.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { formatPercent } from '../../canary/weights.ts';

type LeasingRun = MovingRun & Pick<Run, 'approval' | 'lockOwner' | 'movedAt' | 'split'>;

type MovingRun = Pick<Run, 'movedFrom' | 'awsNow'>;

/**
 * The tag that says how long green may keep a share; empty if it says so already. A step that runs again does not
 * prolong the lease; another decision replaces it.
 * @param minutes 0 for no lease
 * @param isNew whether the share itself is about to be recorded
 */
export function leaseTags(traffic: Traffic, percent: number, minutes: number, isNew: boolean, run: LeasingRun): Tags {
  const { service, green } = traffic;
  const by = decisionName(run.lockOwner.id, run.approval?.step);
  const known = leaseOf(service, green.taskSet.id);
  if (!isNew && known?.by === by && known.percent === percent) return {};
  const back = shareBefore(traffic, percent, run);
  if (minutes === 0 || back >= percent) return known ? { [leaseTagKey]: noLease } : {};
  // Of the first look, not of each: a repeated write must be the same one.
  const at = run.movedAt ?? run.split?.awsSince ?? run.awsNow;
  return { [leaseTagKey]: formatLease({ percent, until: at + minutes * 60_000, back, by }, green.taskSet.id) };
}

/** The lease of the share in force; undefined without one. @param now epoch milliseconds by AWS's clock */
export function leaseInForce(traffic: Pick<Traffic, 'service' | 'green'>, now: number): Lease | undefined {
  const lease = leaseOf(traffic.service, traffic.green.taskSet.id);
  return lease && sharesOf(traffic, now).at(-1)?.percent === lease.percent ? lease : undefined;
}

/** How long the share in force holds, as a sentence; empty without a lease. @param now epoch milliseconds by AWS's clock */
export function describeLease(traffic: Pick<Traffic, 'service' | 'green'>, now: number): readonly string[] {
  const lease = leaseInForce(traffic, now);
  if (!lease) return [];
  const time = timeOfDay(lease.until, now);
  const back = `steps back to ${formatPercent(lease.back)}`;
  return now < lease.until
    ? [
        `Green may keep ${formatPercent(lease.percent)} until ${time} UTC (${duration(lease.until - now)}); then Guard ${back}.`,
      ]
    : [`The lease on ${formatPercent(lease.percent)} expired at ${time} UTC; Guard ${back} when it next runs.`];
}

/** A warning if a lease was asked for a share that is no increase. */
export function unleasedWarning(traffic: Traffic, percent: number, minutes: number, run: MovingRun): readonly string[] {
  if (minutes === 0 || shareBefore(traffic, percent, run) < percent) return [];
  return [
    `No lease was set: ${formatPercent(percent)} is not an increase, and a lease can only end with a smaller share.`,
  ];
}

/** What was recorded, or the smaller share that somebody had left of it before this run. */
function shareBefore(traffic: Traffic, percent: number, { awsNow, movedFrom = 100 }: MovingRun): number {
  const recorded = sharesOf(traffic, awsNow).findLast((entry) => entry.percent !== percent)?.percent ?? 0;
  return Math.min(recorded, movedFrom);
}

function duration(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 || hours === 0 ? [`${rest} min`] : [])].join(' ');
}
