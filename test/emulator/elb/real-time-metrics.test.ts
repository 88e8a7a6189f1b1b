import { afterAll, beforeAll, expect, it } from 'vitest';
import { slotMs } from '../../../src/emulator/contract/metrics.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  createRule,
  openScene,
  type Scene,
  until,
  untilHealthy,
  urlOf,
} from '../scene.ts';

/** Ends the answers that are under way. */
const held: (() => void)[] = [];
let scene: Scene;
let url: string;
let balancer: string;

beforeAll(async () => {
  scene = await openScene({ timeScale: 1000, leastTimeoutMs: 60_000 });
  balancer = await createLoadBalancer(scene);
  const listener = await createListener(scene, balancer);
  const group = await createGroup(scene, 'slow');
  const ip = await scene.startTask('slow', ({ headers }, response) => {
    if (headers['user-agent']?.startsWith('ELB-HealthChecker')) response.end();
    else held.push(() => response.end('slow'));
  });
  await scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] });
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await untilHealthy(scene, group);
  url = urlOf(scene, listener);
});
afterAll(() => scene?.close());

/** The slots in which something was measured, by their number. */
function slotsOf(name: string): readonly number[] {
  const dimensions = { LoadBalancer: balancer.replace(/^.*:loadbalancer\//, '') };
  const metric = scene.emulator.world.elb.findMetric({ namespace: 'AWS/ApplicationELB', name, dimensions });
  return [...(metric?.samples(0, Number.MAX_SAFE_INTEGER) ?? [])].map(([slot]) => slot / slotMs);
}

// At a hundred real milliseconds and a thousandfold speed, the answer would count more than a minute after its request.
it('a request and its answer count at the same time, however fast emulated time runs, and only together', async () => {
  const answer = fetch(url);
  await until(
    () => held.length,
    (count) => count === 1,
  );
  expect(slotsOf('RequestCount')).toEqual([]);
  await scene.emulator.world.clock.sleep(200);
  for (const release of held.splice(0)) release();
  expect((await answer).status).toBe(200);
  const asked = slotsOf('RequestCount');
  expect(asked).toHaveLength(1);
  expect(slotsOf('HTTPCode_Target_2XX_Count')).toEqual(asked);
  expect(slotsOf('TargetResponseTime')).toEqual(asked);
});

it('a request without an answer counts after two real seconds', async () => {
  const before = slotsOf('RequestCount').length;
  const answer = fetch(url);
  await until(
    () => slotsOf('RequestCount').length,
    (count) => count > before,
  );
  expect(held).toHaveLength(1);
  for (const release of held.splice(0)) release();
  await answer;
  expect(slotsOf('RequestCount')).toHaveLength(before + 1);
});

it('a probe is answered but not counted', async () => {
  const before = slotsOf('RequestCount');
  const served = scene.emulator.traffic().length;
  const answer = fetch(url, { headers: { 'x-emulator-uncounted': '1' } });
  await until(
    () => held.length,
    (count) => count === 1,
  );
  for (const release of held.splice(0)) release();
  expect(await (await answer).text()).toBe('slow');
  expect(slotsOf('RequestCount')).toEqual(before);
  expect(scene.emulator.traffic()).toHaveLength(served + 1);
});
