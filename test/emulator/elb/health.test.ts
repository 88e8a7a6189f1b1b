import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  createRule,
  createServedGroup,
  healthOf,
  openScene,
  type Scene,
  until,
  untilHealthy,
  urlOf,
} from '../scene.ts';

let scene: Scene;
let listener: string;

async function open(options: Parameters<typeof openScene>[0] = {}): Promise<void> {
  scene = await openScene(options);
  listener = await createListener(scene, await createLoadBalancer(scene));
}

beforeEach(() => open());
afterEach(() => scene.close());

const register = (group: string, ip: string) =>
  scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] });
const drainFor = (TargetGroupArn: string, seconds: number) =>
  scene.elb.modifyTargetGroupAttributes({
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(seconds) }],
  });
const reaches = (group: string, ...states: string[]) =>
  until(
    () => healthOf(scene, group),
    (seen) => seen.join() === states.join(),
  );

it('a target is unused until its group is attached, then initial, then healthy, and unused again', async () => {
  const group = await createServedGroup(scene, 'blue');
  expect(await healthOf(scene, group)).toEqual(['unused Target.NotInUse']);
  expect(scene.emulator.world.elb.isAttached(group)).toBe(false);
  const rule = await createRule(scene, listener, [{ TargetGroupArn: group, Weight: 0 }]);
  expect((await healthOf(scene, group))[0]).toMatch(/^initial|^healthy/);
  expect(scene.emulator.world.elb.isAttached(group)).toBe(true);
  await reaches(group, 'healthy');
  await scene.elb.deleteRule({ RuleArn: rule });
  expect(await healthOf(scene, group)).toEqual(['unused Target.NotInUse']);
});

it('a target starts as initial', async () => {
  const slow = await openScene({ timeScale: 0.1 });
  try {
    const group = await createServedGroup(slow, 'blue');
    await createRule(slow, await createListener(slow, await createLoadBalancer(slow)), [{ TargetGroupArn: group }]);
    expect(await healthOf(slow, group)).toEqual(['initial Elb.RegistrationInProgress']);
    const { TargetHealthDescriptions } = await slow.elb.describeTargetHealth({
      TargetGroupArn: group,
      Targets: [{ Id: '10.9.9.9', Port: 80 }],
    });
    expect(TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotRegistered',
    });
  } finally {
    await slow.close();
  }
});

it('a target with wrong answers becomes unhealthy, and healthy again after the threshold of good answers', async () => {
  const group = await createGroup(scene, 'blue');
  let status = 200;
  let checks = 0;
  const ip = await scene.startTask('v1', (request, response) => {
    checks += 1;
    expect(request.headers['user-agent']).toBe('ELB-HealthChecker/2.0');
    response.writeHead(status).end();
  });
  await register(group, ip);
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await reaches(group, 'healthy');
  status = 500;
  await reaches(group, 'unhealthy Target.ResponseCodeMismatch');
  status = 200;
  checks = 0;
  await reaches(group, 'healthy');
  expect(checks).toBeGreaterThanOrEqual(2);
});

it('a target that refuses connections fails its checks, and one without a task times out', async () => {
  const group = await createGroup(scene, 'blue');
  const { network } = scene.emulator.world;
  const dead = network.allocateIp();
  network.bind(dead, 80, { localPort: await closedPort(), taskArn: 't', taskDefinitionArn: 'd', taskSetId: 's' });
  await register(group, dead);
  await register(group, network.allocateIp());
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await reaches(group, 'unhealthy Target.FailedHealthChecks', 'unhealthy Target.Timeout');
});

it('a target that never answers times out', async () => {
  await scene.close();
  await open({ leastTimeoutMs: 100 });
  const group = await createGroup(scene, 'blue');
  await register(group, await scene.startTask('v1', () => {}));
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await reaches(group, 'unhealthy Target.Timeout');
});

it('a deregistered target drains without new requests, then disappears; registered again it starts over', async () => {
  const group = await createServedGroup(scene, 'blue');
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await untilHealthy(scene, group);
  await drainFor(group, 3600);
  const { TargetHealthDescriptions } = await scene.elb.describeTargetHealth({ TargetGroupArn: group });
  const Targets = [{ Id: TargetHealthDescriptions?.[0]?.Target?.Id, Port: 80 }];
  await scene.elb.deregisterTargets({ TargetGroupArn: group, Targets });
  expect(await healthOf(scene, group)).toEqual(['draining Target.DeregistrationInProgress']);
  expect((await fetch(urlOf(scene, listener))).status).toBe(503);
  await scene.elb.registerTargets({ TargetGroupArn: group, Targets });
  await reaches(group, 'healthy');
  expect((await fetch(urlOf(scene, listener))).status).toBe(200);
  await drainFor(group, 20);
  const before = scene.emulator.world.clock.now().getTime();
  await scene.elb.deregisterTargets({ TargetGroupArn: group, Targets });
  await reaches(group);
  expect(scene.emulator.world.clock.now().getTime() - before).toBeGreaterThanOrEqual(19_000);
});

it('checks go to the health check port if the group has one', async () => {
  const group = await createGroup(scene, 'blue');
  await scene.elb.modifyTargetGroup({ TargetGroupArn: group, HealthCheckPort: '9000', HealthCheckPath: '/up' });
  const paths: unknown[] = [];
  const ip = await scene.startTask(
    'v1',
    (request, response) => {
      paths.push(request.url);
      response.end();
    },
    9000,
  );
  await register(group, ip);
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await reaches(group, 'healthy');
  expect(new Set(paths)).toEqual(new Set(['/up']));
});

/** A port at which nothing listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
