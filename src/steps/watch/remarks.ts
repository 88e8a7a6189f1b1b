import { stickySeconds } from '../../canary/listener-rule.ts';
import { mostGreen } from '../../canary/production-rules.ts';
import { shareRecordOf } from '../../canary/share-record.ts';
import { timeOfDay } from '../../canary/time-of-day.ts';
import { formatPercent } from '../../canary/weights.ts';
import { addUp, minuteLength } from '../../evidence/minute.ts';
import { describeLease } from '../shared/lease-record.ts';
import { type Assessment, isServing, type WatchRequest } from './assessment.ts';
import { blastRadius, type Capacity, nextMinutes } from './capacity.ts';
import { describeUndated } from './harm.ts';
import { describeHours } from './hours.ts';
import { minutesBefore, ringingIn, type Sighting } from './sighting.ts';
import { about, count, duration, listNames, milliseconds, percentage, perSecond, plural, quote } from './wording.ts';

/** What the figures mean, as Markdown items, most important first. */
export function remarksOf(sighting: Sighting, assessment: Assessment, request: WatchRequest): readonly string[] {
  const remarks = [
    ...describeHours(sighting, request),
    ...describeAlarms(sighting, request),
    ...describeLease(sighting.traffic, sighting.now).map((line) => `**Lease**: ${line}`),
    ...describeCounting(sighting),
    ...describeLimits(assessment, request),
    ...describeLatency(assessment, request),
    ...describeStickiness(sighting),
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
  const { before, since, undated } = ringingIn(sighting);
  if (before.length + missing.length + silent.length + since.length + undated.length === 0)
    return ['**Alarms**: none is in ALARM.'];
  const say = (names: readonly string[], what: string) =>
    names.length === 0 ? [] : [`**Alarms**: ${what} ${listNames(names)}`];
  return [
    ...say(before, whyBefore(sighting)),
    ...say(missing, 'not found in this account and region, so correct EcsCanary.Alarms:'),
    ...say(silent, 'not enough data for'),
    ...describeSpared(undated, request).map((text) => `**Alarms**: ${text}`),
  ];
}

/** What a Guard does not act on. */
export function describeSpared(undated: readonly string[], { whenWorse }: WatchRequest): readonly string[] {
  return whenWorse !== 'Retreat' || undated.length === 0
    ? []
    : [`${describeUndated(undated)} Guard does not act on that: check it yourself.`];
}

function whyBefore({ counting: { harmSinceWhat } }: Sighting): string {
  return harmSinceWhat === 'green got its present share'
    ? 'already in ALARM before green got its present share, so whoever approved that share could have known:'
    : `already in ALARM before ${harmSinceWhat}, so for another reason; decide whether that matters:`;
}

function describeCounting(sighting: Sighting): readonly string[] {
  if (sighting.counting.isRecorded || !isServing(sighting)) return [];
  return [
    `**Counted from**: no record shows when green got this share, so figures are counted only from ${timeOfDay(sighting.counting.servesSince, sighting.now)} UTC, when this watch first saw it.`,
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

/** Green's error rate in the newest fifth of the minutes, 0 to 1: a leak is not in the rate of all. */
function latestRate({ span: { from, until, minutes } }: Assessment): number {
  const lately = minutes.filter(({ start }) => start >= until - Math.max((until - from) / 5, minuteLength));
  const { errors, requests } = addUp(lately).green;
  return requests < fewestRequests ? 0 : errors / requests;
}

/** Fewer make no rate. */
const fewestRequests = 20;

function describeNext(assessment: Assessment, { nextPercent }: WatchRequest): readonly string[] {
  const { capacity, errors } = assessment;
  if (nextPercent === undefined || capacity === undefined || capacity.total === 0 || errors.green.requests === 0)
    return [];
  const lately = latestRate(assessment);
  const worst = Math.max(errors.greatestRate, lately);
  const { requests, failures } = blastRadius(capacity.total, nextPercent, worst);
  const which =
    lately > errors.greatestRate
      ? 'the error rate of the most recent minutes'
      : 'the worst error rate still possible, if nothing gets worse';
  return [
    `**Next step**: ${formatPercent(nextPercent)} for ${nextMinutes} minutes is about ${about(requests)} requests; at ${which} (${percentage(worst)}), about ${about(failures)} of them would fail.`,
  ];
}

function describeCapacity({ traffic }: Sighting, { capacity }: Assessment): readonly string[] {
  if (capacity?.green === undefined) return [];
  const { green, blue, proven } = capacity;
  const compared = blue === undefined ? '' : `, a blue task ${perSecond(blue)}`;
  return [
    `**Headroom**: a green task serves ${perSecond(green)} ${green === 1 ? 'request' : 'requests'} per second${compared}; the highest seen is ${perSecond(proven)}. ${describeRoom(traffic.green.healthy, { ...capacity, green })}`,
  ];
}

/** From this part of a load, the rest is no more than what differs from minute to minute. */
const almost = 0.97;

function describeRoom(
  healthy: number,
  { green, proven, largestPercent }: Capacity & { readonly green: number },
): string {
  const tasks = `green's ${plural(healthy, 'healthy task')}`;
  if (largestPercent < almost * 100 && green >= almost * proven)
    return `No task has served noticeably more than green's, so whether ${tasks} can serve more is untested.`;
  const share = formatPercent(Math.floor(largestPercent));
  const room =
    largestPercent >= 100
      ? 'all of the traffic'
      : largestPercent >= almost * 100
        ? `nearly all of the traffic (${share})`
        : `about ${share} of the traffic; more than that is untested`;
  return `At that rate, ${tasks} can serve ${room}.`;
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
  const earlier =
    before.requests === 0 ? '' : ` In the ${minutesBefore} minutes before green had traffic: ${count(before.errors)}.`;
  return [
    `**Load balancer**: it answered ${plural(since.errors, 'request')} itself with a 5xx; which colour they were meant for is unknown.${earlier}`,
  ];
}

/** The operator's own limits, which hold whatever blue does. */
function describeLimits({ ceilings }: Assessment, { maxErrorRate, maxLatency }: WatchRequest): readonly string[] {
  const words = { above: 'above', below: 'below', 'cannot tell yet': 'cannot tell yet', 'no evidence': 'no evidence' };
  const limits = [
    ...(ceilings.errors ? [`error rate ${maxErrorRate} %: ${words[ceilings.errors]}`] : []),
    ...(ceilings.latency ? [`p90 ${maxLatency} ms in most minutes: ${words[ceilings.latency]}`] : []),
  ];
  return limits.length === 0 ? [] : [`**Your limits**: ${limits.join('; ')}.`];
}

/** Stickiness breaks what every comparison assumes. */
function describeStickiness({ traffic: { productionRules } }: Sighting): readonly string[] {
  const seconds = Math.max(...productionRules.map(({ rule }) => stickySeconds(rule)));
  return seconds === 0
    ? []
    : [
        `**Stickiness** keeps a client on its colour for up to ${duration(seconds)}: all of a client's requests count for one colour, so chance plays a larger part than the figures suggest.`,
      ];
}
