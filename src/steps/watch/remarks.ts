import { mostGreen } from '../../canary/production-rules.ts';
import { shareRecordOf } from '../../canary/share-record.ts';
import { formatPercent } from '../../canary/weights.ts';
import { describeLease } from '../shared/lease-record.ts';
import { type Assessment, isServing, type WatchRequest } from './assessment.ts';
import { blastRadius, nextMinutes } from './capacity.ts';
import { ringingIn, type Sighting } from './sighting.ts';
import { about, count, listNames, milliseconds, percentage, perSecond, plural, quote } from './wording.ts';

/** What the figures mean, as Markdown items, most important first. */
export function remarksOf(sighting: Sighting, assessment: Assessment, request: WatchRequest): readonly string[] {
  const remarks = [
    ...describeAlarms(sighting, request),
    ...describeLease(sighting.traffic, sighting.now).map((line) => `**Lease**: ${line}`),
    ...describeCounting(sighting),
    ...describeLatency(assessment, request),
    ...describeProof(assessment),
    ...describeNext(assessment, request),
    ...describeCapacity(sighting, assessment),
    describeWayBack(sighting),
    ...describeOwnErrors(assessment),
  ];
  return remarks.map((remark) => `- ${remark}`);
}

function describeAlarms(sighting: Sighting, request: WatchRequest): readonly string[] {
  const { alarms } = sighting;
  if (request.alarms.length === 0) return [];
  if (alarms.kind === 'unread') return [`**Alarms**: unknown. ${quote(alarms.why)}`];
  const known = alarms.value.map(({ name }) => name);
  const missing = request.alarms.filter((name) => !known.includes(name));
  const silent = alarms.value.filter(({ state }) => state === 'INSUFFICIENT_DATA').map(({ name }) => name);
  const { before, since } = ringingIn(sighting);
  if (before.length + missing.length + silent.length + since.length === 0) return ['**Alarms**: none is in ALARM.'];
  const say = (names: readonly string[], what: string) =>
    names.length === 0 ? [] : [`**Alarms**: ${what} ${listNames(names)}`];
  return [
    ...say(before, whyBefore(sighting)),
    ...say(missing, 'not found in this account and region, so correct EcsCanary.Alarms:'),
    ...say(silent, 'not enough data for'),
  ];
}

function whyBefore({ counting: { failuresSince, greenDeployedAt } }: Sighting): string {
  return failuresSince > greenDeployedAt
    ? 'in ALARM since before green got its present share, so its approver could know:'
    : 'in ALARM since before green had traffic, so for another reason; decide whether that matters:';
}

function describeCounting(sighting: Sighting): readonly string[] {
  if (sighting.counting.isRecorded || !isServing(sighting)) return [];
  return [
    '**Counted from**: no record shows when green got this share, so figures count only from the start of this watch.',
  ];
}

function describeLatency({ latency, harm }: Assessment, { latencyMargin }: WatchRequest): readonly string[] {
  const { slowerMinutes, comparedMinutes, blue, green } = latency;
  if (harm.some(({ kind }) => kind === 'latency') || latency.kind === 'no evidence') return [];
  const found = `green's p90 exceeded blue's by more than ${latencyMargin} % in ${slowerMinutes} of ${plural(comparedMinutes, 'minute')} (medians: green ${milliseconds(green?.p90)}, blue ${milliseconds(blue?.p90)})`;
  return latency.kind === 'no slower'
    ? [`**Latency**: no slower; ${found}.`]
    : [`**Latency**: cannot tell yet; ${found}.`];
}

function describeProof({ proof }: Assessment): readonly string[] {
  if (proof?.share === undefined) return [];
  const { share, least, greatest, requested, greenRequests, blueRequests, kind, causes } = proof;
  const found = `green got ${percentage(share)} of ${count(greenRequests + blueRequests)} requests (possible: ${percentage(least)} to ${percentage(greatest)})`;
  return kind === 'as requested'
    ? [`**Traffic as requested**: ${found}.`]
    : [
        `**Traffic is not as requested**: ${found}, but the requested share is ${percentage(requested)}. Likely causes: ${causes.join('; ')}.`,
      ];
}

function describeNext({ capacity, errors }: Assessment, { nextPercent }: WatchRequest): readonly string[] {
  if (nextPercent === undefined || capacity === undefined || capacity.total === 0 || errors.green.requests === 0)
    return [];
  const { requests, failures } = blastRadius(capacity.total, nextPercent, errors.greatestRate);
  return [
    `**Next step**: ${formatPercent(nextPercent)} for ${nextMinutes} minutes is about ${about(requests)} requests; at the worst error rate still possible (${percentage(errors.greatestRate)}), about ${about(failures)} of them would fail.`,
  ];
}

function describeCapacity({ traffic }: Sighting, { capacity }: Assessment): readonly string[] {
  if (capacity?.green === undefined) return [];
  const { green, blue, proven, largestPercent } = capacity;
  const compared = blue === undefined ? '' : `, a blue task ${perSecond(blue)}`;
  const room =
    largestPercent >= 100
      ? 'all of the traffic'
      : `about ${formatPercent(Math.floor(largestPercent))} of the traffic; for more, it needs more tasks`;
  return [
    `**Headroom**: a green task serves ${perSecond(green)} requests per second${compared}; the highest seen is ${perSecond(proven)}. At that rate, green's ${plural(traffic.green.healthy, 'healthy task')} can serve ${room}.`,
  ];
}

function describeWayBack({ traffic }: Sighting): string {
  const { productionRules, blue, service } = traffic;
  const { wayBackSeconds } = shareRecordOf(service);
  const measured = wayBackSeconds === undefined ? ', not measured' : `, measured at ${wayBackSeconds} s`;
  const calls = `returning to blue takes ${plural(productionRules.length, 'API call')}${measured}; ${blue.healthy} of ${blue.taskSet.computedDesired} blue targets are healthy`;
  return `**Way back**: ${mostGreen(productionRules) === 0 ? 'all traffic is on blue' : calls}.`;
}

function describeOwnErrors({ ownErrors: { since, before } }: Assessment): readonly string[] {
  if (since.errors === 0) return [];
  const share = ({ errors, requests }: typeof since) => (requests === 0 ? '' : ` (${percentage(errors / requests)})`);
  const earlier =
    before.requests === 0
      ? ''
      : ` Before green had traffic: ${count(before.errors)} of ${count(before.requests)}${share(before)}.`;
  return [
    `**Load balancer**: it answered ${count(since.errors)} of ${count(since.requests)} requests itself with a 5xx${share(since)}; which colour they were meant for is unknown.${earlier}`,
  ];
}
