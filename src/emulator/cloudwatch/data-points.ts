import { type Distribution, mergeDistributions } from '../contract/distribution.ts';
import { slotMs } from '../contract/metrics.ts';
import type { MetricQuery } from './metric-queries.ts';
import type { CloudWatchWorld } from './state.ts';

/** A point of a metric, stamped with the start of its period. */
export interface DataPoint {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly value: number;
}

/** Emulated epoch milliseconds; `seenAt` is when CloudWatch is asked. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly seenAt: number;
}

/** The points of the periods that begin in the span; a period without samples has none. */
export function readPoints(world: CloudWatchWorld, query: MetricQuery, span: Span): readonly DataPoint[] {
  const metric = world.metrics.findMetric(query.metric);
  if (!metric) {
    const { namespace, name, dimensions } = query.metric;
    const by = Object.keys(dimensions).join(' and ') || 'nothing';
    world.note(`The emulator does not measure ${namespace} ${name} by ${by}, so CloudWatch has no data of it.`);
    return [];
  }
  if (query.unit !== undefined && query.unit !== metric.unit) return [];
  const { period, statistic } = query;
  const start = Math.floor(span.from / minute) * minute;
  const periods = new Map<number, readonly Distribution[]>();
  for (const [slot, samples] of metric.samples(start, span.to + period)) {
    const time = Math.floor(slot / period) * period;
    if (time < start || time >= span.to || !isPublished(world, slot, span.seenAt)) continue;
    periods.set(time, [...(periods.get(time) ?? []), samples]);
  }
  return [...periods].flatMap(([time, parts]) => {
    const samples = mergeDistributions(parts);
    return samples ? [{ time, value: statistic(samples) }] : [];
  });
}

const minute = 60_000;

/** A minute is published after the lag, and its second half perhaps a minute later. */
function isPublished({ options }: CloudWatchWorld, slot: number, seenAt: number): boolean {
  const start = Math.floor(slot / minute) * minute;
  const isLate = options.metricsArriveInParts && slot >= start + slotMs;
  return seenAt >= start + minute + options.metricLagSeconds * 1000 + (isLate ? minute : 0);
}
