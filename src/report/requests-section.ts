import { scaleLinear } from 'd3-scale';
import type { Bar } from './bars.ts';
import { html, type Markup } from './markup.ts';
import { type Area, drawPlot, ticksOf } from './plot.ts';
import { figure, section } from './section.ts';
import { drawColumns } from './series.ts';
import type { Timeline } from './timeline.ts';
import { count, timeOf } from './wording.ts';

/** How many requests each colour had. */
export function renderRequests(timeline: Timeline): Markup {
  const { bars } = timeline.fine;
  const most = (side: 'blue' | 'green') => Math.max(0, ...bars.map((bar) => perMinute(bar, side)));
  const y = scaleLinear([-most('green'), Math.max(most('blue'), 1)], [0, 1]).nice(8);
  const sentence = `At most ${count(most('blue'))} requests per minute to blue, and ${count(most('green'))} to green.`;
  const plot = {
    ...{ id: 'requests-plot', title: 'Requests per minute', height: 150, y },
    ticks: ticksOf(y, (value) => count(Math.abs(value))),
    description: `Blue is drawn upwards, green downwards. ${sentence}`,
    paint: (area: Area) => html`
${drawColumns('blue', bars, (bar) => perMinute(bar, 'blue'), area)}
${drawColumns('green', bars, (bar) => -perMinute(bar, 'green'), area)}
<path class="axis" d="M${area.left} ${area.y(0)}H${area.right}"/>`,
  };
  return section(
    'requests',
    'Requests',
    [sentence],
    figure(
      [
        { mark: 'blue column', text: 'Blue, above the line' },
        { mark: 'green column', text: 'Green, below the line' },
      ],
      [drawPlot(plot, timeline)],
      {
        caption: 'Requests per minute',
        columns: ['From (UTC)', 'Blue', 'Green'],
        rows: bars.map((bar) => [
          timeOf(bar.from, timeline.from),
          count(perMinute(bar, 'blue')),
          count(perMinute(bar, 'green')),
        ]),
      },
    ),
  );
}

function perMinute(bar: Bar, side: 'blue' | 'green'): number {
  return bar[side].requests / bar.minutes;
}
