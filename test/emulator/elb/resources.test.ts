import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGroup, createListener, createLoadBalancer, createRule, openScene, type Scene } from '../scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

it("a load balancer and its listener have ARNs and a DNS name of AWS's form", async () => {
  const arn = await createLoadBalancer(scene);
  expect(arn).toMatch(/^arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer\/app\/shop\/[0-9a-f]{16}$/);
  const { LoadBalancers } = await scene.elb.describeLoadBalancers({ Names: ['shop'] });
  expect(LoadBalancers?.[0]).toMatchObject({
    State: { Code: 'active' },
    Type: 'application',
    Scheme: 'internet-facing',
  });
  expect(LoadBalancers?.[0]?.DNSName).toMatch(/^shop-\d+\.us-east-1\.elb\.amazonaws\.com$/);
  expect(LoadBalancers?.[0]?.CreatedTime).toBeInstanceOf(Date);
  const listener = await createListener(scene, arn);
  expect(listener.startsWith(`${arn.replace(':loadbalancer/', ':listener/')}/`)).toBe(true);
});

it('creating a resource again returns the existing one, unless the settings differ', async () => {
  const loadBalancer = await createLoadBalancer(scene);
  expect(await createLoadBalancer(scene)).toBe(loadBalancer);
  await expect(scene.elb.createLoadBalancer({ Name: 'shop', Subnets: ['a', 'b'] })).rejects.toMatchObject({
    name: 'DuplicateLoadBalancerNameException',
  });
  const group = await createGroup(scene, 'blue');
  expect(await createGroup(scene, 'blue')).toBe(group);
  await expect(
    scene.elb.createTargetGroup({ Name: 'blue', Protocol: 'HTTP', Port: 81, VpcId: 'vpc-1', TargetType: 'ip' }),
  ).rejects.toMatchObject({ name: 'DuplicateTargetGroupNameException' });
  const listener = await createListener(scene, loadBalancer);
  expect(await createListener(scene, loadBalancer)).toBe(listener);
  await expect(
    scene.elb.createListener({
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    }),
  ).rejects.toMatchObject({ name: 'DuplicateListenerException' });
});

it('a target group in use cannot be deleted, nor serve a second load balancer', async () => {
  const group = await createGroup(scene, 'blue');
  const listener = await createListener(scene, await createLoadBalancer(scene));
  const rule = await createRule(scene, listener, [{ TargetGroupArn: group, Weight: 0 }]);
  await expect(scene.elb.deleteTargetGroup({ TargetGroupArn: group })).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
  const other = await createListener(scene, await createLoadBalancer(scene, 'other'));
  await expect(createRule(scene, other, [{ TargetGroupArn: group }])).rejects.toMatchObject({
    name: 'TargetGroupAssociationLimitException',
  });
  expect(
    (await scene.elb.describeTargetGroups({ TargetGroupArns: [group] })).TargetGroups?.[0]?.LoadBalancerArns,
  ).toHaveLength(1);
  await scene.elb.deleteRule({ RuleArn: rule });
  await scene.elb.deleteTargetGroup({ TargetGroupArn: group });
  await expect(scene.elb.describeTargetGroups({ TargetGroupArns: [group] })).rejects.toMatchObject({
    name: 'TargetGroupNotFoundException',
  });
});

it('a target group keeps its health check and attributes until they are changed', async () => {
  const group = await createGroup(scene, 'blue');
  await scene.elb.modifyTargetGroup({
    TargetGroupArn: group,
    HealthCheckPath: '/up',
    Matcher: { HttpCode: '200-299' },
  });
  expect((await scene.elb.describeTargetGroups({ Names: ['blue'] })).TargetGroups?.[0]).toMatchObject({
    HealthCheckPath: '/up',
    HealthCheckPort: 'traffic-port',
    HealthCheckIntervalSeconds: 5,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: '200-299' },
    TargetType: 'ip',
  });
  await expect(
    scene.elb.modifyTargetGroup({ TargetGroupArn: group, HealthCheckTimeoutSeconds: 6 }),
  ).rejects.toMatchObject({ name: 'ValidationError' });
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }];
  await scene.elb.modifyTargetGroupAttributes({ TargetGroupArn: group, Attributes });
  const shown = await scene.elb.describeTargetGroupAttributes({ TargetGroupArn: group });
  expect(shown.Attributes).toContainEqual(Attributes[0]);
  await expect(
    scene.elb.modifyTargetGroupAttributes({ TargetGroupArn: group, Attributes: [{ Key: 'no.such', Value: '1' }] }),
  ).rejects.toMatchObject({ name: 'ValidationError' });
});

it('groups with target stickiness share a rule only with group stickiness', async () => {
  const [blue, green] = [await createGroup(scene, 'blue'), await createGroup(scene, 'green')];
  await scene.elb.modifyTargetGroupAttributes({
    TargetGroupArn: blue,
    Attributes: [{ Key: 'stickiness.enabled', Value: 'true' }],
  });
  const listener = await createListener(scene, await createLoadBalancer(scene));
  await expect(
    createRule(scene, listener, [
      { TargetGroupArn: blue, Weight: 1 },
      { TargetGroupArn: green, Weight: 1 },
    ]),
  ).rejects.toMatchObject({ name: 'InvalidConfigurationRequestException' });
});

it('a network load balancer has its own kind of listeners, and no rules', async () => {
  const arn = await createLoadBalancer(scene, 'lines', 'network');
  expect(arn).toContain(':loadbalancer/net/lines/');
  await expect(createListener(scene, arn)).rejects.toMatchObject({ name: 'ValidationError' });
  const http = await createGroup(scene, 'http');
  const tcp = await scene.elb.createTargetGroup({
    Name: 'tcp',
    Protocol: 'TCP',
    Port: 80,
    VpcId: 'v',
    TargetType: 'ip',
  });
  const listenWith = (TargetGroupArn: string | undefined) =>
    scene.elb.createListener({
      LoadBalancerArn: arn,
      Protocol: 'TCP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    });
  await expect(listenWith(http)).rejects.toMatchObject({ name: 'IncompatibleProtocolsException' });
  const { Listeners } = await listenWith(tcp.TargetGroups?.[0]?.TargetGroupArn);
  await expect(createRule(scene, Listeners?.[0]?.ListenerArn ?? '', [{ TargetGroupArn: http }])).rejects.toMatchObject({
    name: 'OperationNotPermittedException',
  });
  expect(scene.emulator.listeners()).toEqual({});
});

it('a TLS listener keeps its ALPN policy until it is given another', async () => {
  const { TargetGroups } = await scene.elb.createTargetGroup({
    Name: 'tcp',
    Protocol: 'TCP',
    Port: 80,
    VpcId: 'v',
    TargetType: 'ip',
  });
  const { Listeners } = await scene.elb.createListener({
    LoadBalancerArn: await createLoadBalancer(scene, 'lines', 'network'),
    Protocol: 'TLS',
    Port: 443,
    Certificates: [{ CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x' }],
    AlpnPolicy: ['HTTP2Only'],
    DefaultActions: [{ Type: 'forward', TargetGroupArn: TargetGroups?.[0]?.TargetGroupArn }],
  });
  const modify = async (change: { Port?: number; AlpnPolicy?: string[] }) =>
    (await scene.elb.modifyListener({ ListenerArn: Listeners?.[0]?.ListenerArn, ...change })).Listeners?.[0];
  expect(await modify({ Port: 444 })).toMatchObject({ Port: 444, AlpnPolicy: ['HTTP2Only'] });
  expect(await modify({ AlpnPolicy: ['None'] })).toMatchObject({ Port: 444, AlpnPolicy: ['None'] });
});

it('deleting a load balancer deletes its listeners and rules, and frees their local ports', async () => {
  const arn = await createLoadBalancer(scene);
  const listener = await createListener(scene, arn);
  const url = scene.emulator.listeners()[listener] ?? '';
  expect((await fetch(url)).status).toBe(404);
  await scene.elb.deleteLoadBalancer({ LoadBalancerArn: arn });
  await expect(fetch(url)).rejects.toThrow();
  await expect(scene.elb.describeListeners({ ListenerArns: [listener] })).rejects.toMatchObject({
    name: 'ListenerNotFoundException',
  });
  await expect(scene.elb.describeListeners({ LoadBalancerArn: arn })).rejects.toMatchObject({
    name: 'LoadBalancerNotFoundException',
  });
});

it('every list comes in pages', async () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    await createLoadBalancer(scene, name);
    await createGroup(scene, name);
  }
  const first = await scene.elb.describeLoadBalancers({});
  expect(first.LoadBalancers).toHaveLength(3);
  const second = await scene.elb.describeLoadBalancers({ Marker: first.NextMarker });
  expect(second.LoadBalancers?.map(({ LoadBalancerName }) => LoadBalancerName)).toEqual(['d']);
  expect(second.NextMarker).toBeUndefined();
  expect((await scene.elb.describeTargetGroups({ PageSize: 2 })).TargetGroups).toHaveLength(2);
});

it('tags are added, replaced and removed, and a repeated key is refused', async () => {
  const arn = await createGroup(scene, 'blue');
  const tagsNow = async () => (await scene.elb.describeTags({ ResourceArns: [arn] })).TagDescriptions?.[0]?.Tags;
  await scene.elb.addTags({
    ResourceArns: [arn],
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' },
    ],
  });
  await scene.elb.addTags({ ResourceArns: [arn], Tags: [{ Key: 'a', Value: '2' }] });
  expect(await tagsNow()).toEqual([
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '' },
  ]);
  await scene.elb.removeTags({ ResourceArns: [arn], TagKeys: ['a'] });
  expect(await tagsNow()).toEqual([{ Key: 'b', Value: '' }]);
  await expect(
    scene.elb.addTags({
      ResourceArns: [arn],
      Tags: [
        { Key: 'x', Value: '1' },
        { Key: 'x', Value: '2' },
      ],
    }),
  ).rejects.toMatchObject({ name: 'DuplicateTagKeysException' });
});

it('the account has the default quotas of AWS', async () => {
  const first = await scene.elb.describeAccountLimits({});
  expect(first.Limits?.[0]).toEqual({ Name: 'application-load-balancers', Max: '50' });
  const second = await scene.elb.describeAccountLimits({ Marker: first.NextMarker });
  expect(second.Limits).toHaveLength(3);
  expect(second.Limits?.[0]).not.toEqual(first.Limits?.[0]);
});
