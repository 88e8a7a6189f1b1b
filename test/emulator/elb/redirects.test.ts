import type { RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createListener, createLoadBalancer, createRule, openScene, type Scene, urlOf } from '../scene.ts';

let scene: Scene;
let loadBalancer: string;
let listener: string;

beforeEach(async () => {
  scene = await openScene();
  loadBalancer = await createLoadBalancer(scene);
  listener = await createListener(scene, loadBalancer);
});
afterEach(() => scene.close());

type Config = Partial<RedirectActionConfig>;

const redirect = (config: Config) => [
  { Type: 'redirect' as const, RedirectConfig: { StatusCode: 'HTTP_302' as const, ...config } },
];
const redirectTo = (config: Config, listenerArn = listener) =>
  createRule(scene, listenerArn, [], { Actions: redirect(config) });

async function locationFor(request: string): Promise<readonly [number, string | null]> {
  const answer = await fetch(`${urlOf(scene, listener)}${request}`, { redirect: 'manual' });
  return [answer.status, answer.headers.get('location')];
}

it('a redirect fills in what it does not change', async () => {
  await scene.elb.createRule({
    ListenerArn: listener,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', Values: ['/old/*'] }],
    Actions: redirect({ Protocol: 'HTTPS', Port: '443', Path: '/new/#{path}', StatusCode: 'HTTP_301' }),
  });
  expect(await locationFor('/old/a?b=c')).toEqual([301, 'https://127.0.0.1:443/new/old/a?b=c']);
});

const query = 'x=1+2&y=%2f%20&z&empty=&t=~';

it.each([
  ['the protocol alone', { Protocol: 'HTTPS' }, `https://127.0.0.1:80/shop/a%20b?${query}`],
  ['the host', { Host: 'www.#{host}.example' }, `http://www.127.0.0.1.example:80/shop/a%20b?${query}`],
  [
    'the path, by host, port and path',
    { Path: '/#{host}/#{port}/#{path}/end' },
    `http://127.0.0.1:80/127.0.0.1/80/shop/a%20b/end?${query}`,
  ],
  [
    'the query, by every keyword and one of them twice',
    { Port: '81', Query: '#{query}&p=#{path}&at=#{protocol}://#{host}:#{port}&again=#{path}' },
    `http://127.0.0.1:81/shop/a%20b?${query}&p=shop/a%20b&at=http://127.0.0.1:80&again=shop/a%20b`,
  ],
  ['the query to nothing', { Port: '81', Query: '' }, 'http://127.0.0.1:81/shop/a%20b'],
  [
    'what is no keyword to itself',
    { Port: '81', Query: '#{constructor}' },
    'http://127.0.0.1:81/shop/a%20b?#{constructor}',
  ],
])('a redirect changes %s, and leaves the rest as it was sent', async (_what, config: Config, location) => {
  await redirectTo(config);
  expect(await locationFor(`/shop/a%20b?${query}`)).toEqual([302, location]);
});

it('a request without path or query has neither in its location', async () => {
  await redirectTo({ Protocol: 'HTTPS', Port: '443' });
  expect(await locationFor('')).toEqual([302, 'https://127.0.0.1:443/']);
});

it('a redirect is shown with every component', async () => {
  const rule = await redirectTo({ Protocol: 'HTTPS', Port: '443' });
  const { Rules } = await scene.elb.describeRules({ RuleArns: [rule] });
  expect(Rules?.[0]?.Actions).toEqual(
    redirect({ Protocol: 'HTTPS', Port: '443', Host: '#{host}', Path: '/#{path}', Query: '#{query}' }),
  );
});

it.each([
  ['that changes nothing', {}],
  ['that changes the query alone', { Query: 'x=y' }],
  ["to the listener's own protocol and port", { Protocol: 'HTTP', Port: '80' }],
  ['to a protocol that is not of the web', { Protocol: 'TCP' }],
  ['to port 0', { Port: '0' }],
  ['to port 65536', { Port: '65536' }],
  ['to a port in words', { Port: 'http' }],
  ['to a path without a slash', { Path: '#{path}' }],
  ['to a path with the query', { Path: '/#{query}' }],
  ['to a path with the path twice', { Path: '/#{path}/#{path}' }],
])('a redirect %s is refused', async (_what, config: Config) => {
  await expect(redirectTo(config)).rejects.toMatchObject({ name: 'InvalidLoadBalancerActionException' });
});

it('HTTPS is not redirected to HTTP, nor to itself', async () => {
  const { Listeners } = await scene.elb.createListener({
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTPS',
    Port: 443,
    Certificates: [{ CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x' }],
    DefaultActions: redirect({ Host: 'www.#{host}' }),
  });
  const secure = Listeners?.[0]?.ListenerArn;
  for (const config of [
    { Protocol: 'HTTP', Port: '80' },
    { Protocol: 'HTTPS', Port: '443' },
  ]) {
    await expect(redirectTo(config, secure)).rejects.toMatchObject({ name: 'InvalidLoadBalancerActionException' });
  }
  await redirectTo({ Port: '8443' }, secure);
});
