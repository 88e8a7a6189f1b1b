import type { Action, DescribeListenersOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../../src/emulator/emulator.ts';
import { fake, type StackScene, stackShorthands } from './stack-scene.ts';

let emulator: Emulator;
let stack: Omit<StackScene, 'world' | 'close'>;

beforeEach(async () => {
  emulator = await createEmulator({ timeScale: 200 });
  stack = stackShorthands(emulator.world);
});
afterEach(() => emulator.close());

const group = {
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' },
};

/** A listener by its default actions, beside what a template needs for it; `others` are further properties of it. */
const listening = (DefaultActions: object[], others: object = {}) => ({
  Balancer: {
    Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    Properties: { Name: 'shop', Subnets: ['subnet-1', 'subnet-2'] },
  },
  Blue: group,
  Green: group,
  Listener: {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: { LoadBalancerArn: { Ref: 'Balancer' }, Protocol: 'HTTP', Port: 80, DefaultActions, ...others },
  },
});

const split = (blue: number | string, green: number | string) => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: { Ref: 'Blue' }, Weight: blue },
        { TargetGroupArn: { Ref: 'Green' }, Weight: green },
      ],
      TargetGroupStickinessConfig: { Enabled: 'true', DurationSeconds: '60' },
    },
  },
];
const weighted = (blue: number | string, green: number | string, others: object = {}) =>
  listening(split(blue, green), others);

async function listener() {
  const arn = (await stack.resources())['Listener']?.PhysicalResourceId ?? '';
  const { Listeners } = await emulator.world.invoke<DescribeListenersOutput>('elb', 'DescribeListeners', {
    ListenerArns: [arn],
  });
  const [shown] = Listeners ?? [];
  const actions: readonly Action[] = shown?.DefaultActions ?? [];
  const { TargetGroups = [], TargetGroupStickinessConfig } = actions[0]?.ForwardConfig ?? {};
  return {
    arn,
    port: shown?.Port,
    actions,
    weights: TargetGroups.map(({ Weight }) => Weight),
    TargetGroupStickinessConfig,
  };
}

/** Sets weights as a step does, behind the stack's back. */
async function shift(blue: number, green: number): Promise<void> {
  const { arn, actions } = await listener();
  const { TargetGroups = [], ...rest } = actions[0]?.ForwardConfig ?? {};
  const weights = [blue, green];
  await emulator.world.invoke('elb', 'ModifyListener', {
    ListenerArn: arn,
    DefaultActions: [
      {
        Type: 'forward',
        ForwardConfig: { ...rest, TargetGroups: TargetGroups.map((each, at) => ({ ...each, Weight: weights[at] })) },
      },
    ],
  });
}

async function created(resources: object): Promise<void> {
  await stack.create(resources);
  await stack.settle('CREATE_COMPLETE');
  await stack.story();
}

it('a template creates a listener with weights and stickiness in its default action', async () => {
  await created(weighted('90', 10));
  expect(await listener()).toMatchObject({
    weights: [90, 10],
    TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
  });
});

it('an update leaves shifted weights alone if the listener itself has no difference', async () => {
  await created({ ...weighted(100, 0), Other: fake({ Value: 1 }) });
  await shift(50, 50);
  await stack.update({ ...weighted('100', '0'), Other: fake({ Value: 2 }) });
  await stack.settle('UPDATE_COMPLETE');
  expect((await stack.story()).filter((line) => line.startsWith('Listener'))).toEqual([]);
  expect((await listener()).weights).toEqual([50, 50]);
});

it.each([
  ['its weights', () => weighted(80, 20), [80, 20], 80],
  ['another property', () => weighted(100, 0, { Port: 81 }), [100, 0], 81],
])('an update that changes %s writes the declared weights', async (_what, next, weights, port) => {
  await created(weighted(100, 0));
  const { arn } = await listener();
  await shift(50, 50);
  await stack.update(next());
  await stack.settle('UPDATE_COMPLETE');
  expect(await listener()).toMatchObject({ arn, weights, port });
});

it('a rollback restores the weights of the old template on a listener that the update touched, and leaves any other alone', async () => {
  await created(weighted(100, 0));
  await shift(50, 50);
  const bad = (after: string[]) => ({ Bad: fake({ Fail: true }, { DependsOn: after }) });
  await stack.update({ ...weighted(100, 0), ...bad(['Listener']) });
  await stack.settle('UPDATE_ROLLBACK_COMPLETE');
  expect((await listener()).weights).toEqual([50, 50]);
  await stack.update({ ...weighted(80, 20, { Port: 81 }), ...bad(['Listener']) });
  await stack.settle('UPDATE_ROLLBACK_COMPLETE');
  expect(await listener()).toMatchObject({ weights: [100, 0], port: 80 });
});

it('a refused listener rolls the update back', async () => {
  await created(weighted(100, 0));
  await stack.update(weighted(1000, 0));
  await stack.settle('UPDATE_ROLLBACK_COMPLETE');
  expect((await stack.story()).join('\n')).toMatch(/Listener UPDATE_FAILED .*'1000' must be between '0' and '999'/);
  expect((await listener()).weights).toEqual([100, 0]);
});

it('changes to a listener and its rules by a template lag like any other change', async () => {
  const saying = (MessageBody: string) => [
    { Type: 'fixed-response', FixedResponseConfig: { StatusCode: 200, ContentType: 'text/plain', MessageBody } },
  ];
  const rule = (text: string) => ({
    Rule: {
      Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      Properties: {
        ListenerArn: { Ref: 'Listener' },
        Priority: 1,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/rule'] } }],
        Actions: saying(text),
      },
    },
  });
  await created({ ...listening(saying('old')), ...rule('old rule') });
  emulator.setRuleLag(1_000_000);
  await stack.update({ ...listening(saying('new')), ...rule('new rule') });
  await stack.settle('UPDATE_COMPLETE');
  const url = emulator.listeners()[(await listener()).arn];
  const ask = async (path: string) => (await fetch(`${url}${path}`)).text();
  expect([await ask('/'), await ask('/')]).toEqual(['new', 'old']);
  expect([await ask('/rule'), await ask('/rule')]).toEqual(['new rule', 'old rule']);
});
