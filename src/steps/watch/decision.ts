import type { Artifact, Decision, Done } from '../../canary/decision.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { areAlike, mostGreen } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import { trafficOutputs } from '../../canary/summary.ts';
import { formatPercent } from '../../canary/weights.ts';
import { minuteLength } from '../../evidence/minute.ts';
import { type Assessment, assess, isServing, type WatchRequest } from './assessment.ts';
import { reportArtifact } from './canary-report.ts';
import { countsOf } from './error-headline.ts';
import { findingsOf } from './findings.ts';
import { headlineOf } from './headline.ts';
import { describeSpared } from './remarks.ts';
import { type FailedTasks, ringingIn, type Sighting } from './sighting.ts';
import { plural } from './wording.ts';

/** Waits until CloudWatch has the figures of enough minutes at the present share, or until more of them would change nothing. */
export function decideWatch(sighting: Sighting, request: WatchRequest, run: Run): Decision {
  const assessment = assess(sighting, request);
  const end = endOf(sighting, request);
  if (assessment.verdict === 'Worse' || !isServing(sighting) || request.watchMinutes === 0 || sighting.now >= end)
    return done(sighting, assessment, request, run);
  return wait(sighting, assessment, request, run, end);
}

/** CloudWatch still corrects the last two minutes. */
const lateMinutes = 2;

/** How much longer the watch waits for figures that CloudWatch is temporarily withholding. */
const patienceMinutes = 2;

/** When the figures of all the minutes should be there, by AWS's clock. */
function endOf(sighting: Sighting, { watchMinutes }: WatchRequest): number {
  const minutes = watchMinutes + lateMinutes + (isWithheld(sighting) ? patienceMinutes : 0);
  return firstMinute(sighting) + minutes * minuteLength;
}

/** The first whole minute that the approver wants to see. */
function firstMinute({ counting }: Sighting): number {
  return Math.ceil(counting.watchedFrom / minuteLength) * minuteLength;
}

function isWithheld({ metrics }: Sighting): boolean {
  if (metrics.kind === 'read') return metrics.value.incomplete.length > 0;
  return metrics.code === 'aws-throttled' || metrics.code === 'aws-unreachable';
}

function wait(sighting: Sighting, assessment: Assessment, request: WatchRequest, run: Run, end: number): Decision {
  const { traffic, now, counting, metrics } = sighting;
  const { watchMinutes } = request;
  const complete = Math.floor((now - firstMinute(sighting)) / minuteLength) - lateMinutes;
  const counted = Math.min(watchMinutes, Math.max(0, complete));
  const share = areAlike(traffic.productionRules)
    ? formatPercent(mostGreen(traffic.productionRules))
    : 'the present shares';
  const { title } = headlineOf(sighting, assessment);
  const figures =
    assessment.errors.green.requests > 0 ? `${title}: ${countsOf(assessment.errors)}` : 'There are no figures yet';
  const isDenied = metrics.kind === 'unread' && metrics.code === 'aws-access-denied';
  const progress = isDenied
    ? 'CloudWatch cannot be read, so only health is watched'
    : `CloudWatch has ${counted} of ${plural(watchMinutes, 'minute')}`;
  return {
    kind: 'wait',
    reason: `${progress} at ${share}, about ${plural(Math.max(1, Math.ceil((end - now) / minuteLength)), 'minute')} to go. ${figures}.`,
    percent: Math.max(0, Math.min(99, Math.floor(((now - counting.watchedFrom) / (end - counting.watchedFrom)) * 100))),
    otherwise: () => done(sighting, assessment, request, run),
    // Figures come once a minute, and many canaries may be watched at once.
    mostSeconds: 30,
  };
}

function done(sighting: Sighting, assessment: Assessment, request: WatchRequest, run: Run): Done {
  const { traffic } = sighting;
  const { verdict } = assessment;
  const { title, sentence } = headlineOf(sighting, assessment);
  const findings = findingsOf(sighting, assessment, request);
  return {
    kind: 'done',
    reason: `${title}. ${sentence}`,
    report: findings.Summary,
    artifacts: reportOf(sighting, assessment, run),
    warnings: [
      ...noFigures(sighting),
      ...alarmWarnings(sighting, request),
      ...blindGuard(sighting, assessment, request),
    ],
    outputs: { ...trafficOutputs(traffic), ...findings, Retreated: 'False' },
    ...(verdict === 'Worse' && request.whenWorse === 'Fail' && { failure: greenWorse(`${title}. ${sentence}`) }),
  };
}

/** Without traffic on green no figures were read, and a page of zeros would say the wrong thing. */
function reportOf(sighting: Sighting, assessment: Assessment, run: Run): readonly Artifact[] {
  if (!isServing(sighting)) return [];
  const verdict = headlineOf(sighting, assessment);
  return [reportArtifact({ ...sighting, failed: failedIn(sighting), span: assessment.span, verdict }, run)];
}

function failedIn({ failed }: Sighting): FailedTasks {
  return failed.kind === 'read' ? failed.value : { blue: [], green: [] };
}

function noFigures({ metrics }: Sighting): readonly string[] {
  if (metrics.kind === 'read') return [];
  const advice =
    metrics.code === 'aws-access-denied'
      ? ' To see them, attach policies/watch.json to the role or user of this step.'
      : '';
  return [`The summary lacks CloudWatch's figures. ${metrics.why}${advice}`];
}

/** A Guard that cannot compare should not look as if all were well. */
function blindGuard(sighting: Sighting, { isFair }: Assessment, { whenWorse }: WatchRequest): readonly string[] {
  const { isRecorded } = sighting.counting;
  if (whenWorse !== 'Retreat' || !isServing(sighting) || (isRecorded && isFair)) return [];
  const why = isRecorded
    ? 'each colour serves requests of its own'
    : 'no record says since when green has its share, so no figures from before this look count';
  return [
    `Guard does not compare errors and latency, because ${why}. It watches only health, alarms and your own limits.`,
  ];
}

/** An alarm that nobody reads protects nobody. */
function alarmWarnings(sighting: Sighting, request: WatchRequest): readonly string[] {
  const { alarms } = sighting;
  const { alarms: wanted } = request;
  if (alarms.kind === 'unread') return [`The alarms of EcsCanary.Alarms could not be read. ${alarms.why}`];
  const missing = wanted.filter((name) => !alarms.value.some((alarm) => alarm.name === name));
  return [
    ...(missing.length === 0
      ? []
      : [`There is no alarm named ${missing.join(' or ')} in this account and region. Correct EcsCanary.Alarms.`]),
    ...describeSpared(ringingIn(sighting).undated, request),
  ];
}

function greenWorse(why: string): OperatorError {
  return new OperatorError(
    'green-worse',
    why,
    'Rollback, which runs next, returns all traffic to blue. Look into the new version, then deploy a corrected one. To let an approver decide instead, set EcsCanary.WhenWorse to Ask.',
  );
}
