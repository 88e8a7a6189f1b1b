import { type ScaleContinuousNumeric, scaleLinear } from 'd3-scale';
import { utcTicks } from 'd3-time';
import { type Content, html, type Markup } from './markup.ts';
import type { Timeline } from './timeline.ts';
import { dateOf, timeOf } from './wording.ts';

/** One chart over time. */
export interface Plot {
  readonly id: string;
  readonly title: string;
  /** What it shows, in words. */
  readonly description: string;
  /** Of the area without the axis. */
  readonly height: number;
  /** The vertical scale; its range is set here. */
  readonly y: ScaleContinuousNumeric<number, number>;
  readonly ticks: readonly Tick[];
  readonly paint: (area: Area) => Content;
}

/** A value on the vertical axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Where a plot paints, in units of its SVG. */
export interface Area {
  readonly x: (epochMs: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
}

/** Ticks with whole numbers of the scale. */
export function ticksOf(y: Plot['y'], label: (value: number) => string): readonly Tick[] {
  return y.ticks(4).map((value) => ({ value, label: label(value) }));
}

/** The plot in two sizes: the page shows the one that fits, because scaling would make its letters too small or too large. */
export function drawPlot(plot: Plot, timeline: Timeline): Markup {
  return html`${frames.map((frame) => drawFrame(plot, timeline, frame))}`;
}

interface Frame {
  readonly name: string;
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly ticks: number;
}

const frames: readonly Frame[] = [
  { name: 'wide', width: 720, left: 52, right: 12, ticks: 9 },
  { name: 'narrow', width: 320, left: 44, right: 10, ticks: 4 },
];

/** Room for the numbers of the decisions, and for the times. */
const [top, foot] = [24, 24];

function drawFrame({ id, title, description, height, y, ticks, paint }: Plot, timeline: Timeline, frame: Frame) {
  const { name, width, left } = frame;
  const [right, bottom] = [width - frame.right, top + height];
  // d3's time scale would bundle the names of all weekdays.
  const time = scaleLinear([timeline.from, timeline.until], [left, right]);
  const times = utcTicks(new Date(timeline.from), new Date(timeline.until), frame.ticks);
  const value = y.copy().range([bottom, top]);
  const area: Area = { x: (at) => time(at), y: (at) => value(at), left, right };
  const key = `${id}-${name}`;
  return html`<svg class="${name}" viewBox="0 0 ${width} ${bottom + foot}" role="img" aria-labelledby="${key}-t ${key}-d">
<title id="${key}-t">${title}</title><desc id="${key}-d">${description}</desc>
${ticks.map((tick) => drawTick(tick, area))}${times.map((at) => drawTime(at.getTime(), area, bottom))}
${drawDecisions(timeline, area, bottom)}
${paint(area)}
</svg>`;
}

function drawTick({ value, label }: Tick, { y, left, right }: Area): Markup {
  return html`<path class="grid" d="M${left} ${y(value)}H${right}"/><text class="end" x="${left - 8}" y="${y(value) + 4}">${label}</text>`;
}

function drawTime(at: number, { x, left, right }: Area, bottom: number): Markup {
  // A label centred on the edge would overflow the chart.
  const place = x(at) < left + 14 ? 'start' : x(at) > right - 14 ? 'end' : 'middle';
  const label = at % 86_400_000 === 0 ? dateOf(at).replace(/^(\d+ ...).*/, '$1') : timeOf(at);
  return html`<path class="tick" d="M${x(at)} ${bottom}v5"/><text class="${place}" x="${x(at)}" y="${bottom + 19}">${label}</text>`;
}

/** A line for each decision; its number only where it does not cover another. */
function drawDecisions({ decisions }: Timeline, { x, left, right }: Area, bottom: number): Content {
  let free = left;
  return decisions.map(({ at, number }) => {
    const place = x(at);
    if (!(place >= left && place <= right)) return undefined;
    const line = html`<path class="decision" d="M${place} ${top - 6}V${bottom}"/>`;
    const centre = Math.max(left, Math.min(place, right - 4));
    if (centre < free) return line;
    free = centre + 18;
    return html`${line}<circle class="badge" cx="${centre}" cy="10" r="8"/><text class="middle number" x="${centre}" y="14">${number}</text>`;
  });
}
