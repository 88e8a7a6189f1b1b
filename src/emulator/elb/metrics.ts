import { addSample } from '../contract/distribution.ts';
import { between, type Metric, type MetricName, measure, type Series } from '../contract/metrics.ts';
import { hostSamples } from './host-counts.ts';
import type { ElbState, HostCount, TargetGroupState } from './state.ts';

/** Measures something for a load balancer and, if a group is named, for the group as well, at an emulated time. */
export function measureTraffic(
  state: ElbState,
  name: string,
  place: { readonly loadBalancerArn: string; readonly targetGroupArn?: string },
  time: number,
  value = 1,
): void {
  const LoadBalancer = loadBalancerDimension(place.loadBalancerArn);
  measure(seriesOf(state, name, { LoadBalancer }), time, value);
  if (!place.targetGroupArn) return;
  const TargetGroup = groupDimension(place.targetGroupArn);
  measure(seriesOf(state, name, { LoadBalancer, TargetGroup }), time, value);
}

/** A metric of AWS/ApplicationELB; undefined if the emulator does not measure it with those dimensions. */
export function findMetric(state: ElbState, { namespace, name, dimensions }: MetricName): Metric | undefined {
  const given = Object.keys(dimensions).sort().join(' ');
  if (namespace !== 'AWS/ApplicationELB' || !forms[name]?.includes(given)) return undefined;
  const samples = readers[name] ?? ((...asked) => recorded(name, ...asked));
  return {
    unit: name === 'TargetResponseTime' ? 'Seconds' : 'Count',
    samples: (from, to) => samples(state, dimensions, { from, to }),
  };
}

type Reader = (
  state: ElbState,
  dimensions: MetricName['dimensions'],
  span: { readonly from: number; readonly to: number },
) => Series;

const ofLoadBalancer = ['LoadBalancer'];
const ofGroup = ['LoadBalancer TargetGroup'];
const ofBoth = [...ofLoadBalancer, ...ofGroup];

/** The names of the dimensions, in alphabetical order, with which each metric can be read. */
const forms: Readonly<Record<string, readonly string[]>> = {
  RequestCount: ofBoth,
  RequestCountPerTarget: ofGroup,
  TargetResponseTime: ofBoth,
  TargetConnectionErrorCount: ofBoth,
  HealthyHostCount: ofGroup,
  UnHealthyHostCount: ofGroup,
  HTTP_Fixed_Response_Count: ofLoadBalancer,
  HTTP_Redirect_Count: ofLoadBalancer,
  ...Object.fromEntries(['2XX', '3XX', '4XX', '5XX'].map((codes) => [`HTTPCode_Target_${codes}_Count`, ofBoth])),
  ...Object.fromEntries(
    ['3XX', '4XX', '5XX', '502', '503', '504'].map((codes) => [`HTTPCode_ELB_${codes}_Count`, ofLoadBalancer]),
  ),
};

/** Metrics that are not simply what was recorded under their name. */
const readers: Readonly<Record<string, Reader>> = {
  RequestCount: (state, dimensions, span) => {
    const requests = recorded('RequestCount', state, dimensions, span);
    if (!state.world.options.reportZeroRequests || findGroup(state, dimensions) === undefined) return requests;
    const { LoadBalancer = '' } = dimensions;
    const ofAll = recorded('RequestCount', state, { LoadBalancer }, span);
    return new Map([...ofAll.keys()].map((slot) => [slot, requests.get(slot) ?? addSample(undefined, 0)]));
  },
  RequestCountPerTarget: (state, dimensions, span) => {
    const requests = readers['RequestCount']?.(state, dimensions, span) ?? new Map();
    const healthy = hosts(state, dimensions, span, (count) => count.healthy);
    return new Map(
      [...requests].map(([slot, { sum }]) => [
        slot,
        addSample(undefined, sum / Math.max(1, healthy.get(slot)?.maximum ?? 1)),
      ]),
    );
  },
  HealthyHostCount: (state, dimensions, span) => hosts(state, dimensions, span, ({ healthy }) => healthy),
  UnHealthyHostCount: (state, dimensions, span) => hosts(state, dimensions, span, ({ unhealthy }) => unhealthy),
};

function recorded(
  name: string,
  state: ElbState,
  dimensions: MetricName['dimensions'],
  span: Parameters<Reader>[2],
): Series {
  return between(state.series.get(keyOf(name, dimensions)), span.from, span.to);
}

function hosts(
  state: ElbState,
  dimensions: MetricName['dimensions'],
  span: Parameters<Reader>[2],
  numberOf: (count: HostCount) => number,
): Series {
  const group = findGroup(state, dimensions);
  const balancer = [...state.loadBalancers.keys()].find(
    (arn) => loadBalancerDimension(arn) === dimensions['LoadBalancer'],
  );
  return group && balancer ? hostSamples(state, group, balancer, numberOf, span) : new Map();
}

function findGroup(state: ElbState, { TargetGroup }: MetricName['dimensions']): TargetGroupState | undefined {
  return [...state.targetGroups.values()].find(({ arn }) => groupDimension(arn) === TargetGroup);
}

function seriesOf(state: ElbState, name: string, dimensions: MetricName['dimensions']): Series {
  const key = keyOf(name, dimensions);
  const series = state.series.get(key) ?? new Map();
  state.series.set(key, series);
  return series;
}

function keyOf(name: string, { LoadBalancer, TargetGroup }: MetricName['dimensions']): string {
  return [name, LoadBalancer, TargetGroup].join(' ');
}

/** `app/<name>/<id>`. */
function loadBalancerDimension(arn: string): string {
  return arn.replace(/^.*:loadbalancer\//, '');
}

/** `targetgroup/<name>/<id>`. */
function groupDimension(arn: string): string {
  return arn.replace(/^.*:/, '');
}
