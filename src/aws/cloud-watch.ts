import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataResult,
  type MetricStat,
} from '@aws-sdk/client-cloudwatch';
import { pagesOf, partOf } from './answers.ts';
import type { Alarm, CloudWatch, Traffic, TrafficPlace } from './aws.ts';
import type { Extend } from './clients.ts';
import { explaining } from './errors.ts';
import { type Measured, type MetricQuery, queriesOf, shapeTraffic } from './traffic-metrics.ts';

/** Adds CloudWatch. */
export const readMetrics: Extend = (aws, { config, prepare }) => ({
  ...aws,
  cloudWatch: createCloudWatch(prepare(new CloudWatchClient(config)), aws.now),
});

/** CloudWatch over the SDK's client. @param awsTime AWS's time, in epoch milliseconds */
export function createCloudWatch(client: CloudWatchClient, awsTime: () => number): CloudWatch {
  return {
    readTraffic: (places, since) =>
      explaining('cloudwatch:GetMetricData', () => readTraffic(client, awsTime, places, since)),
    listAlarms: (names) => explaining('cloudwatch:DescribeAlarms', () => listAlarms(client, names)),
  };
}

async function readTraffic(
  client: CloudWatchClient,
  awsTime: () => number,
  places: readonly TrafficPlace[],
  since: number,
): Promise<Traffic> {
  const queries = queriesOf(places);
  const measured: Measured[] = [];
  // GetMetricData takes at most 500 metrics.
  for (let first = 0; first < queries.length; first += 500)
    measured.push(...(await measure(client, awsTime, queries.slice(first, first + 500), since)));
  return shapeTraffic(places, measured, since, awsTime());
}

async function measure(
  client: CloudWatchClient,
  awsTime: () => number,
  queries: readonly MetricQuery[],
  since: number,
): Promise<readonly Measured[]> {
  const request = {
    MetricDataQueries: queries.map((query, index) => ({ Id: `m${index}`, MetricStat: statOf(query) })),
    StartTime: new Date(since),
    // In the future, where there is nothing yet, so that a clock that is slow hides no minute.
    EndTime: new Date(Math.max(awsTime(), since) + 3 * 3600_000),
    ScanBy: 'TimestampAscending' as const,
  };
  const read = (NextToken: string | undefined) => client.send(new GetMetricDataCommand({ ...request, NextToken }));
  const found = new Map<string | undefined, MetricDataResult[]>();
  for await (const page of pagesOf(read, 'NextToken'))
    for (const result of partOf(page, 'MetricDataResults'))
      found.set(result.Id, [...(found.get(result.Id) ?? []), result]);
  return queries.map((query, index) => {
    const parts = found.get(`m${index}`) ?? [];
    return {
      query,
      // A metric that goes on says PartialData on each page but its last.
      complete: parts.at(-1)?.StatusCode === 'Complete',
      values: new Map(
        parts.flatMap(({ Timestamps = [], Values = [] }) =>
          Timestamps.map((time, at): [number, number] => [time.getTime(), Values[at] ?? 0]),
        ),
      ),
    };
  });
}

function statOf({ metric, statistic, dimensions }: MetricQuery): MetricStat {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Metric: { Namespace: 'AWS/ApplicationELB', MetricName: metric, Dimensions }, Period: 60, Stat: statistic };
}

async function listAlarms(client: CloudWatchClient, names: readonly string[]): Promise<readonly Alarm[]> {
  const alarms: Alarm[] = [];
  // DescribeAlarms takes at most 100 names, and without any it lists all alarms.
  for (let first = 0; first < names.length; first += 100) {
    const request = {
      AlarmNames: names.slice(first, first + 100),
      AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const],
    };
    const read = (NextToken: string | undefined) => client.send(new DescribeAlarmsCommand({ ...request, NextToken }));
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pagesOf(read, 'NextToken'))
      for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
        const { AlarmName = '', StateValue = '', StateReason = '' } = alarm;
        // The state cannot have changed after the last update.
        const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
        alarms.push({ name: AlarmName, state: StateValue, since, reason: StateReason });
      }
  }
  return alarms;
}
