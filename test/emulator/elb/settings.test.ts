import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createListener,
  createLoadBalancer,
  createRule,
  openScene,
  type Scene,
  untilHealthy,
  urlOf,
} from '../scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

const certificate = [{ CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a' }];
const notFound = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];

const secureListener = (LoadBalancerArn: string, more: object = {}) =>
  scene.elb.createListener({
    ...{ LoadBalancerArn, Protocol: 'HTTPS', Port: 443, Certificates: certificate, DefaultActions: notFound },
    ...more,
  });

const group = (more: object) =>
  scene.elb.createTargetGroup({
    ...{ Name: 'group', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' as const },
    ...more,
  });

describe('attributes', () => {
  it('of a load balancer have defaults, and can be changed', async () => {
    const LoadBalancerArn = await createLoadBalancer(scene);
    const read = async () => {
      const { Attributes = [] } = await scene.elb.describeLoadBalancerAttributes({ LoadBalancerArn });
      return Object.fromEntries(Attributes.map(({ Key, Value }) => [Key, Value]));
    };
    expect(await read()).toMatchObject({ 'idle_timeout.timeout_seconds': '60', 'routing.http2.enabled': 'true' });
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    await scene.elb.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes });
    expect((await read())['deletion_protection.enabled']).toBe('true');
    await expect(scene.elb.deleteLoadBalancer({ LoadBalancerArn })).rejects.toThrow('deletion protection is enabled');
  });

  it('of a listener can be changed', async () => {
    const ListenerArn = await createListener(scene, await createLoadBalancer(scene));
    const Attributes = [{ Key: 'routing.http.response.strict_transport_security.header_value', Value: 'max-age=1' }];
    await scene.elb.modifyListenerAttributes({ ListenerArn, Attributes });
    expect((await scene.elb.describeListenerAttributes({ ListenerArn })).Attributes).toEqual(Attributes);
  });

  it('that AWS may have added since are refused in the words of the emulator, with every key', async () => {
    const LoadBalancerArn = await createLoadBalancer(scene);
    const Attributes = ['a.b', 'c.d'].map((Key) => ({ Key, Value: 'x' }));
    await expect(scene.elb.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes })).rejects.toThrow(
      "The emulator knows no load balancer attribute 'a.b', 'c.d'.",
    );
    const { TargetGroups } = await group({});
    const change = (Key: string) =>
      scene.elb.modifyTargetGroupAttributes({
        TargetGroupArn: TargetGroups?.[0]?.TargetGroupArn,
        Attributes: [{ Key, Value: 'true' }],
      });
    await expect(change('a.b')).rejects.toThrow("The emulator knows no target group attribute 'a.b'.");
    await expect(change('proxy_protocol_v2.enabled')).rejects.toThrow(
      "Target group attribute key 'proxy_protocol_v2.enabled' is not recognized",
    );
  });

  it('of a network target group are those of its kind', async () => {
    const { TargetGroups } = await group({ Protocol: 'TCP' });
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
    const Attributes = [{ Key: 'preserve_client_ip.enabled', Value: 'true' }];
    const { Attributes: shown } = await scene.elb.modifyTargetGroupAttributes({ TargetGroupArn, Attributes });
    expect(shown).toContainEqual(Attributes[0]);
  });
});

describe('a load balancer', () => {
  it('can get different security groups, subnets and address type', async () => {
    const LoadBalancerArn = await createLoadBalancer(scene);
    await scene.elb.setSecurityGroups({ LoadBalancerArn, SecurityGroups: ['sg-1'] });
    await scene.elb.setSubnets({ LoadBalancerArn, Subnets: ['subnet-8', 'subnet-9'] });
    await scene.elb.setIpAddressType({ LoadBalancerArn, IpAddressType: 'dualstack' });
    const { LoadBalancers } = await scene.elb.describeLoadBalancers({});
    expect(LoadBalancers).toMatchObject([
      {
        SecurityGroups: ['sg-1'],
        AvailabilityZones: [{ SubnetId: 'subnet-8' }, { SubnetId: 'subnet-9' }],
        IpAddressType: 'dualstack',
      },
    ]);
    await expect(scene.elb.setSubnets({ LoadBalancerArn, Subnets: ['subnet-8'] })).rejects.toThrow('At least two');
  });
});

describe('an HTTPS listener', () => {
  it('keeps how it checks the certificates of clients, unless it is changed', async () => {
    const MutualAuthentication = { Mode: 'passthrough' };
    const { Listeners } = await secureListener(await createLoadBalancer(scene), { MutualAuthentication });
    const ListenerArn = Listeners?.[0]?.ListenerArn;
    expect(Listeners?.[0]).toMatchObject({ MutualAuthentication, SslPolicy: 'ELBSecurityPolicy-2016-08' });
    const modified = await scene.elb.modifyListener({ ListenerArn, Port: 444 });
    expect(modified.Listeners?.[0]).toMatchObject({ MutualAuthentication });
    const off = await scene.elb.modifyListener({ ListenerArn, MutualAuthentication: { Mode: 'off' } });
    expect(off.Listeners?.[0]).toMatchObject({ MutualAuthentication: { Mode: 'off' } });
  });
});

describe('the protocol version of a target group', () => {
  it.each([
    ['HTTP1', undefined, { HttpCode: '200' }, '/'],
    ['HTTP2', { HttpCode: '200,301-302' }, { HttpCode: '200,301-302' }, '/'],
    ['GRPC', undefined, { GrpcCode: '12' }, '/AWS.ALB/healthcheck'],
    ['GRPC', { GrpcCode: '0-99' }, { GrpcCode: '0-99' }, '/AWS.ALB/healthcheck'],
  ])('%s with the matcher %j', async (ProtocolVersion, Matcher, shown, path) => {
    const { TargetGroups } = await group({ ProtocolVersion, Matcher });
    expect(TargetGroups?.[0]).toMatchObject({ ProtocolVersion, Matcher: shown, HealthCheckPath: path });
  });

  it.each([
    ['HTTP1', { HttpCode: '200-599' }, "HTTP code '200-599' must be within '200-499'"],
    ['GRPC', { GrpcCode: '100' }, "gRPC code '100' must be within '0-99'"],
    ['HTTP3', undefined, "The emulator knows no protocol version 'HTTP3'."],
  ])('%s with the matcher %j is refused', async (ProtocolVersion, Matcher, message) => {
    await expect(group({ ProtocolVersion, Matcher })).rejects.toThrow(message);
  });

  it('GRPC needs an HTTPS listener, and its targets become healthy', async () => {
    const loadBalancer = await createLoadBalancer(scene);
    const address = await scene.startTask('task-definition/grpc:1', (_, response) => response.end('ok'));
    const { TargetGroups } = await group({
      ...{ ProtocolVersion: 'GRPC', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 4 },
    });
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
    await scene.elb.registerTargets({ TargetGroupArn, Targets: [{ Id: address, Port: 80 }] });
    const plain = await createListener(scene, loadBalancer);
    await expect(createRule(scene, plain, [{ TargetGroupArn }])).rejects.toThrow(
      "Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'",
    );
    const { Listeners } = await secureListener(loadBalancer);
    await createRule(scene, Listeners?.[0]?.ListenerArn ?? '', [{ TargetGroupArn }]);
    await untilHealthy(scene, TargetGroupArn);
  });
});

it('a rule rewrites the path and the host that its targets see, with the first rewrite that matches', async () => {
  const listener = await createListener(scene, await createLoadBalancer(scene));
  const { TargetGroups } = await group({ HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 4 });
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const seen: string[] = [];
  const address = await scene.startTask('task-definition/app:1', (request, response) => {
    if (!request.headers['user-agent']?.startsWith('ELB-HealthChecker'))
      seen.push(`${request.headers.host}${request.url}`);
    response.end();
  });
  await scene.elb.registerTargets({ TargetGroupArn, Targets: [{ Id: address, Port: 80 }] });
  await scene.elb.createRule({
    ListenerArn: listener,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
    Actions: [{ Type: 'forward', TargetGroupArn }],
    Transforms: [
      {
        Type: 'url-rewrite',
        UrlRewriteConfig: {
          Rewrites: [
            { Regex: '^/old/(.*)$', Replace: '/new/$1' },
            { Regex: '^/', Replace: '/never/' },
          ],
        },
      },
      {
        Type: 'host-header-rewrite',
        HostHeaderRewriteConfig: { Rewrites: [{ Regex: '.*', Replace: 'inner.example.com' }] },
      },
    ],
  });
  await untilHealthy(scene, TargetGroupArn);
  await fetch(`${urlOf(scene, listener)}/old/page?q=1`);
  expect(seen).toEqual(['inner.example.com/new/page?q=1']);
});

it('an expression that only AWS understands is refused in the words of the emulator', async () => {
  const listener = await createListener(scene, await createLoadBalancer(scene));
  const rule = (Conditions: object[], Transforms: object[]) =>
    scene.elb.createRule({ ListenerArn: listener, Priority: 1, Conditions, Actions: notFound, Transforms } as never);
  const anyPath = { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['(?i)^/a'] } };
  const rewrites = { Rewrites: [{ Regex: '(?i)a', Replace: 'b' }] };
  await expect(rule([anyPath], [])).rejects.toThrow("The emulator cannot match the regular expression '(?i)^/a'");
  await expect(
    rule([{ Field: 'path-pattern', Values: ['/*'] }], [{ Type: 'url-rewrite', UrlRewriteConfig: rewrites }]),
  ).rejects.toThrow("The emulator cannot apply the regular expression '(?i)a'");
});
