import type { Bench } from './bench.ts';
import { countCalls, countedSteps, type Dimension, dimensions } from './growth.ts';
import { atMost, type Section, showRatio } from './section.ts';
import { bucketSeconds, shiftAtOnce } from './throttled-canaries.ts';

/** How calls grow with the size of a canary, and how time grows with many canaries on one throttled account. */
export async function measureGrowth({ tell }: Pick<Bench, 'tell'>): Promise<Section> {
  const grown: Grown[] = [];
  for (const dimension of dimensions) {
    const calls = [];
    for (const size of dimension.sizes) calls.push(await countCalls(dimension, size));
    grown.push({ dimension, calls });
    tell(`${dimension.title}: done`);
  }
  const throttled = await measureThrottled();
  return {
    title: 'Growth',
    about:
      'These figures are counts and emulated time, so a busy machine changes them little. A page of AWS has 100 items here. A production rule or a listener counts as a page of its own. The last table compares canaries that all shift at once with what the token buckets alone would take for their calls, each made once.',
    tables: [
      {
        head: ['', 'Size', 'Calls of Shift Traffic', 'of Rollback', 'of Prepare Blue'],
        rows: grown.flatMap(showCalls),
      },
      {
        head: ['Canaries at once', 'Time', 'Token buckets alone', 'Ratio', 'Calls', 'of them throttled'],
        rows: throttled.map((row) => [
          String(row.canaries),
          `${row.seconds.toFixed(1)} s`,
          `${row.alone.toFixed(1)} s`,
          row.alone > 0 ? showRatio(row.seconds / row.alone) : '',
          String(row.calls),
          String(row.throttled),
        ]),
      },
    ],
    goals: [
      ...grown.map((one) =>
        atMost(`Calls against pages, ${describeGrowth(one.dimension)}`, pageRatio(one.dimension), callRatio(one)),
      ),
      ...throttled
        .slice(-1)
        .map((row) =>
          atMost(`${row.canaries} throttled canaries against the buckets alone`, 1.3, row.seconds / row.alone),
        ),
    ],
    nodeRuns: [],
  };
}

interface Grown {
  readonly dimension: Dimension;
  /** For each size, the calls of each counted step. */
  readonly calls: readonly (readonly number[])[];
}

function showCalls({ dimension: { title, sizes }, calls }: Grown): readonly (readonly string[])[] {
  return sizes.map((size, at) => [at === 0 ? title : '', String(size), ...(calls[at] ?? []).map(String)]);
}

function describeGrowth({ title, sizes }: Dimension): string {
  return `${sizes[0]} to ${sizes.at(-1)} ${title}`;
}

/** How much more pages, or things to read one by one, the largest has. */
export function pageRatio({ sizes, pages }: Dimension): number {
  return pages(sizes.at(-1) ?? 1) / pages(sizes[0]);
}

/** How many times the calls of the smallest the largest takes, for the step that grows most. */
export function callRatio({ calls }: Pick<Grown, 'calls'>): number {
  return Math.max(...countedSteps.map((_, step) => (calls.at(-1)?.[step] ?? 0) / (calls[0]?.[step] ?? 1)));
}

async function measureThrottled() {
  const lone = await shiftAtOnce(1);
  const rows = [];
  for (const canaries of [1, 10, 50]) {
    const { seconds, calls } = canaries === 1 ? lone : await shiftAtOnce(canaries);
    const throttled = calls.filter(({ outcome }) => outcome.startsWith('Throttling')).length;
    const alone = bucketSeconds(lone.calls, canaries);
    rows.push({ canaries, seconds, calls: calls.length, throttled, alone });
  }
  return rows;
}
