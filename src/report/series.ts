import { area, curveStepAfter, line, symbol, symbolCircle, symbolTriangle } from 'd3-shape';
import { type Bar, runsOf } from './bars.ts';
import { html, type Markup } from './markup.ts';
import type { Area } from './plot.ts';

/** A value in the middle of a bar, with the ends of its interval if it has one. */
export interface Point {
  readonly from: number;
  readonly until: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export type Side = 'blue' | 'green';

/** Points with their intervals, joined where no bar is missing between them: circles for blue, triangles for green. */
export function drawPoints(side: Side, points: readonly Point[], { x, y }: Area): Markup {
  // Side by side, or the intervals of the two colours would cover each other.
  const place = ({ from, until }: Point) => x((from + until) / 2) + (side === 'blue' ? -2 : 2);
  const joined = line<Point>(place, ({ value }) => y(value)).digits(1);
  const paths = runsOf(points).map((run) => joined(run) ?? '');
  const whiskers = points
    .filter(({ low, high }) => low !== undefined && high !== undefined)
    .map((point) => `M${round(place(point))} ${round(y(point.low ?? 0))}V${round(y(point.high ?? 0))}`);
  const mark = symbol(side === 'blue' ? symbolCircle : symbolTriangle, 30).digits(1)() ?? '';
  const marks = points.map(
    (point) => html`<path class="mark" transform="translate(${place(point)} ${y(point.value)})" d="${mark}"/>`,
  );
  return html`<g class="${side}"><path class="whisker" d="${whiskers.join('')}"/><path class="line" d="${paths.join('')}"/>${marks}</g>`;
}

/** Columns from zero, as wide as their bars. */
export function drawColumns(side: Side, bars: readonly Bar[], heightOf: (bar: Bar) => number, { x, y }: Area): Markup {
  const columns = area<readonly [at: number, value: number]>()
    .x(([at]) => x(at))
    .y0(y(0))
    .y1(([, value]) => y(value))
    .curve(curveStepAfter)
    .digits(1);
  const paths = runsOf(bars).map((run) => {
    const ends = run.map((bar) => [bar.from, heightOf(bar)] as const);
    const last = run.at(-1);
    return columns(last === undefined ? ends : [...ends, [last.until, heightOf(last)]]) ?? '';
  });
  return html`<path class="columns ${side}" d="${paths.join('')}"/>`;
}

/** A value that stays until the next. */
export function drawSteps(
  name: string,
  steps: readonly { readonly at: number; readonly value: number }[],
  { x, y }: Area,
): Markup {
  const path = line<(typeof steps)[number]>(
    ({ at }) => x(at),
    ({ value }) => y(value),
  )
    .curve(curveStepAfter)
    .digits(1);
  return html`<path class="${name}" d="${path(steps) ?? ''}"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
