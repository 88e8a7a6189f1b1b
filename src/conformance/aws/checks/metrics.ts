import type { Check } from '../../check.ts';
import { pollUntil } from '../../clock.ts';
import { remember } from '../../remember.ts';
import type { Scene } from '../scene.ts';
import { from, untilAll } from '../sightings.ts';
import { sendRequests } from '../traffic.ts';
import { setWeights, split } from '../weights.ts';

/** What CloudWatch says about requests that the checks sent themselves. */
export const metricChecks: readonly Check<Scene>[] = [
  {
    id: 'metrics-lag',
    promise: 'CloudWatch has all requests of a minute 120 s after its end, and Watch Canary counts them only then.',
    look: 'GetMetricData of blue’s RequestCount every five seconds after 120 requests, until they are all there.',
    expected: 'complete within 120 s',
    see: async (scene) => {
      const { lastMissing, partial } = await counts(scene);
      const within = lastMissing <= 120;
      const parts = partial.length === 0 ? 'at once' : `in parts (first ${partial.join(', then ')})`;
      return {
        answer: within ? 'complete within 120 s' : 'complete later',
        detail: `still incomplete after ${Math.max(0, lastMissing).toFixed(0)} s, arrived ${parts}`,
      };
    },
  },
  {
    id: 'metrics-exact',
    promise: 'RequestCount of a target group counts every request of a user, and no health check.',
    look: 'The sum for blue, compared with the requests that were answered.',
    expected: 'the number of requests',
    see: async (scene) => {
      const { sent, blue } = await counts(scene);
      return { answer: blue === sent ? 'the number of requests' : 'another number', detail: `${blue} of ${sent}` };
    },
  },
  {
    id: 'no-requests',
    promise: 'A target group without requests has no RequestCount.',
    look: 'The RequestCount of green in those minutes, in which it had weight 0.',
    expected: 'no point',
    allowed: { '0': 'Watch Canary takes both for no requests.' },
    see: async (scene) => ({ answer: (await counts(scene)).green }),
  },
  {
    id: 'no-errors',
    promise: 'Where there was no error, there is no count of errors.',
    look: 'HTTPCode_Target_5XX_Count of blue in those minutes.',
    expected: 'no point',
    allowed: { '0': 'Watch Canary takes both for no errors.' },
    see: async (scene) => ({ answer: (await counts(scene)).errors }),
  },
];

interface Counts {
  readonly sent: number;
  readonly blue: number;
  /** Sums other than the last, in the order in which they were seen. */
  readonly partial: readonly number[];
  /** Seconds after the last minute's end at which requests were last seen to be missing. */
  readonly lastMissing: number;
  readonly green: string;
  readonly errors: string;
}

const minute = 60_000;

const counts = remember(async (scene: Scene): Promise<Counts> => {
  const { clock } = scene.target;
  await setWeights(scene, split(scene, 100, 0));
  await untilAll(scene, 'blue served alone', from('1'));
  const begin = Math.ceil((clock.now() + 1000) / minute) * minute;
  await clock.sleep((begin - clock.now()) / 1000 + 2);
  const answers = await sendRequests(scene, 120);
  const sent = answers.filter(({ status }) => status !== 0).length;
  const end = Math.ceil(clock.now() / minute) * minute;
  const sums: number[] = [];
  let lastMissing = 0;
  const look = async (): Promise<number> => {
    const askedAt = clock.now();
    const sum = total(await readPoints(scene, scene.blueGroup, 'RequestCount', begin, end));
    if (sum !== sums.at(-1)) sums.push(sum);
    if (sum < sent) lastMissing = (askedAt - end) / 1000;
    return sum;
  };
  const blue = await pollUntil(clock, 'CloudWatch had all requests', look, (sum) => sum >= sent, { seconds: 1200 });
  const read = async (group: string, metric: string): Promise<string> => {
    const points = await readPoints(scene, group, metric, begin, end);
    return points.length === 0 ? 'no point' : `${total(points)}`;
  };
  return {
    ...{ sent, blue, lastMissing },
    partial: sums.filter((sum) => sum > 0 && sum < sent),
    green: await read(scene.greenGroup, 'RequestCount'),
    errors: await read(scene.blueGroup, 'HTTPCode_Target_5XX_Count'),
  };
});

async function readPoints(
  { target, network }: Scene,
  group: string,
  MetricName: string,
  begin: number,
  end: number,
): Promise<readonly number[]> {
  const Dimensions = [
    { Name: 'TargetGroup', Value: group.slice(group.indexOf('targetgroup/')) },
    { Name: 'LoadBalancer', Value: network.loadBalancerArn.slice(network.loadBalancerArn.indexOf('app/')) },
  ];
  const Metric = { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions };
  const { MetricDataResults = [] } = await target.cloudWatch.getMetricData({
    MetricDataQueries: [{ Id: 'checked', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
    StartTime: new Date(begin),
    EndTime: new Date(end),
  });
  return MetricDataResults.flatMap(({ Values = [] }) => Values);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
