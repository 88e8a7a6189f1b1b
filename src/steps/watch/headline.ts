import { mostGreen } from '../../canary/production-rules.ts';
import { formatPercent } from '../../canary/weights.ts';
import { type Assessment, isServing } from './assessment.ts';
import type { Sighting } from './sighting.ts';
import { about, count, percentage, plural, quote, rate, timeOfDay, times } from './wording.ts';

/** The verdict as a few words, and the sentence that gives its counts; both Markdown. */
export interface Headline {
  readonly title: string;
  readonly sentence: string;
}

/** What the approver reads first. */
export function headlineOf(sighting: Sighting, assessment: Assessment): Headline {
  const { harm, errors } = assessment;
  if (harm.length > 0) return { title: 'Green is worse', sentence: harm.map(({ sentence }) => sentence).join(' ') };
  const counts = countsOf(assessment);
  switch (errors.kind) {
    case 'better':
      return { title: 'Green is better', sentence: `It fails less often than blue: ${counts}.` };
    case 'no worse':
      return {
        title: 'Green is no worse',
        sentence: `It fails at most ${times(errors.than)} as often as blue: ${counts}.`,
      };
    case 'worse':
    case 'cannot tell yet':
      return {
        title: 'Cannot tell yet',
        sentence: `${whyOpen(assessment)}: ${counts}. ${whatIsMissing(assessment)}`,
      };
    case 'no evidence':
      return { title: 'No evidence', sentence: whyNoEvidence(sighting, assessment) };
  }
}

/** "green failed 2 of 500 requests (0.4 %), blue 3 of 4,500 (0.067 %)". */
export function countsOf({ errors: { blue, green } }: Pick<Assessment, 'errors'>): string {
  return `green failed ${count(green.errors)} of ${plural(green.requests, 'request')} (${rate(green)}), blue ${count(blue.errors)} of ${count(blue.requests)} (${rate(blue)})`;
}

/** The counted time, for example "5 minutes, 14:02 to 14:07 UTC"; empty without any. */
export function describeSpan({ span: { from, until, minutes } }: Pick<Assessment, 'span'>): string {
  if (minutes.length === 0) return '';
  return `${plural((until - from) / 60_000, 'minute')}, ${timeOfDay(from, until)} to ${timeOfDay(until, from)} UTC`;
}

function whyOpen({ errors: { blue, green } }: Assessment): string {
  return blue.errors + green.errors === 0
    ? 'No request failed, but green may still be worse'
    : 'Green may be as good as blue, or twice as bad';
}

function whatIsMissing({ errors }: Assessment): string {
  if (errors.kind !== 'cannot tell yet' || errors.more === undefined)
    return `Green's error rate may still be up to ${percentage(errors.greatestRate)}.`;
  const { requests, minutes } = errors.more;
  return `About ${about(requests)} more requests (${plural(minutes, 'minute')} at this rate) would be enough to detect a green that fails twice as often.`;
}

function whyNoEvidence(sighting: Sighting, { span, errors }: Assessment): string {
  const { metrics, traffic, counting, now } = sighting;
  if (!isServing(sighting)) return 'Green gets no traffic, so there is nothing to compare.';
  if (metrics.kind === 'unread')
    return `CloudWatch could not be read, so errors and latency are unknown: ${quote(metrics.why)}`;
  if (metrics.value.incomplete.length > 0)
    return 'CloudWatch returned only some of the figures. Watch again in a minute.';
  const share = formatPercent(mostGreen(traffic.productionRules));
  const { blue, green } = errors;
  if (span.until <= span.from)
    return `CloudWatch lags by two minutes, and green has had its ${share} only since ${timeOfDay(counting.shareSince, now)} UTC.`;
  if (blue.requests + green.requests === 0)
    return 'CloudWatch recorded no requests for either colour. That does not mean that there were no errors.';
  if (green.requests === 0) return `CloudWatch recorded no requests for green, although its share is ${share}.`;
  if (blue.requests === 0)
    return 'CloudWatch recorded no requests for blue, so there is nothing to compare green with.';
  return `Too few requests to compare: ${countsOf({ errors })}.`;
}
