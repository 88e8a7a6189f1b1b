import { readFileSync } from 'node:fs';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cloud } from '../../src/rehearsal/cloud.ts';
import { createEmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';

const open: { cloud?: Cloud; client?: CloudFormationClient } = {};

afterEach(async () => {
  open.client?.destroy();
  await open.cloud?.close();
});

const template = (loadBalancer: string): string =>
  JSON.stringify({
    Resources: {
      Group: {
        Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
        Properties: { Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'vpc-1' },
      },
      Listener: {
        Type: 'AWS::ElasticLoadBalancingV2::Listener',
        Properties: {
          LoadBalancerArn: loadBalancer,
          Port: 80,
          Protocol: 'HTTP',
          DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
        },
      },
      Rule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: {
          ListenerArn: { Ref: 'Listener' },
          Priority: 10,
          Conditions: [
            { Field: 'path-pattern', PathPatternConfig: { Values: ['/shop*'] } },
            { Field: 'host-header', HostHeaderConfig: { Values: ['*.example.com'] } },
          ],
          Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Group' } }],
        },
      },
    },
  });

describe('createEmulatedCloud', () => {
  it('creates the scene, and finds the entry points of a stack', async () => {
    const cloud = await createEmulatedCloud({ timeScale: 100, template: undefined, parameters: {} });
    open.cloud = cloud;
    const loadBalancer = cloud.variables['Canary.LoadBalancerArn'] ?? '';
    expect(loadBalancer).toMatch(/^arn:aws:elasticloadbalancing:.*:loadbalancer\/app\//);
    expect(cloud.variables['Canary.VpcId']).toMatch(/^vpc-/);
    const client = new CloudFormationClient({
      endpoint: cloud.endpoint,
      region: cloud.variables['Canary.AWS.Region'] ?? '',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    });
    open.client = client;
    const StackName = cloud.variables['Canary.StackName'] ?? '';
    await client.send(new CreateStackCommand({ StackName, TemplateBody: template(loadBalancer) }));
    await vi.waitFor(
      async () => {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
        expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
      },
      { timeout: 40_000, interval: 50 },
    );
    const [entryPoint, ...others] = await cloud.findEntryPoints();
    expect(others).toEqual([]);
    expect(entryPoint).toMatchObject({ name: 'HTTP:80 *.example.com/shop*', host: 'x.example.com', kind: 'service' });
    expect(entryPoint?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/shop$/);
    expect(await cloud.served()).toEqual([]);
  });

  it('has the clusters that the parameters name, and says what it swaps', async () => {
    const parameters = {
      'EcsCanary.Cluster': 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop',
      'EcsCanary.DesiredCount': '3',
    };
    const cloud = await createEmulatedCloud({ timeScale: 100, template: undefined, parameters });
    open.cloud = cloud;
    expect(cloud.variables['Canary.Cluster']).toBe('shop');
    expect(cloud.parameters).toEqual({
      'EcsCanary.Cluster': 'arn:aws:ecs:us-east-1:123456789012:cluster/shop',
      'EcsCanary.DesiredCount': '3',
    });
    expect(cloud.notes).toEqual([expect.stringContaining('In the parameter EcsCanary.Cluster:')]);
  });

  it('has the cluster that a template names by a parameter', async () => {
    const text = readFileSync(new URL('../fixtures/entry-points/every-entry-point.yaml', import.meta.url), 'utf8')
      .replaceAll('Cluster: default', 'Cluster: !Ref ClusterName')
      .replace('Parameters:', 'Parameters:\n  ClusterName: {Type: String, Default: production}');
    const cloud = await createEmulatedCloud({ timeScale: 100, template: text, parameters: {} });
    open.cloud = cloud;
    expect(cloud.variables['Canary.Cluster']).toBe('production');
  });

  it.each(['s3://shop-templates/canary', 'Not A Bucket'])(
    'has the bucket for large templates, if %s is one',
    async (given) => {
      const parameters = { 'EcsCanary.TemplateBucket': given };
      const cloud = await createEmulatedCloud({ timeScale: 100, template: undefined, parameters });
      open.cloud = cloud;
      const authorization = 'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, Signature=0';
      const url = `${cloud.endpoint}/shop-templates/canary/a`;
      const { status } = await fetch(url, { method: 'PUT', body: '{}', headers: { authorization } });
      expect(status).toBe(given.startsWith('s3:') ? 200 : 404);
    },
  );
});
