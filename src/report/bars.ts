import { latencyOf, medianLatency } from '../evidence/latency-verdict.ts';
import { addUp, type Counts, type Latency, type Minute, minuteLength } from '../evidence/minute.ts';

/** Neighbouring minutes at one share, as one mark of a plot. Times are epoch milliseconds. */
export interface Bar {
  readonly from: number;
  readonly until: number;
  /** How many minutes have figures. */
  readonly minutes: number;
  readonly blue: BarColour;
  readonly green: BarColour;
}

/** What one colour did in a bar. */
export interface BarColour extends Counts {
  /** Medians over its minutes. */
  readonly latency: Latency | undefined;
}

/** Bars of the same length, except those that a shift cuts short. */
export interface Bars {
  readonly minutesEach: number;
  /** In order of time; where there are no figures, there is no bar. */
  readonly bars: readonly Bar[];
}

/** The minutes as bars: at most that many, and one more for each shift. @param shiftedAt when the share changed, in order */
export function putInBars(
  minutes: readonly Minute[],
  { from, until }: { readonly from: number; readonly until: number },
  shiftedAt: readonly number[],
  most: number,
): Bars {
  const minutesEach = lengthFor((until - from) / minuteLength, most);
  const length = minutesEach * minuteLength;
  const bars: Bar[] = [];
  let open: Minute[] = [];
  let end = Number.NEGATIVE_INFINITY;
  let begin = 0;
  let shift = 0;
  const close = () => {
    if (open.length > 0) bars.push(barOf(open, begin, end));
    open = [];
  };
  for (const minute of minutes.toSorted((one, other) => one.start - other.start)) {
    if (minute.start >= end) {
      close();
      while ((shiftedAt[shift] ?? Number.POSITIVE_INFINITY) <= minute.start) shift += 1;
      const grid = Math.floor(minute.start / length) * length;
      begin = Math.max(grid, from, shiftedAt[shift - 1] ?? from);
      end = Math.min(grid + length, until, shiftedAt[shift] ?? until);
    }
    open.push(minute);
  }
  close();
  return { minutesEach, bars };
}

/** Bars without a gap between them, to draw each as one line. */
export function runsOf<T extends Pick<Bar, 'from' | 'until'>>(bars: readonly T[]): T[][] {
  const runs: T[][] = [];
  for (const bar of bars) {
    const run = runs.at(-1);
    if (run?.at(-1)?.until === bar.from) run.push(bar);
    else runs.push([bar]);
  }
  return runs;
}

/** Lengths that people think in, from a minute to a day; longer ones are whole days. */
const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];

function lengthFor(minutes: number, most: number): number {
  return lengths.find((length) => minutes / length <= most) ?? Math.ceil(minutes / most / 1440) * 1440;
}

function barOf(minutes: readonly Minute[], from: number, until: number): Bar {
  const { blue, green } = addUp(minutes);
  const latency = (colour: 'blue' | 'green') =>
    medianLatency(minutes.flatMap((minute) => latencyOf(minute[colour]) ?? []));
  return {
    ...{ from, until, minutes: new Set(minutes.map(({ start }) => start)).size },
    blue: { ...blue, latency: latency('blue') },
    green: { ...green, latency: latency('green') },
  };
}
