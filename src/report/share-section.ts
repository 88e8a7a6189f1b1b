import { scaleLinear } from 'd3-scale';
import type { Bar } from './bars.ts';
import { html, type Markup } from './markup.ts';
import { type Area, drawPlot, ticksOf } from './plot.ts';
import { figure, section } from './section.ts';
import { drawSteps } from './series.ts';
import { requestedAt, type Timeline } from './timeline.ts';
import { count, duration, notRecorded, percent, percentage, timeOf } from './wording.ts';

/** The share that people asked for, and the one that green actually got. */
export function renderShare(timeline: Timeline): Markup {
  const { bars, minutesEach } = timeline.fine;
  const steps = requestedSteps(timeline);
  const requested = steps.map(({ value }) => percent(value)).filter((text, index, all) => text !== all[index - 1]);
  const asked =
    requested.length === 0 ? 'The requested share was not recorded.' : `Requested: ${requested.join(', then ')}.`;
  const y = scaleLinear([0, 100], [0, 1]);
  const plot = {
    ...{ id: 'share-plot', title: "Green's share of the requests", height: 150, y, ticks: ticksOf(y, percent) },
    description: `${asked} Served: ${describeServed(bars)}.`,
    paint: (area: Area) => html`${drawSteps('requested', steps, area)}${drawServed(bars, area)}`,
  };
  return section(
    'share',
    'Share of the traffic',
    [asked, `Each dot is the share that green actually served over ${duration(minutesEach)}.`],
    figure(
      [
        { mark: 'requested', text: 'Requested' },
        { mark: 'served', text: 'Served' },
      ],
      [drawPlot(plot, timeline)],
      {
        caption: "Green's share",
        columns: ['From (UTC)', 'Requested', 'Served', 'Requests'],
        rows: bars.map((bar) => rowOf(bar, timeline)),
      },
    ),
  );
}

function requestedSteps(timeline: Timeline) {
  const { decisions, from, until } = timeline;
  const times = [from, ...decisions.map(({ at }) => at).filter((at) => at > from && at < until), until];
  return times.flatMap((at) => {
    const value = requestedAt(timeline, at);
    return value === undefined ? [] : [{ at, value: Math.min(100, Math.max(0, value)) }];
  });
}

function drawServed(bars: readonly Bar[], { x, y }: Area): Markup {
  const dots = bars.map((bar) => {
    const [across, up] = [x((bar.from + bar.until) / 2), y(100 * shareOf(bar))];
    return `M${across.toFixed(1)} ${up.toFixed(1)}h.01`;
  });
  return html`<path class="served" d="${dots.join('')}"/>`;
}

function describeServed(bars: readonly Bar[]): string {
  const shares = bars.map(shareOf);
  if (shares.length === 0) return 'no requests were measured';
  return `between ${percentage(Math.min(...shares))} and ${percentage(Math.max(...shares))}`;
}

function rowOf(bar: Bar, timeline: Timeline): readonly string[] {
  const requested = requestedAt(timeline, bar.from);
  return [
    timeOf(bar.from, timeline.from),
    requested === undefined ? notRecorded : percent(requested),
    percentage(shareOf(bar)),
    count(bar.blue.requests + bar.green.requests),
  ];
}

function shareOf({ blue, green }: Bar): number {
  return green.requests / (blue.requests + green.requests);
}
