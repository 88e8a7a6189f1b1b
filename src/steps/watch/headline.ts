import { describeRules } from '../../canary/bypass-rules.ts';
import type { ListenerRule } from '../../canary/listener-rule.ts';
import { areAlike, describeShares, mostGreen } from '../../canary/production-rules.ts';
import { timeOfDay } from '../../canary/time-of-day.ts';
import { formatPercent } from '../../canary/weights.ts';
import { type Assessment, isServing } from './assessment.ts';
import { countsOf, type Headline, headlineOfErrors } from './error-headline.ts';
import type { Sighting } from './sighting.ts';
import { plural, quote } from './wording.ts';

/** What the approver reads first. */
export function headlineOf(sighting: Sighting, assessment: Assessment): Headline {
  const { harm, errors } = assessment;
  if (harm.length > 0) return { title: 'Green is worse', sentence: harm.map(({ sentence }) => sentence).join(' ') };
  if (errors.kind === 'no evidence') return { title: 'No evidence', sentence: whyNoEvidence(sighting, assessment) };
  if (!assessment.isFair) return { title: 'Cannot compare', sentence: whyUnfair(sighting, assessment) };
  return headlineOfErrors(errors);
}

function whyUnfair({ traffic }: Sighting, { errors }: Assessment): string {
  const { productionRules, rulesToBlue, bypassRules, known } = traffic;
  const name = (rules: readonly ListenerRule[]) => quote(describeRules(rules, known.names));
  const whys = [
    ...(areAlike(productionRules) ? [] : [`the shares differ: ${quote(describeShares(productionRules))}`]),
    ...(rulesToBlue.length > 0 ? [`users reach blue alone through ${name(rulesToBlue)}`] : []),
    ...(bypassRules.length > 0 ? [`users reach green outside the split through ${name(bypassRules)}`] : []),
  ];
  return `The colours serve different requests, because ${whys.join(', and ')}; CloudWatch counts all requests to a colour together: ${countsOf(errors)}.`;
}

/** The counted time, for example "5 minutes, 14:02 to 14:07 UTC"; empty without any. */
export function describeSpan({ counting }: Sighting, { span }: Pick<Assessment, 'span'>): string {
  const { from, until, minutes } = span;
  if (minutes.length === 0) return '';
  const shares = counting.shares.length > 1 ? `, at ${counting.shares.map(formatPercent).join(', then ')}` : '';
  return `${plural((until - from) / 60_000, 'minute')}, ${timeOfDay(from, until)} to ${timeOfDay(until, from)} UTC${shares}`;
}

function whyNoEvidence(sighting: Sighting, { span, errors }: Assessment): string {
  const { metrics, traffic, counting, now } = sighting;
  if (!isServing(sighting)) return 'Green gets no traffic, so there is nothing to compare.';
  if (metrics.kind === 'unread')
    return `CloudWatch could not be read, so errors and latency are unknown: ${quote(metrics.why)}`;
  if (metrics.value.incomplete.length > 0) return 'CloudWatch returned only some of the figures.';
  const share = formatPercent(mostGreen(traffic.productionRules));
  const { blue, green } = errors;
  if (span.until <= span.from)
    return `CloudWatch lags by two minutes, and green has had its ${share} only since ${timeOfDay(counting.shareSince, now)} UTC.`;
  if (blue.requests + green.requests === 0)
    return 'CloudWatch recorded no requests for either colour. That does not mean that there were no errors.';
  if (green.requests === 0) return `CloudWatch recorded no requests for green, although its share is ${share}.`;
  if (blue.requests === 0)
    return 'CloudWatch recorded no requests for blue, so there is nothing to compare green with.';
  return `Too few requests to compare: ${countsOf(errors)}.`;
}
