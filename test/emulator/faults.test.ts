import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { FaultOrder } from '../../src/emulator/faults.ts';
import { clientSettings } from './scene.ts';

let emulator: Emulator;
let open: { destroy(): void }[];

beforeEach(async () => {
  open = [];
  emulator = await createEmulator({ timeScale: 50 });
});
afterEach(async () => {
  for (const client of open) client.destroy();
  await emulator.close();
});

/** Clients that do not retry unless told otherwise. */
function clients(maxAttempts = 1) {
  const settings = { ...clientSettings(emulator.url), maxAttempts };
  const made = {
    ecs: new ECS(settings),
    elb: new ElasticLoadBalancingV2(settings),
    cloudFormation: new CloudFormation(settings),
  };
  open.push(...Object.values(made));
  return made;
}

const told = (error: unknown): unknown => {
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return { name, message, status: $metadata?.httpStatusCode };
};

/** How each call ended: its outcome, the fault that hit it, and whether it was applied. */
const fates = () =>
  emulator
    .calls()
    .map(({ operation, outcome, fault, applied }) => [operation, outcome, fault, applied ? 'applied' : 'not applied']);

it.each<[FaultOrder['kind'], string, string, number, number]>([
  ['throttle', 'ThrottlingException', 'Throttling', 400, 400],
  ['internal-error', 'InternalFailure', 'InternalFailure', 500, 500],
  ['unavailable', 'ServiceUnavailable', 'ServiceUnavailable', 503, 503],
  ['access-denied', 'AccessDeniedException', 'AccessDenied', 400, 403],
  ['expired-credentials', 'ExpiredTokenException', 'ExpiredToken', 400, 403],
])(
  '%s refuses calls to every service with its own message, and nothing is applied',
  async (kind, json, query, jsonStatus, queryStatus) => {
    emulator.faults.add({ kind });
    const { ecs, elb, cloudFormation } = clients();
    const refused = [
      await ecs.createCluster({ clusterName: 'shop' }).catch(told),
      await elb.createLoadBalancer({ Name: 'shop', Subnets: ['subnet-1', 'subnet-2'] }).catch(told),
      await cloudFormation.deleteStack({ StackName: 'shop' }).catch(told),
    ];
    expect(refused).toMatchObject([
      { name: json, status: jsonStatus },
      { name: query, status: queryStatus },
      { name: query, status: queryStatus },
    ]);
    expect(fates()).toEqual([
      ['CreateCluster', json, kind, 'not applied'],
      ['CreateLoadBalancer', query, kind, 'not applied'],
      ['DeleteStack', query, kind, 'not applied'],
    ]);
    emulator.faults.clear();
    expect((await ecs.describeClusters({ clusters: ['shop'] })).clusters).toEqual([]);
  },
);

it('a denial says who may not do what to which resource, as AWS does', async () => {
  emulator.faults.add({ kind: 'access-denied' });
  const { ecs, elb, cloudFormation } = clients();
  const who = 'User: arn:aws:iam::123456789012:user/octopus is not authorized to perform:';
  const rule = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/shop/1/2/3';
  const sentences = [
    await elb.modifyRule({ RuleArn: rule, Actions: [] }).catch(told),
    await elb.describeRules({ RuleArns: [rule] }).catch(told),
    await cloudFormation.describeStacks({ StackName: 'shop' }).catch(told),
    await ecs.createCluster({ clusterName: 'shop' }).catch(told),
  ].map((error) => (error as Error).message);
  expect(sentences).toEqual([
    `${who} elasticloadbalancing:ModifyRule on resource: ${rule} because no identity-based policy allows the elasticloadbalancing:ModifyRule action`,
    `${who} elasticloadbalancing:DescribeRules because no identity-based policy allows the elasticloadbalancing:DescribeRules action`,
    `${who} cloudformation:DescribeStacks on resource: arn:aws:cloudformation:us-east-1:123456789012:stack/shop/* because no identity-based policy allows the cloudformation:DescribeStacks action`,
    `${who} ecs:CreateCluster on resource: * because no identity-based policy allows the ecs:CreateCluster action`,
  ]);
});

it("only the chosen calls of the chosen operation are hit, and a client's retries count as calls", async () => {
  const fault = emulator.faults.add({ kind: 'throttle', operation: 'CreateCluster', occurrence: 2, times: 2 });
  const { ecs } = clients(4);
  await ecs.describeClusters({});
  for (const clusterName of ['a', 'b', 'c']) await ecs.createCluster({ clusterName });
  const hit = emulator.calls().map(({ operation, outcome }) => `${operation} ${outcome}`);
  expect(hit).toEqual([
    'DescribeClusters ok',
    'CreateCluster ok',
    'CreateCluster ThrottlingException',
    'CreateCluster ThrottlingException',
    'CreateCluster ok',
    'CreateCluster ok',
  ]);
  expect(emulator.calls().map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 3, 1]);
  expect(emulator.faults.list()).toEqual([{ ...fault, fired: 2 }]);
});

it.each<[FaultOrder['kind'], string]>([
  ['reset-before', 'not applied'],
  ['reset-after', 'applied'],
])('%s breaks the connection; the call is %s', async (kind, applied) => {
  emulator.faults.add({ kind, service: 'ecs', occurrence: 1 });
  const { ecs } = clients();
  expect(await ecs.createCluster({ clusterName: 'shop' }).catch((error) => error.code)).toBe('ECONNRESET');
  expect(fates()).toEqual([['CreateCluster', 'unanswered', kind, applied]]);
  expect((await ecs.describeClusters({ clusters: ['shop'] })).clusters).toHaveLength(applied === 'applied' ? 1 : 0);
});

it.each<[FaultOrder['kind'], string]>([
  ['hang-before', 'not applied'],
  ['hang-after', 'applied'],
])('%s never answers; the call is %s', async (kind, applied) => {
  const { id } = emulator.faults.add({ kind, operation: 'CreateCluster', occurrence: 1 });
  const { ecs } = clients();
  const patience = new AbortController();
  const answer = ecs
    .createCluster({ clusterName: 'shop' }, { abortSignal: patience.signal })
    .catch((error) => error.name);
  await emulator.faults.fired(id);
  expect(fates()).toEqual([['CreateCluster', expect.anything(), kind, applied]]);
  patience.abort();
  expect(await answer).toBe('AbortError');
  await expect.poll(fates).toEqual([['CreateCluster', 'unanswered', kind, applied]]);
  expect((await ecs.describeClusters({ clusters: ['shop'] })).clusters).toHaveLength(applied === 'applied' ? 1 : 0);
});

it('a slow call is applied at once and answered after its emulated seconds', async () => {
  const { id } = emulator.faults.add({ kind: 'slow', occurrence: 1, delaySeconds: 10 });
  const { ecs } = clients();
  const before = emulator.world.clock.now().getTime();
  const answer = ecs.createCluster({ clusterName: 'shop' });
  await emulator.faults.fired(id);
  expect((await ecs.describeClusters({ clusters: ['shop'] })).clusters).toHaveLength(1);
  await answer;
  expect(emulator.world.clock.now().getTime() - before).toBeGreaterThanOrEqual(9_900);
});

it('a stale read is answered as before the last write, and truthfully if nothing was read before it', async () => {
  const { ecs } = clients();
  const arn = (await ecs.createCluster({ clusterName: 'shop' })).cluster?.clusterArn ?? '';
  const tags = async () => (await ecs.listTagsForResource({ resourceArn: arn })).tags?.map(({ value }) => value);
  const tag = (value: string) => ecs.tagResource({ resourceArn: arn, tags: [{ key: 'StableStack', value }] });
  const { id } = emulator.faults.add({ kind: 'stale-read' });
  expect(await tags()).toEqual([]);
  expect(await tags()).toEqual([]);
  expect(emulator.faults.list()[0]?.fired).toBe(0);
  await tag('Blue');
  expect(await tags()).toEqual([]);
  await emulator.faults.fired(id);
  emulator.faults.clear();
  expect(await tags()).toEqual(['Blue']);
  await tag('Green');
  emulator.faults.add({ kind: 'stale-read', operation: 'ListTagsForResource', occurrence: 1 });
  expect(await tags()).toEqual(['Blue']);
  expect(await tags()).toEqual(['Green']);
  expect(emulator.calls().filter(({ fault }) => fault === 'stale-read')).toMatchObject([
    { outcome: 'ok', applied: false },
    { outcome: 'ok', applied: false },
  ]);
});

it('a stale read shows nothing created since, even if CloudFormation created it', async () => {
  const { ecs, cloudFormation } = clients();
  const missing = await cloudFormation.describeStacks({ StackName: 'shop' }).catch(told);
  expect(await ecs.describeClusters({ clusters: ['shop'] })).toMatchObject({ clusters: [] });
  const cluster = { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'shop' } };
  const TemplateBody = JSON.stringify({ Resources: { Cluster: cluster } });
  await cloudFormation.createStack({ StackName: 'shop', TemplateBody });
  emulator.faults.add({ kind: 'stale-read', operation: 'DescribeStacks', occurrence: 1 });
  expect(await cloudFormation.describeStacks({ StackName: 'shop' }).catch(told)).toEqual(missing);
  const status = async () => (await cloudFormation.describeStacks({ StackName: 'shop' })).Stacks?.[0]?.StackStatus;
  await expect.poll(status).toBe('CREATE_COMPLETE');
  const stale = emulator.faults.add({ kind: 'stale-read', operation: 'DescribeClusters' });
  expect(await ecs.describeClusters({ clusters: ['shop'] })).toMatchObject({ clusters: [] });
  await emulator.faults.fired(stale.id);
});

const control = async (method: string, body?: string) => {
  const answer = await fetch(`${emulator.url}/_emulator/faults`, { method, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, body: (await answer.json()) as unknown };
};

it('faults are added, listed and cleared over HTTP', async () => {
  const order = { kind: 'throttle', service: 'elb', operation: 'ModifyRule', occurrence: 3 };
  const first = { ...order, id: 'fault-1', fired: 0 };
  const second = { kind: 'slow', delaySeconds: 0, id: 'fault-2', fired: 0 };
  expect(await control('POST', JSON.stringify(order))).toEqual({ status: 200, body: first });
  expect(await control('POST', '[{"kind":"slow","delaySeconds":0}]')).toEqual({ status: 200, body: [second] });
  expect((await control('GET')).body).toEqual([first, second]);
  expect(await control('DELETE')).toEqual({ status: 200, body: [] });
  expect((await control('GET')).body).toEqual([]);
});

it('an invalid fault is refused with all of its problems, and nothing is added', async () => {
  const good = { kind: 'throttle' };
  const bad = { kind: 'thunder', service: 'ec2', operation: 'ModifyRules', times: 0, delaySeconds: -1, when: 'now' };
  const stale = { kind: 'stale-read', operation: 'ModifyRule' };
  const { status, body } = await control('POST', JSON.stringify([good, bad, stale, 'slow']));
  expect(status).toBe(400);
  expect((body as { problems: string[] }).problems).toEqual([
    'Fault 2: unknown member when.',
    expect.stringMatching(/^Fault 2: kind must be one of throttle, .*expired-credentials\.$/),
    'Fault 2: service must be one of ecs, elb, cloudformation, s3, cloudwatch.',
    expect.stringMatching(/^Fault 2: operation must be .* not ModifyRules\.$/),
    'Fault 2: times must be a whole number of at least 1.',
    'Fault 2: times needs occurrence, the call to count from.',
    'Fault 2: delaySeconds must be a number from 0 to 1000000.',
    'Fault 2: delaySeconds can only be used with the kind slow.',
    'Fault 3: ModifyRule is not a read, so it cannot be stale.',
    'Fault 4: must be an object.',
  ]);
  expect((await control('POST', 'thunder')).status).toBe(400);
  expect(emulator.faults.list()).toEqual([]);
  expect(() => emulator.faults.add({ kind: 'throttle', occurrence: 0 })).toThrow('occurrence must be a whole number');
});

it('clearing cuts hanging connections, rejects those who wait for a fault, and lets calls succeed again', async () => {
  const { id } = emulator.faults.add({ kind: 'hang-before', service: 'ecs' });
  const other = emulator.faults.add({ kind: 'throttle', service: 'elb' });
  const { ecs } = clients();
  const answer = ecs.describeClusters({}).catch((error) => error.code);
  await emulator.faults.fired(id);
  const vain = emulator.faults.fired(other.id);
  emulator.faults.clear();
  expect(await answer).toBe('ECONNRESET');
  await expect(vain).rejects.toThrow('fault-2 was cleared before it hit a call.');
  await expect(emulator.faults.fired(id)).rejects.toThrow('There is no fault fault-1.');
  await ecs.describeClusters({});
});

it('closing the emulator cuts connections that hang or are slow', async () => {
  const hanging = emulator.faults.add({ kind: 'hang-after', service: 'ecs' });
  const slow = emulator.faults.add({ kind: 'slow', service: 'elb', delaySeconds: 100_000 });
  const { ecs, elb } = clients();
  const answers = [ecs.describeClusters({}), elb.describeLoadBalancers({})].map((call) =>
    call.then(
      () => 'answered',
      () => 'cut',
    ),
  );
  await Promise.all([emulator.faults.fired(hanging.id), emulator.faults.fired(slow.id)]);
  await emulator.close();
  expect(await Promise.all(answers)).toEqual(['cut', 'cut']);
});
