import { latencyOf, medianLatency } from '../evidence/latency-verdict.ts';
import { addUp, type Block, type Latency, type Minute, minuteLength } from '../evidence/minute.ts';
import { rateWithInterval } from './errors-section.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { CanaryReport } from './report.ts';
import { renderTable, section } from './section.ts';
import type { Timeline } from './timeline.ts';
import { count, dateOf, duration, isoTime, milliseconds, percentage, plural, shorten, timeOf } from './wording.ts';

/** What the figures say, and the figures: of the whole time, and of the last minutes beside it. */
export function renderVerdict({ verdict, span }: CanaryReport, timeline: Timeline): Markup {
  const whole = figuresOf(span.minutes);
  const latest = latestMinutes(span.minutes);
  const columns = latest ? [whole, figuresOf(latest)] : [whole];
  const cells = (show: (figures: Figures, side: Side) => string) =>
    columns.flatMap((figures) => sides.map((side) => show(figures, side)));
  const rows = [
    ['Requests', ...cells(({ counts }, side) => count(counts[side].requests))],
    ['Share of requests', ...cells(({ counts }, side) => shareIn(counts, side))],
    ['Failed requests', ...cells(({ counts }, side) => count(counts[side].errors))],
    ['Error rate', ...cells(({ counts }, side) => rateWithInterval(counts[side]))],
    ...quantiles.map((quantile) => [
      `Latency ${quantile}`,
      ...cells(({ latency }, side) => inWords(latency[side]?.[quantile])),
    ]),
  ];
  const late = latest ? [`Blue, ${timesOf(latest)}`, `Green, ${timesOf(latest)}`] : [];
  return section(
    'verdict',
    shorten(verdict.title, 200),
    [],
    html`<p class="verdict">${shorten(verdict.sentence, 1000)}</p>${latest && html`<p class="verdict">${describeLatest(latest)}</p>`}<p class="lead">${describeSpan(span, timeline)}</p>`,
    renderTable({ caption: 'Both colours', columns: ['Metric', 'Blue', 'Green', ...late], rows }),
  );
}

const sides = ['blue', 'green'] as const;
type Side = (typeof sides)[number];
const quantiles = ['p50', 'p90', 'p99'] as const;

interface Figures {
  readonly counts: Block;
  readonly latency: Readonly<Record<Side, Latency | undefined>>;
}

function figuresOf(minutes: readonly Minute[]): Figures {
  const latency = (side: Side) => medianLatency(minutes.flatMap((minute) => latencyOf(minute[side]) ?? []));
  return { counts: addUp(minutes), latency: { blue: latency('blue'), green: latency('green') } };
}

/** A Guard ends a leak within minutes, so more than these few would hide it. */
const fewMinutes = 5;

/** The last minutes with requests to both colours; undefined if they are more than half of all of them. */
function latestMinutes(minutes: readonly Minute[]): readonly Minute[] | undefined {
  const both = minutes.filter(({ blue, green }) => blue.requests > 0 && green.requests > 0);
  if (both.length < 2 * fewMinutes) return undefined;
  return both.slice(-fewMinutes);
}

/** Medians and rates of the whole time hide a green that gets worse slowly. */
function describeLatest(latest: readonly Minute[]): string {
  const { counts, latency } = figuresOf(latest);
  const facts = [
    `error rate green ${rateIn(counts.green)}, blue ${rateIn(counts.blue)}`,
    ...(['p50', 'p90'] as const).flatMap((quantile) => {
      const { blue, green } = latency;
      return blue && green
        ? [`${quantile} green ${milliseconds(green[quantile])}, blue ${milliseconds(blue[quantile])}`]
        : [];
    }),
  ];
  return `In the last ${fewMinutes} minutes with requests to both colours, ${timesOf(latest)}: ${facts.join('; ')}.`;
}

function timesOf(minutes: readonly Minute[]): string {
  const [from = 0, until = 0] = [minutes[0]?.start, minutes.at(-1)?.start];
  return `${timeOf(from)} to ${timeOf(until + minuteLength, from)}`;
}

function rateIn({ errors, requests }: Block[Side]): string {
  return percentage(errors / requests);
}

function shareIn({ blue, green }: Block, side: Side): string {
  const requests = blue.requests + green.requests;
  return requests === 0 ? '–' : percentage({ blue, green }[side].requests / requests);
}

function inWords(latency: number | undefined): string {
  return latency === undefined ? 'not measured' : milliseconds(latency);
}

function describeSpan({ from, until, minutes }: CanaryReport['span'], { fine, coarse }: Timeline): Content {
  const counted = new Set(minutes.map(({ start }) => start)).size;
  const bars =
    fine.minutesEach > 1
      ? ` Each mark in the charts covers ${duration(fine.minutesEach)}, or ${duration(coarse.minutesEach)} where they show rates and latencies.`
      : '';
  return html`<time datetime="${isoTime(from)}">${dateOf(from)}, ${timeOf(from)}</time> to <time datetime="${isoTime(until)}">${timeOf(until, from)}</time> UTC, with requests in ${plural(counted, 'minute')}.${bars}`;
}
