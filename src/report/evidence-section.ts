import { scaleLog } from 'd3-scale';
import { decisive } from '../evidence/e-value.ts';
import type { Span } from '../evidence/minute.ts';
import { traceWorse } from '../evidence/possible-ratios.ts';
import { html, type Markup } from './markup.ts';
import { type Area, drawPlot } from './plot.ts';
import { figure, section } from './section.ts';
import { drawSteps } from './series.ts';
import type { Timeline } from './timeline.ts';
import { count, evidence, timeOf } from './wording.ts';

/** How the evidence that green is worse grew. */
export function renderEvidence({ blocks }: Span, timeline: Timeline): Markup {
  const sorted = blocks.toSorted((one, other) => one.until - other.until);
  const logs = traceWorse(sorted);
  const trace = sorted.map(({ until }, index) => ({ at: until, log: logs[index] ?? 0 }));
  if (trace.length === 0)
    return section('evidence', heading, ['There is none: there were never enough requests to compare.']);
  const sentence = describe(trace, timeline);
  const steps = [{ at: timeline.from, log: 0 }, ...thin(trace, timeline, 240)].map(({ at, log }) => ({
    ...{ at, value: Math.exp(Math.max(least, Math.min(most, log))) },
  }));
  const y = scaleLog(rangeOf(steps.map(({ value }) => value)), [0, 1]).clamp(true);
  const last = steps.at(-1);
  const plot = {
    ...{ id: 'evidence-plot', title: heading, height: 170, y, ticks: decadesOf(y.domain()) },
    description: `${sentence} The scale is logarithmic; a dashed line marks 20.`,
    paint: (
      area: Area,
    ) => html`${drawSteps('evidence', [...steps, { at: timeline.until, value: last?.value ?? 1 }], area)}
<path class="threshold" d="M${area.left} ${area.y(20)}H${area.right}"/>
<text class="start strong" x="${area.left + 4}" y="${area.y(20) - 6}">20: green is worse</text>`,
  };
  return section(
    'evidence',
    heading,
    [
      'E measures how well "green fails more often than blue" explains the errors: 1 says nothing, and 20 is enough to call green worse. It holds however often you look.',
      sentence,
    ],
    figure([{ mark: 'evidence', text: 'E after each minute' }], [drawPlot(plot, timeline)], {
      caption: 'E, the evidence that green is worse',
      columns: ['Until (UTC)', 'E'],
      rows: thin(trace, timeline, 30).map(({ at, log }) => [timeOf(at, timeline.from), evidence(log)]),
    }),
  );
}

const heading = 'How the evidence grew';

/** The ends of the axis, as logarithms: values beyond them add nothing. */
const [least, most] = [Math.log(0.001), Math.log(1_000_000)];

interface Evidence {
  readonly at: number;
  readonly log: number;
}

/** The last value in each of that many equal parts of the time. */
function thin(trace: readonly Evidence[], { from, until }: Timeline, parts: number): readonly Evidence[] {
  const partOf = ({ at }: Evidence) => Math.ceil(((at - from) / (until - from)) * parts);
  return trace.filter((one, index) => {
    const next = trace[index + 1];
    return next === undefined || partOf(next) !== partOf(one);
  });
}

function describe(trace: readonly Evidence[], { from }: Timeline): string {
  const last = trace.at(-1)?.log ?? 0;
  const first = trace.find(({ log }) => log >= decisive);
  const greatest = trace.reduce((high, one) => (one.log > high.log ? one : high));
  const now = `At the end, E is ${evidence(last)}`;
  return first === undefined
    ? `${now}; its highest was ${evidence(greatest.log)}, at ${timeOf(greatest.at, from)}.`
    : `${now}; it first passed 20 at ${timeOf(first.at, from)}.`;
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  const low = Math.min(0.1, ...values);
  const high = Math.max(100, ...values);
  return [10 ** Math.floor(Math.log10(low) + 1e-9), 10 ** Math.ceil(Math.log10(high) - 1e-9)];
}

function decadesOf([low = 0.1, high = 100]: readonly number[]) {
  const [first, last] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = 10 ** (first + index);
    return { value, label: value < 1 ? String(value) : count(value) };
  });
}
