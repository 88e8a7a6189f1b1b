import type { GroupMinute, LoadBalancerMinute, Traffic, TrafficPlace } from './aws.ts';

/** One metric of a load balancer or target group. */
export interface MetricQuery {
  readonly arn: string;
  readonly name: GroupMetric | LoadBalancerMetric;
  /** AWS's names of the metric and the statistic. */
  readonly metric: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What CloudWatch said of a metric: its values by the start of their minute. */
export interface Measured {
  readonly query: MetricQuery;
  readonly complete: boolean;
  readonly values: ReadonlyMap<number, number>;
}

/** What has to be asked about these places. */
export function queriesOf(places: readonly TrafficPlace[]): readonly MetricQuery[] {
  return places.flatMap(({ loadBalancerArn, targetGroupArns }) => {
    const LoadBalancer = loadBalancerArn.replace(/^.*:loadbalancer\//, '');
    return [
      ...queries(loadBalancerMetrics, loadBalancerArn, { LoadBalancer }),
      ...targetGroupArns.flatMap((arn) =>
        queries(groupMetrics, arn, { LoadBalancer, TargetGroup: arn.replace(/^.*:/, '') }),
      ),
    ];
  });
}

/** The minutes that begin at `since` or later and will not change any more. */
export function shapeTraffic(
  places: readonly TrafficPlace[],
  measured: readonly Measured[],
  since: number,
  now: number,
): Traffic {
  const until = Math.floor((now - changingMs) / minuteMs) * minuteMs;
  const incomplete = [...new Set(measured.flatMap(({ query, complete }) => (complete ? [] : [query.arn])))];
  const ofPlace = (arn: string) => (incomplete.includes(arn) ? [] : measured.filter(({ query }) => query.arn === arn));
  const isSettled = (start: number) => start >= since && start + minuteMs <= until;
  const minutesOf = <T>(arn: string, shape: (start: number, read: ReadValue) => T): readonly T[] => {
    const own = ofPlace(arn);
    const series = new Map(own.map(({ query, values }) => [query.name as string, values]));
    return minutesWithTraffic(own)
      .filter(isSettled)
      .map((start) => shape(start, (name) => series.get(name)?.get(start)));
  };
  return {
    now,
    until,
    groups: Object.fromEntries(
      places.flatMap(({ targetGroupArns }) => targetGroupArns.map((arn) => [arn, minutesOf(arn, groupMinute)])),
    ),
    loadBalancers: Object.fromEntries(
      places.map(({ loadBalancerArn: arn }) => [arn, minutesOf(arn, loadBalancerMinute)]),
    ),
    targetMinutes: Object.fromEntries(
      places.flatMap(({ targetGroupArns }) =>
        targetGroupArns.map((arn) => [arn, targetMinutes(ofPlace(arn)).filter(isSettled)]),
      ),
    ),
    incomplete,
  };
}

type GroupMetric = keyof typeof groupMetrics;
type LoadBalancerMetric = keyof typeof loadBalancerMetrics;
type ReadValue = (name: GroupMetric | LoadBalancerMetric) => number | undefined;

const minuteMs = 60_000;

/** The last two minutes may still be corrected. */
const changingMs = 2 * minuteMs;

const loadBalancerMetrics = {
  requests: ['RequestCount', 'Sum'],
  own5xx: ['HTTPCode_ELB_5XX_Count', 'Sum'],
  own502: ['HTTPCode_ELB_502_Count', 'Sum'],
  own503: ['HTTPCode_ELB_503_Count', 'Sum'],
  own504: ['HTTPCode_ELB_504_Count', 'Sum'],
} as const;

const groupMetrics = {
  requests: ['RequestCount', 'Sum'],
  '2xx': ['HTTPCode_Target_2XX_Count', 'Sum'],
  '3xx': ['HTTPCode_Target_3XX_Count', 'Sum'],
  '4xx': ['HTTPCode_Target_4XX_Count', 'Sum'],
  '5xx': ['HTTPCode_Target_5XX_Count', 'Sum'],
  unconnected: ['TargetConnectionErrorCount', 'Sum'],
  p50: ['TargetResponseTime', 'p50'],
  p90: ['TargetResponseTime', 'p90'],
  p99: ['TargetResponseTime', 'p99'],
  healthy: ['HealthyHostCount', 'Minimum'],
} as const;

function queries(
  metrics: Readonly<Record<string, readonly [metric: string, statistic: string]>>,
  arn: string,
  dimensions: Readonly<Record<string, string>>,
): readonly MetricQuery[] {
  return Object.entries(metrics).map(([name, [metric, statistic]]) => ({
    arn,
    name: name as MetricQuery['name'],
    metric,
    statistic,
    dimensions,
  }));
}

/** AWS reports a count only where it is not zero, but says so in two ways: by leaving it out, and in RequestCount perhaps by a 0. */
function minutesWithTraffic(measured: readonly Measured[]): readonly number[] {
  const counts = measured.filter(({ query }) => query.statistic === 'Sum');
  const minutes = counts.flatMap(({ values }) => [...values].flatMap(([start, value]) => (value > 0 ? [start] : [])));
  return [...new Set(minutes)].sort((one, other) => one - other);
}

function targetMinutes(measured: readonly Measured[]): readonly number[] {
  return measured.flatMap(({ query, values }) => (query.name === 'healthy' ? [...values.keys()] : []));
}

function groupMinute(start: number, read: ReadValue): GroupMinute {
  const count = (name: GroupMetric): number => read(name) ?? 0;
  const [p50, p90, p99, healthy] = [read('p50'), read('p90'), read('p99'), read('healthy')];
  return {
    start,
    requests: count('requests'),
    answers: { '2xx': count('2xx'), '3xx': count('3xx'), '4xx': count('4xx'), '5xx': count('5xx') },
    connectionErrors: count('unconnected'),
    ...(p50 !== undefined && p90 !== undefined && p99 !== undefined && { seconds: { p50, p90, p99 } }),
    ...(healthy !== undefined && { healthy }),
  };
}

function loadBalancerMinute(start: number, read: ReadValue): LoadBalancerMinute {
  const count = (name: LoadBalancerMetric): number => read(name) ?? 0;
  return {
    start,
    requests: count('requests'),
    errors: { all: count('own5xx'), '502': count('own502'), '503': count('own503'), '504': count('own504') },
  };
}
