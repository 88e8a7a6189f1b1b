import { addSample, type Distribution } from './distribution.ts';

/** What identifies a metric. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A metric that a service measures. */
export interface Metric {
  readonly unit: 'Count' | 'Seconds';
  /** The samples of each slot of time in which there were any, by its start, from one time up to another. */
  samples(from: number, to: number): ReadonlyMap<number, Distribution>;
}

/** What CloudWatch needs from a service whose metrics it has. */
export interface MetricSource {
  /** Undefined if the service measures no such metric for anything. */
  findMetric(metric: MetricName): Metric | undefined;
}

/** Emulated milliseconds; half of CloudWatch's minute, so that it can at first be known only in part. */
export const slotMs = 30_000;

/** CloudWatch keeps minutes for 15 days. */
export const retentionMs = 15 * 24 * 3600 * 1000;

/** The samples of one metric by the start of their slot, oldest first. */
export type Series = Map<number, Distribution>;

/** Adds a sample at that emulated time, and forgets what is too old. */
export function measure(series: Series, time: number, value: number): void {
  const slot = slotOf(time);
  series.set(slot, addSample(series.get(slot), value));
  for (const old of series.keys()) {
    if (old >= slot - retentionMs) break;
    series.delete(old);
  }
}

/** The start of the slot that a time belongs to. */
export function slotOf(time: number): number {
  return Math.floor(time / slotMs) * slotMs;
}

/** The part of a series from one time up to another. */
export function between(series: Series | undefined, from: number, to: number): Series {
  return new Map([...(series ?? [])].filter(([slot]) => slot >= from && slot < to));
}
