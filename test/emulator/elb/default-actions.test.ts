import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  countAnswers,
  createGroup,
  createListener,
  createLoadBalancer,
  createServedGroup,
  healthOf,
  openScene,
  type Scene,
  untilHealthy,
  urlOf,
} from '../scene.ts';

let scene: Scene;
let loadBalancer: string;
let listener: string;
let blue: string;
let green: string;

beforeEach(async () => {
  scene = await openScene();
  loadBalancer = await createLoadBalancer(scene);
  listener = await createListener(scene, loadBalancer);
  [blue, green] = [await createServedGroup(scene, 'blue'), await createServedGroup(scene, 'green')];
});
afterEach(() => scene.close());

const forward = (groups: TargetGroupTuple[], sticky?: number): Action => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: groups,
    TargetGroupStickinessConfig: sticky ? { Enabled: true, DurationSeconds: sticky } : { Enabled: false },
  },
});
const split = (blueWeight: number, greenWeight: number, sticky?: number) =>
  forward(
    [
      { TargetGroupArn: blue, Weight: blueWeight },
      { TargetGroupArn: green, Weight: greenWeight },
    ],
    sticky,
  );
const write = (DefaultActions: Action[], ListenerArn = listener) =>
  scene.elb.modifyListener({ ListenerArn, DefaultActions });
const shownListener = async (arn = listener) =>
  (await scene.elb.describeListeners({ ListenerArns: [arn] })).Listeners?.[0];
const defaultRule = async (arn = listener) =>
  (await scene.elb.describeRules({ ListenerArn: arn })).Rules?.find(({ IsDefault }) => IsDefault);

async function createSecureListener(DefaultActions: Action[]): Promise<string> {
  const { Listeners } = await scene.elb.createListener({
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTPS',
    Port: 443,
    Certificates: [{ CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x' }],
    DefaultActions,
  });
  return Listeners?.[0]?.ListenerArn ?? '';
}

it('the default action splits exactly by weight as soon as it changes, under the ARN of the default rule', async () => {
  await write([split(3, 1)]);
  await untilHealthy(scene, blue, green);
  expect(await countAnswers(urlOf(scene, listener), 8)).toEqual({ blue: 6, green: 2 });
  await write([split(0, 999)]);
  expect(await countAnswers(urlOf(scene, listener), 4)).toEqual({ green: 4 });
  await write([split(0, 0)]);
  expect((await fetch(urlOf(scene, listener))).status).toBe(503);
  const { RuleArn } = (await defaultRule()) ?? {};
  expect(new Set(scene.emulator.traffic().map(({ ruleArn }) => ruleArn))).toEqual(new Set([RuleArn]));
});

it('the listener, its default rule and the answer to the change show the same default action', async () => {
  const { Listeners } = await write([split(90, 10, 60)]);
  expect(Listeners?.[0]?.DefaultActions).toEqual([split(90, 10, 60)]);
  expect((await shownListener())?.DefaultActions).toEqual([split(90, 10, 60)]);
  expect(await defaultRule()).toEqual({
    RuleArn: expect.stringContaining(':listener-rule/app/shop/'),
    Priority: 'default',
    IsDefault: true,
    Conditions: [],
    Actions: [split(90, 10, 60)],
  });
  await write([{ Type: 'forward', TargetGroupArn: green }]);
  const single = { ...forward([{ TargetGroupArn: green, Weight: 1 }]), TargetGroupArn: green };
  expect((await shownListener())?.DefaultActions).toEqual([single]);
  expect((await defaultRule())?.Actions).toEqual([single]);
});

it('writing default actions replaces all of them, including stickiness; what is not sent stays', async () => {
  await write([split(100, 0, 60)]);
  await scene.elb.modifyListener({ ListenerArn: listener, Port: 81 });
  expect(await shownListener()).toMatchObject({ Port: 81, Protocol: 'HTTP', DefaultActions: [split(100, 0, 60)] });
  await write([{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: green }] } }]);
  const after = await shownListener();
  expect(after).toMatchObject({ Port: 81, DefaultActions: [forward([{ TargetGroupArn: green, Weight: 1 }])] });
});

it('an HTTPS listener keeps certificate and policy when its default action changes, and loses them with HTTPS', async () => {
  const secure = await createSecureListener([split(1, 0)]);
  const { Certificates, SslPolicy } = (await shownListener(secure)) ?? {};
  await write([split(0, 1)], secure);
  expect(await shownListener(secure)).toMatchObject({ Certificates, SslPolicy, DefaultActions: [split(0, 1)] });
  await scene.elb.modifyListener({ ListenerArn: secure, Protocol: 'HTTP' });
  const plain = await shownListener(secure);
  expect(plain).toMatchObject({ Protocol: 'HTTP', DefaultActions: [split(0, 1)] });
  expect(plain).not.toHaveProperty('Certificates');
  expect(plain).not.toHaveProperty('SslPolicy');
});

it('stickiness binds a client to its group of the default action', async () => {
  await write([split(0, 1, 86_400)]);
  await untilHealthy(scene, blue, green);
  const [cookie] = (await fetch(urlOf(scene, listener))).headers.getSetCookie();
  await write([split(1, 0, 86_400)]);
  const headers = { cookie: cookie?.split(';')[0] ?? '' };
  expect(await countAnswers(urlOf(scene, listener), 3, { headers })).toEqual({ green: 3 });
  expect(await countAnswers(urlOf(scene, listener), 3)).toEqual({ blue: 3 });
});

it.each([
  ['a weight of 1000', () => [split(1000, 0)], 'ValidationError'],
  ['a negative weight', () => [split(-1, 1)], 'ValidationError'],
  ['stickiness for more than a week', () => [split(1, 1, 604_801)], 'ValidationError'],
  [
    'one group twice',
    () => [forward([{ TargetGroupArn: blue }, { TargetGroupArn: blue }])],
    'InvalidLoadBalancerActionException',
  ],
  [
    'a group that is gone',
    () => [forward([{ TargetGroupArn: blue.replace(/.{4}$/, 'ffff') }])],
    'TargetGroupNotFoundException',
  ],
  [
    'authentication on a plain listener',
    () => [
      { Type: 'authenticate-cognito' as const, Order: 1 },
      { ...split(1, 1), Order: 2 },
    ],
    'InvalidLoadBalancerActionException',
  ],
])('%s is refused as a default action, and the listener stays as it was', async (_what, actions, name) => {
  await write([split(100, 0, 60)]);
  const before = await shownListener();
  const change = { ListenerArn: listener, Port: 8080, DefaultActions: actions() };
  await expect(scene.elb.modifyListener(change)).rejects.toMatchObject({ name });
  expect(await shownListener()).toEqual(before);
});

it('a default action has at most five groups', async () => {
  const others = await Promise.all(['c', 'd', 'e', 'f'].map((name) => createGroup(scene, name)));
  const all = [blue, green, ...others].map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 }));
  await write([forward(all.slice(0, 5))]);
  await untilHealthy(scene, blue, green);
  const statuses = await Promise.all(
    Array.from({ length: 5 }, async () => (await fetch(urlOf(scene, listener))).status),
  );
  expect(statuses.sort()).toEqual([200, 200, 503, 503, 503]);
  await expect(write([forward(all)])).rejects.toMatchObject({ name: 'InvalidLoadBalancerActionException' });
});

it('authentication stays before the weights of a default action as long as it is sent, and its secret is never shown', async () => {
  const oidc = {
    Issuer: 'https://i',
    AuthorizationEndpoint: 'https://a',
    TokenEndpoint: 'https://t',
    UserInfoEndpoint: 'https://u',
    ClientId: 'c',
  };
  const authenticated = (action: Action, secret: object = {}): Action[] => [
    { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { ...oidc, ...secret } },
    { ...action, Order: 2 },
  ];
  const secure = await createSecureListener(authenticated(split(1, 0), { ClientSecret: 'hush' }));
  await expect(write(authenticated(split(0, 1)), secure)).rejects.toMatchObject({ name: 'ValidationError' });
  await write(authenticated(split(0, 1), { UseExistingClientSecret: true }), secure);
  expect((await shownListener(secure))?.DefaultActions).toEqual(authenticated(split(0, 1)));
  expect((await defaultRule(secure))?.Actions).toEqual(authenticated(split(0, 1)));
  await untilHealthy(scene, green);
  expect(await countAnswers(urlOf(scene, secure), 2)).toEqual({ green: 2 });
  await write([split(1, 1)], secure);
  expect((await shownListener(secure))?.DefaultActions).toEqual([split(1, 1)]);
});

it('a group of a default action is in use, at any weight, until the action is replaced', async () => {
  expect(await healthOf(scene, green)).toEqual(['unused Target.NotInUse']);
  await write([split(1, 0)]);
  await untilHealthy(scene, green);
  await expect(scene.elb.deleteTargetGroup({ TargetGroupArn: green })).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
  await write([forward([{ TargetGroupArn: blue, Weight: 1 }])]);
  expect(await healthOf(scene, green)).toEqual(['unused Target.NotInUse']);
  await scene.elb.deleteTargetGroup({ TargetGroupArn: green });
});
