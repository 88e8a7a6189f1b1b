import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { Write } from '../../src/emulator/writes.ts';
import { clientSettings, until } from './scene.ts';

let emulator: Emulator;
let ecs: ECS;
let elb: ElasticLoadBalancingV2;
let cloudFormation: CloudFormation;
let writes: Write[];
let stop: () => void;

beforeEach(async () => {
  emulator = await createEmulator({ timeScale: 400 });
  const settings = clientSettings(emulator.url);
  [ecs, elb, cloudFormation] = [new ECS(settings), new ElasticLoadBalancingV2(settings), new CloudFormation(settings)];
  writes = [];
  stop = emulator.onWrite((write) => void writes.push(write));
});

afterEach(async () => {
  for (const client of [ecs, elb, cloudFormation]) client.destroy();
  await emulator.close();
});

const balancer = { Name: 'shop', Subnets: ['subnet-1', 'subnet-2'] };

it('a listener is told about writes that took effect, and nothing else', async () => {
  const before = emulator.world.clock.now().getTime();
  await ecs.createCluster({ clusterName: 'mine' });
  await ecs.describeClusters({ clusters: ['mine'] });
  await expect(ecs.deleteCluster({ cluster: 'missing' })).rejects.toThrow();
  await expect(elb.createLoadBalancer({ Name: '-', Subnets: balancer.Subnets })).rejects.toThrow();
  expect(writes).toEqual([
    { time: expect.any(Number), service: 'ecs', operation: 'CreateCluster', input: { clusterName: 'mine' } },
  ]);
  expect(writes[0]?.time).toBeGreaterThanOrEqual(before);
  expect(writes[0]?.time).toBeLessThanOrEqual(emulator.world.clock.now().getTime());
});

it('a write is reported even if its client gets no answer, but not if it never arrived', async () => {
  emulator.faults.add({ kind: 'reset-before', operation: 'CreateCluster', occurrence: 1 });
  emulator.faults.add({ kind: 'reset-after', operation: 'CreateCluster', occurrence: 2 });
  await expect(ecs.createCluster({ clusterName: 'lost' })).rejects.toThrow();
  expect(writes).toEqual([]);
  await expect(ecs.createCluster({ clusterName: 'kept' })).rejects.toThrow();
  expect(writes.map(({ input }) => input)).toEqual([{ clusterName: 'kept' }]);
});

it("CloudFormation's own writes are reported, as well as the calls that start them", async () => {
  const Resources = { Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'of-the-stack' } } };
  await cloudFormation.createStack({ StackName: 'canary', TemplateBody: JSON.stringify({ Resources }) });
  await until(
    () => writes.map(({ service, operation }) => `${service} ${operation}`),
    (told) => told.length > 1,
  );
  expect(writes.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
    'cloudformation CreateStack',
    'ecs CreateCluster',
  ]);
});

it('a listener is told about a write at the moment it takes effect', async () => {
  const { LoadBalancers } = await elb.createLoadBalancer(balancer);
  const seen: unknown[] = [];
  emulator.onWrite(() => seen.push(emulator.listeners()));
  await elb.createListener({
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  expect(seen).toEqual([emulator.listeners()]);
  expect(Object.keys(emulator.listeners())).toHaveLength(1);
});

it('a listener that was removed is told nothing more, while others are', async () => {
  const others: Write[] = [];
  emulator.onWrite((write) => void others.push(write));
  stop();
  await ecs.createCluster({ clusterName: 'mine' });
  expect(writes).toEqual([]);
  expect(others).toHaveLength(1);
});
