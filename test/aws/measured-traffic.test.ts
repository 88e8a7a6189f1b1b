import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CloudWatch } from '../../src/aws/aws.ts';
import { connectToAws } from '../../src/aws/clients.ts';
import { readMetrics } from '../../src/aws/cloud-watch.ts';
import {
  clientSettings,
  countAnswers,
  createGroup,
  createListener,
  createLoadBalancer,
  createRule,
  createServedGroup,
  openScene,
  type Scene,
  until,
  untilHealthy,
  urlOf,
} from '../emulator/scene.ts';

let scene: Scene;
let cloudWatch: CloudWatch;
let since: number;
let balancer: string;
let blue: string;
let green: string;
let idle: string;

/** Blue serves well; green answers every other request with an error; nobody is sent to idle. */
beforeAll(async () => {
  scene = await openScene({ timeScale: 600, pageSize: 1, reportZeroRequests: true });
  const aws = connectToAws('us-east-1', [], clientSettings(scene.emulator.url), readMetrics);
  cloudWatch = aws.cloudWatch as CloudWatch;
  balancer = await createLoadBalancer(scene);
  const listener = await createListener(scene, balancer);
  [blue, green, idle] = [
    await createServedGroup(scene, 'blue'),
    await createGroup(scene, 'green'),
    await createServedGroup(scene, 'idle'),
  ];
  let served = 0;
  const Id = await scene.startTask('green', ({ headers }, response) => {
    const isCheck = headers['user-agent']?.startsWith('ELB-HealthChecker');
    response.writeHead(!isCheck && ++served % 2 === 0 ? 500 : 200).end('green');
  });
  await scene.elb.registerTargets({ TargetGroupArn: green, Targets: [{ Id, Port: 80 }] });
  await createRule(scene, listener, [
    { TargetGroupArn: blue, Weight: 80 },
    { TargetGroupArn: green, Weight: 20 },
    { TargetGroupArn: idle, Weight: 0 },
  ]);
  await untilHealthy(scene, blue, green, idle);
  since = scene.emulator.world.clock.now().getTime() - 60_000;
  await countAnswers(urlOf(scene, listener), 50);
}, 120_000);
afterAll(() => scene?.close());

it('what CloudWatch says is what the load balancer did', async () => {
  const places = [{ loadBalancerArn: balancer, targetGroupArns: [blue, green, idle] }];
  const total = <T>(minutes: readonly T[] = [], of: (minute: T) => number) =>
    minutes.reduce((sum, minute) => sum + of(minute), 0);
  const traffic = await until(
    () => cloudWatch.readTraffic(places, since),
    ({ loadBalancers }) => total(loadBalancers[balancer], ({ requests }) => requests) === 50,
  );
  const { groups, incomplete, now, until: end } = traffic;
  expect(incomplete).toEqual([]);
  expect(groups[idle]).toEqual([]);
  expect([blue, green].map((group) => total(groups[group], ({ requests }) => requests))).toEqual([40, 10]);
  expect([blue, green].map((group) => total(groups[group], ({ answers }) => answers['2xx']))).toEqual([40, 5]);
  expect([blue, green].map((group) => total(groups[group], ({ answers }) => answers['5xx']))).toEqual([0, 5]);
  expect(groups[green]?.[0]).toMatchObject({ connectionErrors: 0, seconds: { p90: expect.any(Number) } });
  expect(end).toBeLessThanOrEqual(now - 120_000);
  // Emulated time is far ahead of the worker's.
  expect(now - Date.now()).toBeGreaterThan(60_000);
  const { operation, userAgent } = scene.emulator.calls().findLast(({ service }) => service === 'cloudwatch') ?? {};
  expect([operation, userAgent]).toEqual(['GetMetricData', expect.stringContaining('aws-sdk-js')]);
}, 60_000);

it('an alarm is read in the state that it has', async () => {
  const { world } = scene.emulator;
  const settings = { MetricName: 'RequestCount', Namespace: 'AWS/ApplicationELB', EvaluationPeriods: 1 };
  for (const AlarmName of ['errors', 'latency'])
    await world.invoke('cloudwatch', 'PutMetricAlarm', { ...settings, AlarmName, ComparisonOperator: 'x' });
  const state = { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'too many' };
  await world.invoke('cloudwatch', 'SetAlarmState', state);
  expect(await cloudWatch.listAlarms(['errors', 'latency', 'nobody'])).toMatchObject([
    { name: 'errors', state: 'ALARM', reason: 'too many' },
    { name: 'latency', state: 'INSUFFICIENT_DATA' },
  ]);
});

it('a missing permission is told with its name', async () => {
  scene.emulator.faults.add({ kind: 'access-denied', operation: 'GetMetricData', occurrence: 1 });
  const places = [{ loadBalancerArn: balancer, targetGroupArns: [blue] }];
  await expect(cloudWatch.readTraffic(places, since)).rejects.toMatchObject({
    code: 'aws-access-denied',
    message: expect.stringContaining('cloudwatch:GetMetricData failed: AccessDenied'),
    hint: expect.stringContaining('Allow cloudwatch:GetMetricData'),
  });
});

it('a group of which CloudWatch loses a part is left out', async () => {
  scene.emulator.faults.add({ kind: 'partial-data', operation: 'GetMetricData', occurrence: 1 });
  const places = [{ loadBalancerArn: balancer, targetGroupArns: [blue] }];
  const { groups, incomplete } = await cloudWatch.readTraffic(places, since);
  expect([groups[blue], incomplete]).toEqual([[], [balancer, blue]]);
});
