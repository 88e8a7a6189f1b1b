import { CloudWatch, type CloudWatchClientConfig, type GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram, runAwsCli } from '../../support/cross-check.ts';
import {
  clientSettings,
  countAnswers,
  createListener,
  createLoadBalancer,
  createRule,
  createServedGroup,
  openScene,
  type Scene,
  until,
  untilHealthy,
  urlOf,
} from '../scene.ts';

let scene: Scene;
let json: CloudWatch;
let cbor: CloudWatch;
let asked: GetMetricDataInput;

/** Two metrics of two groups, of which blue served 6 requests and green 2. */
beforeAll(async () => {
  scene = await openScene({ timeScale: 600, metricLagSeconds: 0, pageSize: 1 });
  const settings = clientSettings(scene.emulator.url);
  json = new CloudWatch(settings);
  const protocol = SmithyRpcV2CborProtocol as unknown as NonNullable<CloudWatchClientConfig['protocol']>;
  cbor = new CloudWatch({ ...settings, protocol });
  const StartTime = new Date(Math.floor(scene.emulator.world.clock.now().getTime() / 60_000) * 60_000);
  const balancer = await createLoadBalancer(scene);
  const listener = await createListener(scene, balancer);
  const groups = [await createServedGroup(scene, 'blue'), await createServedGroup(scene, 'green')] as const;
  await createRule(scene, listener, [
    { TargetGroupArn: groups[0], Weight: 75 },
    { TargetGroupArn: groups[1], Weight: 25 },
  ]);
  await untilHealthy(scene, ...groups);
  await countAnswers(urlOf(scene, listener), 8);
  const query = (Id: string, MetricName: string, Stat: string, group: string) => {
    const Dimensions = [
      { Name: 'LoadBalancer', Value: balancer.replace(/^.*:loadbalancer\//, '') },
      { Name: 'TargetGroup', Value: group.replace(/^.*:/, '') },
    ];
    const Metric = { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions };
    return { Id, MetricStat: { Metric, Period: 60, Stat } };
  };
  asked = {
    MetricDataQueries: [
      query('blue', 'RequestCount', 'Sum', groups[0]),
      query('green', 'RequestCount', 'Sum', groups[1]),
      query('hosts', 'HealthyHostCount', 'Minimum', groups[0]),
      query('p90', 'TargetResponseTime', 'p90', groups[1]),
      query('none', 'HTTPCode_Target_5XX_Count', 'Sum', groups[1]),
    ],
    StartTime,
    EndTime: new Date(StartTime.getTime() + 50 * 60_000),
    ScanBy: 'TimestampAscending',
  };
  await until(
    () => scene.emulator.world.clock.now().getTime(),
    (now) => now > Number(asked.EndTime) + 180_000,
  );
}, 120_000);
afterAll(async () => {
  json?.destroy();
  cbor?.destroy();
  await scene?.close();
});

/** All pages: the points of each query, as time and value. */
async function read(client: CloudWatch): Promise<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  let NextToken: string | undefined;
  do {
    const page = await client.getMetricData({ ...asked, NextToken });
    for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
      const points = Timestamps.map((time, index) => `${time.toISOString()} ${Values[index]}`);
      found[Id] = [...(found[Id] ?? []), ...points];
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

const sum = (points: readonly string[] = []) => points.reduce((total, point) => total + Number(point.split(' ')[1]), 0);

it('the figures are those of the traffic', async () => {
  const found = await read(json);
  expect([sum(found['blue']), sum(found['green']), found['none']]).toEqual([6, 2, []]);
  expect(found['hosts']?.length).toBeGreaterThan(40);
  expect(found['hosts']?.at(-1)).toMatch(/ 1$/);
  expect(sum(found['p90'])).toBeGreaterThan(0);
  expect(new Set(found['blue']?.map((point) => point.slice(17, 24)))).toEqual(new Set(['00.000Z']));
  expect(scene.emulator.calls().at(-1)).toMatchObject({ service: 'cloudwatch', operation: 'GetMetricData' });
});

it('a client that speaks CBOR reads the same', async () => {
  expect(await read(cbor)).toEqual(await read(json));
});

it('a client that speaks AWS query reads the same', async () => {
  const form = new URLSearchParams({
    Action: 'GetMetricData',
    Version: '2010-08-01',
    StartTime: asked.StartTime?.toISOString() ?? '',
    EndTime: asked.EndTime?.toISOString() ?? '',
    ScanBy: 'TimestampAscending',
    'MetricDataQueries.member.1.Id': 'blue',
    'MetricDataQueries.member.1.MetricStat.Period': '60',
    'MetricDataQueries.member.1.MetricStat.Stat': 'Sum',
    'MetricDataQueries.member.1.MetricStat.Metric.Namespace': 'AWS/ApplicationELB',
    'MetricDataQueries.member.1.MetricStat.Metric.MetricName': 'RequestCount',
  });
  for (const [index, { Name, Value }] of (
    asked.MetricDataQueries?.[0]?.MetricStat?.Metric?.Dimensions ?? []
  ).entries()) {
    const member = `MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.${index + 1}`;
    form.set(`${member}.Name`, Name ?? '');
    form.set(`${member}.Value`, Value ?? '');
  }
  const answer = await fetch(scene.emulator.url, { method: 'POST', body: form });
  const text = await answer.text();
  expect(text).toContain('xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"');
  const listed = (name: string): readonly string[] => {
    const list = new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1] ?? '';
    return [...list.matchAll(/<member>([^<]*)/g)].map(([, item = '']) => item);
  };
  const times = listed('Timestamps');
  expect(listed('Values').map((value, index) => `${times[index]} ${value}`)).toEqual((await read(json))['blue']);
});

describe.each(['JSON', 'CBOR'])('an error over %s', (name) => {
  const client = () => (name === 'JSON' ? json : cbor);

  it.each([
    [{ name: 'InvalidNextToken' }, () => client().getMetricData({ ...asked, NextToken: 'x' })],
    [
      { name: 'ResourceNotFound' },
      () => client().setAlarmState({ AlarmName: 'x', StateValue: 'OK', StateReason: 'so' }),
    ],
    [
      { name: 'InvalidParameterCombinationException' },
      () => client().describeAlarms({ AlarmNames: ['a'], AlarmNamePrefix: 'b' }),
    ],
    [{ name: 'MissingRequiredParameterException' }, () => client().getMetricData({} as never)],
  ])('has its name: %o', async (expected, call) => {
    await expect(call()).rejects.toMatchObject(expected);
  });

  it('is that of the fault', async () => {
    for (const [kind, expected] of [
      ['access-denied', /^AccessDenied/],
      ['throttle', /^Throttling/],
      ['expired-credentials', /^ExpiredToken/],
    ] as const) {
      scene.emulator.faults.add({ kind, operation: 'GetMetricData', occurrence: 1 });
      await expect(client().getMetricData(asked)).rejects.toMatchObject({ name: expect.stringMatching(expected) });
    }
  });

  it('names an operation that the emulator lacks', async () => {
    await expect(client().listMetrics({})).rejects.toThrow('The emulator does not support cloudwatch:ListMetrics.');
  });
});

it('the fault partial-data loses points, and says so', async () => {
  const [before] = (await json.getMetricData(asked)).MetricDataResults ?? [];
  scene.emulator.faults.add({ kind: 'partial-data', operation: 'GetMetricData', occurrence: 1 });
  const answer = await json.getMetricData(asked);
  expect(answer.NextToken).toBeUndefined();
  for (const { StatusCode } of answer.MetricDataResults ?? []) expect(StatusCode).toBe('PartialData');
  const hosts = answer.MetricDataResults?.find(({ Id }) => Id === 'hosts');
  expect(hosts?.Values?.length).toBeLessThan(20);
  const [after] = (await json.getMetricData(asked)).MetricDataResults ?? [];
  expect(after).toEqual(before);
  expect(() => scene.emulator.faults.add({ kind: 'partial-data', operation: 'DescribeAlarms' })).toThrow(
    'operation must be GetMetricData for the kind partial-data.',
  );
});

describe.runIf(requireProgram('aws'))('the AWS CLI', () => {
  it('reads the same figures', async () => {
    const args = [
      ...['--metric-data-queries', JSON.stringify(asked.MetricDataQueries)],
      ...['--start-time', asked.StartTime?.toISOString() ?? '', '--end-time', asked.EndTime?.toISOString() ?? ''],
      ...['--scan-by', 'TimestampAscending'],
    ];
    const { status, stdout, stderr } = await runAwsCli(scene.emulator.url, ['cloudwatch', 'get-metric-data', ...args]);
    expect([status, stderr]).toEqual([0, '']);
    const results: readonly { Id: string; Timestamps: (string | number)[]; Values: number[] }[] =
      JSON.parse(stdout).MetricDataResults;
    const found: Record<string, string[]> = {};
    for (const { Id, Timestamps, Values } of results) {
      const points = Timestamps.map((time, index) => {
        // Version 1 shows the seconds as they were sent.
        const date = new Date(typeof time === 'number' ? time * 1000 : time);
        return `${date.toISOString()} ${Values[index]}`;
      });
      found[Id] = [...(found[Id] ?? []), ...points];
    }
    expect(found).toEqual(await read(json));
  }, 60_000);

  it('shows an error by its old code', async () => {
    const args = ['cloudwatch', 'describe-alarms', '--alarm-names', 'a', '--alarm-name-prefix', 'b'];
    const { stderr } = await runAwsCli(scene.emulator.url, args);
    expect(stderr).toContain('(InvalidParameterCombination) when calling the DescribeAlarms operation');
  }, 60_000);
});
