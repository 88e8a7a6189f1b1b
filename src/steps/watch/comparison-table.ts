import { areAlike, greenestRule } from '../../canary/production-rules.ts';
import { shortTaskDefinition } from '../../canary/service.ts';
import { plainMarkdown } from '../../canary/summary.ts';
import type { Side } from '../../canary/traffic.ts';
import { bluePercentOf, formatPercent, greenPercentOf } from '../../canary/weights.ts';
import { type Counts, minuteLength } from '../../evidence/minute.ts';
import type { Assessment, WatchRequest } from './assessment.ts';
import type { Sighting } from './sighting.ts';
import { putInBars, sparkline } from './sparkline.ts';
import { count, milliseconds, percentage, rate } from './wording.ts';

/** Lines of a Markdown table: what blue and green did side by side. */
export function comparisonTable(
  { traffic, failed }: Sighting,
  { span, errors, latency }: Assessment,
  { countErrors }: WatchRequest,
): readonly string[] {
  const { blue, green, stable, productionRules } = traffic;
  const what = countErrors === '5xx' ? '5xx' : '4xx, 5xx';
  const [blues, greens] = [bars(span, 'blue'), bars(span, 'green')];
  const most = Math.max(
    ...[...blues, ...greens].map(({ requests, errors }) => (requests === 0 ? 0 : errors / requests)),
  );
  const quantiles = (of: typeof latency.blue) => (of ? [of.p50, of.p90, of.p99].map(milliseconds).join(' / ') : '–');
  const mark = (side: Side) => (stable === side.colour ? ' (stable)' : '');
  return [
    `| | Blue${mark(blue)} | Green${mark(green)} |`,
    '|---|---|---|',
    row('Version', version(blue), version(green)),
    row(
      areAlike(productionRules) ? 'Share of traffic' : 'Share where green has the most',
      formatPercent(bluePercentOf(greenestRule(productionRules).weights)),
      formatPercent(greenPercentOf(greenestRule(productionRules).weights)),
    ),
    row('Requests', requestsOf(errors.blue), requestsOf(errors.green)),
    row(`Errors (${what}, no response)`, errorsOf(errors.blue), errorsOf(errors.green)),
    row('p50 / p90 / p99', quantiles(latency.blue), quantiles(latency.green)),
    row('Healthy / running / desired', health(blue), health(green)),
    row('Failed tasks', failures(failed, 'blue'), failures(failed, 'green')),
    ...(blues.length > 1 && most > 0
      ? [row(`Error rate over time (█ = ${percentage(most)})`, sparkline(blues, most), sparkline(greens, most))]
      : []),
  ];
}

function row(what: string, blue: string, green: string): string {
  return `| ${what} | ${blue} | ${green} |`;
}

function failures(failed: Sighting['failed'], colour: 'blue' | 'green'): string {
  return failed.kind === 'read' ? count(failed.value[colour].length) : 'unknown';
}

/** Not measured is not the same as zero. */
function requestsOf({ requests }: Counts): string {
  return requests === 0 ? 'none measured' : count(requests);
}

function errorsOf(counts: Counts): string {
  return counts.requests === 0 ? '–' : `${count(counts.errors)} (${rate(counts)})`;
}

function version({ taskSet }: Side): string {
  return plainMarkdown(shortTaskDefinition(taskSet.taskDefinition));
}

function health({ healthy, taskSet }: Side): string {
  return `${healthy} / ${taskSet.running} / ${taskSet.computedDesired}`;
}

/** Wide enough for a trend, narrow enough for 80 columns. */
const mostBars = 20;

/** Every minute of the span, also those without requests. */
function bars({ from, until, minutes }: Assessment['span'], colour: 'blue' | 'green'): Counts[] {
  const known = new Map(minutes.map((minute) => [minute.start, minute[colour]]));
  const length = Math.max(0, Math.round((until - from) / minuteLength));
  const all = Array.from({ length }, (_, at) => known.get(from + at * minuteLength) ?? { requests: 0, errors: 0 });
  return putInBars(all, mostBars);
}
