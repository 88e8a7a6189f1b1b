import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
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
} from '../scene.ts';

let scene: Scene;
let balancer: string;
let url: string;
const groups: Record<string, string> = {};

beforeAll(async () => {
  scene = await openScene({ timeScale: 100 });
  balancer = await createLoadBalancer(scene);
  const listener = await createListener(scene, balancer);
  groups['ok'] = await createServedGroup(scene, 'ok');
  for (const name of ['failing', 'gone', 'broken', 'empty']) groups[name] = await createGroup(scene, name);
  const register = (name: string, Id: string) =>
    scene.elb.registerTargets({ TargetGroupArn: groups[name] ?? '', Targets: [{ Id, Port: 80 }] });
  const isCheck = (agent = '') => agent.startsWith('ELB-HealthChecker');
  await register(
    'failing',
    await scene.startTask('failing', ({ headers }, response) => {
      response.writeHead(isCheck(headers['user-agent']) ? 200 : 500).end('failing');
    }),
  );
  await register(
    'broken',
    await scene.startTask('broken', ({ headers, socket }, response) => {
      if (isCheck(headers['user-agent'])) response.end();
      else socket.destroy();
    }),
  );
  await register('gone', '10.9.9.9');
  for (const [index, name] of Object.keys(groups).entries())
    await createRule(scene, listener, [{ TargetGroupArn: groups[name] ?? '' }], {
      Priority: 10 + index,
      Conditions: [{ Field: 'path-pattern', Values: [`/${name}`] }],
    });
  await scene.elb.createRule({
    ListenerArn: listener,
    Priority: 50,
    Conditions: [{ Field: 'path-pattern', Values: ['/moved'] }],
    Actions: [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302', Path: '/ok' } }],
  });
  await untilHealthy(scene, groups['ok'] ?? '', groups['failing'] ?? '', groups['broken'] ?? '');
  await until(
    () => measured('UnHealthyHostCount', 'gone'),
    ({ last }) => last === 1,
  );
  url = urlOf(scene, listener);
  for (const path of ['ok', 'ok', 'ok', 'failing', 'failing', 'gone', 'broken', 'empty', 'nowhere', 'nowhere'])
    await countAnswers(`${url}/${path}`, 1);
  await countAnswers(`${url}/moved`, 1, { redirect: 'manual' });
  // The emulated clock moves with the real one, so the last slot is over soon.
  await until(
    () => measured('RequestCount', 'ok').total,
    (total) => total === 3,
  );
});
afterAll(() => scene?.close());

/** What was measured so far of a group, or of the load balancer. */
function measured(name: string, group?: string): { readonly total: number; readonly last: number | undefined } {
  const LoadBalancer = balancer.replace(/^.*:loadbalancer\//, '');
  const dimensions = { LoadBalancer, ...(group && { TargetGroup: (groups[group] ?? '').replace(/^.*:/, '') }) };
  const metric = scene.emulator.world.elb.findMetric({ namespace: 'AWS/ApplicationELB', name, dimensions });
  const slots = [...(metric?.samples(0, Number.MAX_SAFE_INTEGER).values() ?? [])];
  return { total: slots.reduce((total, { sum }) => total + sum, 0), last: slots.at(-1)?.maximum };
}

describe('a request counts', () => {
  it.each([
    ['RequestCount', { ok: 3, failing: 2, gone: 1, broken: 1, empty: 0 }, 7],
    ['HTTPCode_Target_2XX_Count', { ok: 3, failing: 0, gone: 0, broken: 0 }, 3],
    ['HTTPCode_Target_5XX_Count', { ok: 0, failing: 2, gone: 0, broken: 0, empty: 0 }, 2],
    ['TargetConnectionErrorCount', { ok: 0, failing: 0, gone: 1, broken: 0 }, 1],
  ])('as %s of its group, and of the load balancer', (name, ofGroups, ofAll) => {
    const seen = Object.keys(ofGroups).map((group) => [group, measured(name, group).total]);
    expect(Object.fromEntries(seen)).toEqual(ofGroups);
    expect(measured(name).total).toBe(ofAll);
  });

  it.each([
    ['HTTPCode_ELB_5XX_Count', 3],
    ['HTTPCode_ELB_502_Count', 2],
    ['HTTPCode_ELB_503_Count', 1],
    ['HTTPCode_ELB_504_Count', 0],
    ['HTTPCode_ELB_4XX_Count', 2],
    ['HTTPCode_ELB_3XX_Count', 1],
    ['HTTP_Redirect_Count', 1],
    ['HTTP_Fixed_Response_Count', 2],
  ])('as %s of the load balancer alone', (name, expected) => {
    expect(measured(name).total).toBe(expected);
  });

  it('with the time that its target took', () => {
    expect(measured('TargetResponseTime', 'ok').total).toBeGreaterThan(0);
    expect(measured('TargetResponseTime', 'gone').total).toBe(0);
  });
});

it('targets count by their health, while the group has any', () => {
  expect(measured('HealthyHostCount', 'ok').last).toBe(1);
  expect(measured('UnHealthyHostCount', 'ok').last).toBe(0);
  expect(measured('HealthyHostCount', 'gone').last).toBe(0);
  expect(measured('HealthyHostCount', 'empty').last).toBeUndefined();
});

it('a target that leaves is counted no more', async () => {
  await scene.elb.modifyTargetGroupAttributes({
    TargetGroupArn: groups['failing'] ?? '',
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '0' }],
  });
  const { TargetHealthDescriptions } = await scene.elb.describeTargetHealth({
    TargetGroupArn: groups['failing'] ?? '',
  });
  const Targets = (TargetHealthDescriptions ?? []).map(({ Target }) => Target ?? { Id: '' });
  await scene.elb.deregisterTargets({ TargetGroupArn: groups['failing'] ?? '', Targets });
  const LoadBalancer = balancer.replace(/^.*:loadbalancer\//, '');
  const dimensions = { LoadBalancer, TargetGroup: (groups['failing'] ?? '').replace(/^.*:/, '') };
  const metric = scene.emulator.world.elb.findMetric({
    namespace: 'AWS/ApplicationELB',
    name: 'HealthyHostCount',
    dimensions,
  });
  const left = scene.emulator.world.clock.now().getTime();
  await scene.emulator.world.clock.sleep(60);
  expect(metric?.samples(left - 60_000, left).size).toBeGreaterThan(0);
  expect(metric?.samples(left + 30_000, Number.MAX_SAFE_INTEGER).size).toBe(0);
});

it.each([
  ['RequestCount', { AvailabilityZone: 'us-east-1a' }],
  ['NewConnectionCount', { LoadBalancer: 'app/shop/1' }],
  ['HTTPCode_ELB_5XX_Count', { LoadBalancer: 'app/shop/1', TargetGroup: 'targetgroup/a/1' }],
])('%s by other dimensions is not measured', (name, dimensions) => {
  const metric = { namespace: 'AWS/ApplicationELB', name, dimensions } as const;
  expect(scene.emulator.world.elb.findMetric(metric as never)).toBeUndefined();
});

describe('a group without requests', () => {
  it.each([
    [false, 0],
    [true, 1],
  ])('has a RequestCount of 0 or none, by the option', async (reportZeroRequests, expected) => {
    const other = await openScene({ timeScale: 100, reportZeroRequests });
    const arn = await createLoadBalancer(other);
    const listener = await createListener(other, arn);
    const [busy, idle] = [await createServedGroup(other, 'busy'), await createServedGroup(other, 'idle')];
    await createRule(other, listener, [
      { TargetGroupArn: busy, Weight: 1 },
      { TargetGroupArn: idle, Weight: 0 },
    ]);
    await untilHealthy(other, busy, idle);
    await countAnswers(urlOf(other, listener), 4);
    const samplesOf = (name: string, group: string) => {
      const dimensions = {
        LoadBalancer: arn.replace(/^.*:loadbalancer\//, ''),
        TargetGroup: group.replace(/^.*:/, ''),
      };
      const metric = other.emulator.world.elb.findMetric({ namespace: 'AWS/ApplicationELB', name, dimensions });
      return [...(metric?.samples(0, Number.MAX_SAFE_INTEGER).values() ?? [])];
    };
    const sumOf = (name: string, group: string) => samplesOf(name, group).reduce((total, { sum }) => total + sum, 0);
    expect([sumOf('RequestCount', busy), sumOf('RequestCountPerTarget', busy)]).toEqual([4, 4]);
    expect(sumOf('RequestCount', idle)).toBe(0);
    expect(Math.min(1, samplesOf('RequestCount', idle).length)).toBe(expected);
    await other.close();
  });
});
