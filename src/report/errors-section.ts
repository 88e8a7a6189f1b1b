import { scaleLinear } from 'd3-scale';
import type { Counts } from '../evidence/minute.ts';
import { rateInterval } from '../evidence/rate-difference.ts';
import type { Bar } from './bars.ts';
import { html, type Markup } from './markup.ts';
import { type Area, drawPlot, ticksOf } from './plot.ts';
import { bothPoints, figure, section } from './section.ts';
import { drawPoints, type Point, type Side } from './series.ts';
import type { Timeline } from './timeline.ts';
import { count, duration, percentage, timeOf } from './wording.ts';

/** How often each colour's requests failed. */
export function renderErrors(timeline: Timeline): Markup {
  const { bars, minutesEach } = timeline.coarse;
  const points = { blue: pointsOf(bars, 'blue'), green: pointsOf(bars, 'green') };
  const y = scaleLinear([0, topOf([...points.blue, ...points.green])], [0, 1]).clamp(true);
  const plot = {
    ...{ id: 'errors-plot', title: 'Error rate', height: 200, y, ticks: ticksOf(y, percentage) },
    description: `${describe('Blue', points.blue)} ${describe('Green', points.green)}`,
    paint: (area: Area) => html`${drawPoints('blue', points.blue, area)}${drawPoints('green', points.green, area)}`,
  };
  return section(
    'errors',
    'Errors',
    [
      describe('Blue', points.blue),
      describe('Green', points.green),
      `Each mark is the rate over ${duration(minutesEach)}; its line is the interval that contains the true rate in 95 of 100 such marks.`,
    ],
    figure(bothPoints, [drawPlot(plot, timeline)], {
      caption: 'Error rate',
      columns: ['From (UTC)', 'Blue', 'Green'],
      rows: bars.map((bar) => [timeOf(bar.from, timeline.from), rateInWords(bar.blue), rateInWords(bar.green)]),
    }),
  );
}

/** A rate with its interval and its counts, for example "2 % (1.5 % to 2.7 %), 41 of 2,050". */
export function rateInWords(counts: Counts): string {
  if (counts.requests === 0) return 'no requests';
  return `${rateWithInterval(counts)}, ${count(counts.errors)} of ${count(counts.requests)}`;
}

/** A rate with its interval, for example "2 % (1.5 % to 2.7 %)". */
export function rateWithInterval(counts: Counts): string {
  const interval = rateInterval(counts);
  if (interval === undefined) return 'no requests';
  const { rate, low, high } = interval;
  return `${percentage(rate)} (${percentage(low)} to ${percentage(high)})`;
}

function pointsOf(bars: readonly Bar[], side: Side): Point[] {
  return bars.flatMap((bar) => {
    const interval = rateInterval(bar[side]);
    const { from, until } = bar;
    return interval === undefined ? [] : [{ from, until, value: interval.rate, ...interval }];
  });
}

/** High enough for every rate and for most intervals: one bar of three requests must not flatten all the others. */
function topOf(points: readonly Point[]): number {
  const rates = points.map(({ value }) => value);
  const highs = points.map(({ high = 0 }) => high).toSorted((one, other) => one - other);
  const most = highs[Math.floor(highs.length * 0.9)] ?? 0;
  return Math.min(1, Math.max(0.0001, most, ...rates) * 1.12);
}

function describe(name: string, points: readonly Point[]): string {
  const rates = points.map(({ value }) => value);
  if (rates.length === 0) return `${name} received no requests.`;
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  return least === most
    ? `${name}'s error rate was always ${percentage(most)}.`
    : `${name}'s error rate ranged from ${percentage(least)} to ${percentage(most)}.`;
}
