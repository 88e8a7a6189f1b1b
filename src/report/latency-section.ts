import { scaleLinear } from 'd3-scale';
import type { Latency } from '../evidence/minute.ts';
import type { Bar } from './bars.ts';
import { html, type Markup } from './markup.ts';
import { type Area, drawPlot, type Plot, ticksOf } from './plot.ts';
import { bothPoints, figure, section } from './section.ts';
import { drawPoints, type Point, type Side } from './series.ts';
import type { Timeline } from './timeline.ts';
import { milliseconds, timeOf } from './wording.ts';

/** How long each colour took to answer. */
export function renderLatency(timeline: Timeline): Markup {
  const { bars } = timeline.coarse;
  const measured = bars.filter(({ blue, green }) => blue.latency !== undefined || green.latency !== undefined);
  if (measured.length === 0)
    return section('latency', 'Latency', [
      'Neither colour had 20 requests in any minute, so there is nothing to show.',
    ]);
  return section(
    'latency',
    'Latency',
    ['Half, nine in ten and 99 in 100 of the requests were answered within these times.'],
    figure(
      bothPoints,
      quantiles.map(
        ([quantile, words]) =>
          html`<h3>${quantile}: ${words}</h3>${drawPlot(plotOf(quantile, words, measured), timeline)}`,
      ),
      {
        caption: 'Latency in milliseconds',
        columns: [
          'From (UTC)',
          ...sides.flatMap((side) => quantiles.map(([quantile]) => `${names[side]} ${quantile}`)),
        ],
        rows: measured.map((bar) => [
          timeOf(bar.from, timeline.from),
          ...sides.flatMap((side) => quantiles.map(([quantile]) => cell(bar[side].latency?.[quantile]))),
        ]),
      },
    ),
  );
}

const sides = ['blue', 'green'] as const;
const names = { blue: 'Blue', green: 'Green' } as const;

const quantiles: readonly (readonly [quantile: keyof Latency, words: string])[] = [
  ['p50', 'half of the requests were faster'],
  ['p90', 'one in ten was slower'],
  ['p99', 'one in a hundred was slower'],
];

function plotOf(quantile: keyof Latency, words: string, bars: readonly Bar[]): Plot {
  const points = { blue: pointsOf(bars, 'blue', quantile), green: pointsOf(bars, 'green', quantile) };
  const most = Math.max(...sides.flatMap((side) => points[side].map(({ value }) => value)));
  const y = scaleLinear([0, Math.max(most, 0.001) * 1.1], [0, 1]);
  return {
    ...{ id: `latency-${quantile}`, title: `Latency ${quantile}: ${words}`, height: 84, y },
    ticks: ticksOf(y, milliseconds).filter((_, index, all) => all.length < 5 || index % 2 === 0),
    description: sides.map((side) => describe(names[side], points[side])).join(' '),
    paint: (area: Area) => html`${sides.map((side) => drawPoints(side, points[side], area))}`,
  };
}

function pointsOf(bars: readonly Bar[], side: Side, quantile: keyof Latency): Point[] {
  return bars.flatMap((bar) => {
    const value = bar[side].latency?.[quantile];
    return value === undefined ? [] : [{ from: bar.from, until: bar.until, value }];
  });
}

function describe(name: string, points: readonly Point[]): string {
  const values = points.map(({ value }) => value);
  if (values.length === 0) return `${name} was not measured.`;
  return `${name}: ${milliseconds(Math.min(...values))} to ${milliseconds(Math.max(...values))}.`;
}

function cell(seconds: number | undefined): string {
  return seconds === undefined ? '–' : milliseconds(seconds).replace(/\D+$/, '');
}
