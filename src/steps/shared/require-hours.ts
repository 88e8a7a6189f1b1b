import { type Calendar, type Freeze, type Hours, nextChange, showTime, whyNotAt } from '../../canary/calendar.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { describeShares, leastGreen, type ProductionRule } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import { formatPercent } from '../../canary/weights.ts';

/** The calendar's parameters. */
export interface Times {
  readonly allowedHours: readonly Hours[];
  readonly freezes: readonly Freeze[];
  readonly timeZone: string;
}

/**
 * Refuses a larger share outside the operator's hours, by AWS's clock, before any traffic moves: a run that has begun
 * to move traffic goes on, or it would leave the rules half moved.
 * @param override why the approver allows it all the same
 * @returns a warning if it goes on because of an override
 * @throws OperatorError `outside-hours`
 */
export function refuseOutsideHours(
  productionRules: readonly ProductionRule[],
  percent: number,
  override: string | undefined,
  times: Times,
  { movedAt, awsNow, approval }: Pick<Run, 'movedAt' | 'awsNow' | 'approval'>,
): readonly string[] {
  const calendar: Calendar = { zone: times.timeZone, hours: times.allowedHours, freezes: times.freezes };
  const why = percent > leastGreen(productionRules) && movedAt === undefined ? whyNotAt(calendar, awsNow) : undefined;
  if (why === undefined) return [];
  const now = `It is ${showTime(awsNow, calendar.zone)} (${calendar.zone}), ${why}`;
  if (override !== undefined)
    return [`${now}. ${approval?.by || 'The approver'} allows a larger share anyway: ${override}`];
  const next = nextChange(calendar, awsNow);
  const from =
    next === undefined
      ? 'no allowed time begins within 400 days'
      : `the next allowed time begins on ${showTime(next, calendar.zone)}`;
  throw new OperatorError(
    'outside-hours',
    `${now}, so green does not get ${formatPercent(percent)} of the traffic; ${from}. The traffic stays split ${describeShares(productionRules)}.`,
    approval
      ? 'A Rollback step in the process now returns all traffic to blue. Deploy again, and proceed at the approval within the allowed hours; or type /override and a reason in its note. A smaller share is always allowed.'
      : 'Run the step again within the allowed hours. To allow this time too, change EcsCanary.AllowedHours or EcsCanary.Freezes. A smaller share is always allowed.',
  );
}
