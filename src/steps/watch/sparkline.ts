import type { Counts } from '../../evidence/minute.ts';

/** The error rate over time as one character for each bar, a dot where there were no requests. @param most the rate of the highest bar, 0 to 1 */
export function sparkline(bars: readonly Counts[], most: number): string {
  return bars
    .map(({ requests, errors }) => {
      if (requests === 0) return '·';
      const height = most === 0 ? 0 : Math.ceil((errors / requests / most) * (levels.length - 1));
      return levels[height] ?? '';
    })
    .join('');
}

const levels = [...'▁▂▃▄▅▆▇█'];

/** At most this many bars, each the sum of as many neighbours as that takes. */
export function putInBars(counts: readonly Counts[], mostBars: number): Counts[] {
  const size = Math.ceil(counts.length / mostBars);
  const bars: Counts[] = [];
  for (let first = 0; first < counts.length; first += size) {
    const part = counts.slice(first, first + size);
    bars.push({
      requests: part.reduce((sum, { requests }) => sum + requests, 0),
      errors: part.reduce((sum, { errors }) => sum + errors, 0),
    });
  }
  return bars;
}
