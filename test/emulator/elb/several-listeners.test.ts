import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  countAnswers,
  createLoadBalancer,
  createRule,
  createServedGroup,
  openScene,
  type Scene,
  untilHealthy,
  urlOf,
} from '../scene.ts';

let scene: Scene;
let loadBalancer: string;
let groups: { readonly blue: string; readonly green: string };

beforeEach(async () => {
  scene = await openScene();
  loadBalancer = await createLoadBalancer(scene);
  groups = { blue: await createServedGroup(scene, 'blue'), green: await createServedGroup(scene, 'green') };
});
afterEach(() => scene.close());

const split = (blue: number, green: number) => ({
  Type: 'forward' as const,
  ForwardConfig: {
    TargetGroups: [
      { TargetGroupArn: groups.blue, Weight: blue },
      { TargetGroupArn: groups.green, Weight: green },
    ],
  },
});
const toHttps = {
  Type: 'redirect' as const,
  RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' as const },
};
const up = { Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200', MessageBody: 'up' } };

async function listen(Protocol: 'HTTP' | 'HTTPS', Port: number, action: typeof toHttps | ReturnType<typeof split>) {
  const certificate = { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x' };
  const { Listeners } = await scene.elb.createListener({
    LoadBalancerArn: loadBalancer,
    Protocol,
    Port,
    ...(Protocol === 'HTTPS' ? { Certificates: [certificate] } : {}),
    DefaultActions: [action],
  });
  return Listeners?.[0]?.ListenerArn ?? '';
}

async function openThree() {
  const plain = await listen('HTTP', 80, toHttps);
  const secure = await listen('HTTPS', 443, split(1, 0));
  const inside = await listen('HTTP', 8080, split(0, 1));
  await createRule(scene, plain, [], {
    Conditions: [{ Field: 'path-pattern', Values: ['/up'] }],
    Actions: [up],
  });
  await createRule(scene, secure, [{ TargetGroupArn: groups.green }], {
    Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-test', Values: ['1'] } }],
  });
  await untilHealthy(scene, groups.blue, groups.green);
  return { plain, secure, inside };
}

it('the listeners of a load balancer each have rules and a default action of their own', async () => {
  const { plain, secure, inside } = await openThree();
  const { Listeners } = await scene.elb.describeListeners({ LoadBalancerArn: loadBalancer });
  expect(Listeners?.map(({ Protocol, Port }) => `${Protocol} ${Port}`)).toEqual(['HTTP 80', 'HTTPS 443', 'HTTP 8080']);
  const priorities = async (ListenerArn: string) =>
    (await scene.elb.describeRules({ ListenerArn })).Rules?.map(({ Priority }) => Priority);
  expect(await Promise.all([plain, secure, inside].map(priorities))).toEqual([
    ['10', 'default'],
    ['10', 'default'],
    ['default'],
  ]);
  expect(await countAnswers(`${urlOf(scene, plain)}/up`, 2)).toEqual({ up: 2 });
  expect(await countAnswers(urlOf(scene, secure), 2)).toEqual({ blue: 2 });
  expect(await countAnswers(urlOf(scene, secure), 2, { headers: { 'x-test': '1' } })).toEqual({ green: 2 });
  expect(await countAnswers(urlOf(scene, inside), 2, { headers: { 'x-test': '1' } })).toEqual({ green: 2 });
  const listeners = scene.emulator.traffic().map(({ listenerArn }) => listenerArn);
  expect(listeners).toEqual([plain, plain, secure, secure, secure, secure, inside, inside]);
});

it('HTTP redirects to HTTPS, where the request gets its answer', async () => {
  const { plain, secure } = await openThree();
  const ip = await scene.startTask('echo', (request, response) => {
    const { 'x-forwarded-proto': protocol, 'x-forwarded-port': port } = request.headers;
    response.end(`${protocol} ${port} ${request.url}`);
  });
  const { TargetGroups } = await scene.elb.createTargetGroup({
    Name: 'echo',
    Protocol: 'HTTP',
    Port: 80,
    VpcId: 'vpc-1',
    TargetType: 'ip',
  });
  const echo = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await scene.elb.registerTargets({ TargetGroupArn: echo, Targets: [{ Id: ip, Port: 80 }] });
  await scene.elb.modifyListener({
    ListenerArn: secure,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: echo }],
  });
  await untilHealthy(scene, echo);
  const answer = await fetch(`${urlOf(scene, plain)}/cart?item=1%202`, { redirect: 'manual' });
  const location = answer.headers.get('location') ?? '';
  expect([answer.status, location]).toEqual([301, 'https://127.0.0.1:443/cart?item=1%202']);
  const followed = await fetch(location.replace('https://127.0.0.1:443', urlOf(scene, secure)));
  expect(await followed.text()).toBe('https 443 /cart?item=1%202');
});

it('changing or deleting one listener leaves the others as they are', async () => {
  const { plain, secure, inside } = await openThree();
  await scene.elb.modifyListener({ ListenerArn: secure, DefaultActions: [split(1, 1)] });
  expect(await countAnswers(urlOf(scene, secure), 4)).toEqual({ blue: 2, green: 2 });
  expect(await countAnswers(urlOf(scene, inside), 2)).toEqual({ green: 2 });
  const insideUrl = urlOf(scene, inside);
  await scene.elb.deleteListener({ ListenerArn: inside });
  await expect(fetch(insideUrl)).rejects.toThrow();
  expect(await countAnswers(urlOf(scene, secure), 2)).toEqual({ blue: 1, green: 1 });
  expect(await countAnswers(`${urlOf(scene, plain)}/up`, 1)).toEqual({ up: 1 });
});

it('two listeners of a load balancer never share a port', async () => {
  const { inside } = await openThree();
  await expect(scene.elb.modifyListener({ ListenerArn: inside, Port: 443 })).rejects.toMatchObject({
    name: 'DuplicateListenerException',
  });
});
