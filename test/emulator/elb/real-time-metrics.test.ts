import { afterAll, beforeAll, expect, it } from 'vitest';
import { slotMs } from '../../../src/emulator/contract/metrics.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  createRule,
  openScene,
  type Scene,
  untilHealthy,
  urlOf,
} from '../scene.ts';

let scene: Scene;
let url: string;
let balancer: string;

beforeAll(async () => {
  scene = await openScene({ timeScale: 1000 });
  balancer = await createLoadBalancer(scene);
  const listener = await createListener(scene, balancer);
  const group = await createGroup(scene, 'slow');
  const ip = await scene.startTask('slow', ({ headers }, response) => {
    const isCheck = headers['user-agent']?.startsWith('ELB-HealthChecker');
    setTimeout(() => response.end('slow'), isCheck ? 0 : 100);
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
it('an answer counts as long after its request as it really took, however fast emulated time runs', async () => {
  await (await fetch(url)).text();
  const [asked] = slotsOf('RequestCount');
  const [answered] = slotsOf('HTTPCode_Target_2XX_Count');
  expect((answered ?? 0) - (asked ?? 0)).toBeLessThanOrEqual(1);
  expect(slotsOf('TargetResponseTime')).toEqual([answered]);
});

it('a probe is answered but not counted', async () => {
  const before = slotsOf('RequestCount');
  const answer = await fetch(url, { headers: { 'x-emulator-uncounted': '1' } });
  expect([answer.status, await answer.text()]).toEqual([200, 'slow']);
  expect(slotsOf('RequestCount')).toEqual(before);
  expect(scene.emulator.traffic()).toHaveLength(2);
});
