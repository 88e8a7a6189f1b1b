import { type ColourFigures, countMinutes, type MinuteFigures } from '../../src/evidence/count-minutes.ts';
import { type Block, type Latency, minuteLength, type Span } from '../../src/evidence/minute.ts';

/** Errors and requests of blue, then of green, as the tables of the method write them. */
export type Row = readonly [number, number, number, number];

/** The span of minutes with these figures, one after another. */
export function spanOf(rows: readonly Row[]): Span {
  return count(
    rows.map(([blueErrors, blue, greenErrors, green], index) => ({
      start: index * minuteLength,
      blue: { requests: blue, errors: blueErrors },
      green: { requests: green, errors: greenErrors },
    })),
  );
}

/** The span that counts all figures of one production rule, at one split. */
export function count(figures: readonly MinuteFigures[]): Span {
  const now = Math.max(0, ...figures.map(({ start }) => start)) + 3 * minuteLength;
  return countMinutes(figures, { greenDeployedAt: 0, greenServesSince: 0, shiftedAt: [], now });
}

/** One minute's comparison. */
export function blockOf([blueErrors, blue, greenErrors, green]: Row): Block {
  return { blue: { requests: blue, errors: blueErrors }, green: { requests: green, errors: greenErrors } };
}

/** The span of minutes with enough requests and these p90 of blue and green, in seconds. */
export function latencySpan(pairs: readonly (readonly [number, number])[], requests = 100): Span {
  return count(
    pairs.map(([blue, green], index) => ({
      start: index * minuteLength,
      blue: answering(requests, blue),
      green: answering(requests, green),
    })),
  );
}

/** Every number anywhere in a value. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function answering(requests: number, p90: number): ColourFigures {
  return { requests, latency: latencyAround(p90) };
}

function latencyAround(p90: number): Latency {
  return { p50: p90 / 2, p90, p99: p90 * 3 };
}
