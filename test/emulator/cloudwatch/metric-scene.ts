import type { GetMetricDataInput, GetMetricDataOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { createCloudWatchService } from '../../../src/emulator/cloudwatch/service.ts';
import { between, measure, type Series } from '../../../src/emulator/contract/metrics.ts';
import { createNetwork } from '../../../src/emulator/contract/network.ts';
import { defaultOptions, type EmulatorOptions } from '../../../src/emulator/options.ts';

/** 14:00. */
export const hour = Date.parse('2026-11-28T14:00:00Z');

/** The time that many minutes after 14:00. */
export const at = (minutes: number): number => hour + minutes * 60_000;

/** A CloudWatch with a clock that the test sets, and the metric `Requests` by `Group`, which the test measures. */
export interface MetricScene {
  readonly notes: readonly string[];
  setTime(minutes: number): void;
  /** Measures at that time, by default once the value 1. */
  measure(group: string, minutes: number, value?: number): void;
  read(input: Partial<GetMetricDataInput>): GetMetricDataOutput;
  /** The points of one query as `minute value`. */
  points(query: MetricDataQuery, input?: Partial<GetMetricDataInput>): readonly string[];
}

export function openMetricScene(options: Partial<EmulatorOptions> = {}): MetricScene {
  let now = at(0);
  const notes: string[] = [];
  const groups = new Map<string, Series>();
  const service = createCloudWatchService({
    options: { ...defaultOptions, pageSize: 100, ...options },
    clock: { now: () => new Date(now), after: () => () => {}, sleep: () => Promise.resolve(), close: () => {} },
    network: createNetwork(),
    id: (length) => '0'.repeat(length),
    note: (text) => void notes.push(text),
    metrics: {
      findMetric: ({ name, dimensions: { Group = '' } }) =>
        name === 'Requests'
          ? { unit: 'Count', samples: (from, to) => between(groups.get(Group), from, to) }
          : undefined,
    },
  });
  const read = (input: Partial<GetMetricDataInput>): GetMetricDataOutput =>
    service.operations['GetMetricData']?.({
      StartTime: new Date(at(0)),
      EndTime: new Date(at(60)),
      ...input,
    } as never) as GetMetricDataOutput;
  return {
    notes,
    setTime: (minutes) => {
      now = at(minutes);
    },
    measure: (group, minutes, value = 1) => {
      const series = groups.get(group) ?? new Map();
      groups.set(group, series);
      measure(series, at(minutes), value);
    },
    read,
    points: (query, input = {}) => {
      const [result] = read({ MetricDataQueries: [query], ...input }).MetricDataResults ?? [];
      return (result?.Timestamps ?? []).map(
        (time, index) => `${(time.getTime() - hour) / 60_000} ${result?.Values?.[index]}`,
      );
    },
  };
}

/** A query for a statistic of `Requests`. */
export function requests(Group: string, Stat = 'Sum', Period = 60, Id = Group): MetricDataQuery {
  const Metric = { Namespace: 'Test', MetricName: 'Requests', Dimensions: [{ Name: 'Group', Value: Group }] };
  return { Id, MetricStat: { Metric, Period, Stat } };
}
