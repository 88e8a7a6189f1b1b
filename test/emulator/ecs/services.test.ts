import type { Service } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeWorld, type FakeWorld, until } from './fake-world.ts';
import { createSet, describeService, serviceId, setScene, untilSteady } from './scene.ts';

let world: FakeWorld;
beforeEach(async () => {
  world = createFakeWorld();
  await setScene(world);
});
afterEach(() => world.close());

const external = { cluster: 'main', serviceName: 'other', deploymentController: { type: 'EXTERNAL' } };

it('an EXTERNAL service has task sets but neither deployments nor a task definition of its own', async () => {
  const id = await createSet(world);
  await untilSteady(world, id);
  expect(await describeService(world)).toMatchObject({
    serviceArn: 'arn:aws:ecs:us-east-1:123456789012:service/main/myservice',
    status: 'ACTIVE',
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    taskDefinition: undefined,
    loadBalancers: [],
    deployments: [],
    taskSets: [{ id, status: 'ACTIVE' }],
    deploymentController: { type: 'EXTERNAL' },
  });
});

it.each([
  ['taskDefinition', 'mytask:1', 'TaskDefinition must be blank'],
  ['launchType', 'FARGATE', 'LaunchType must be blank'],
  ['networkConfiguration', { awsvpcConfiguration: { subnets: ['a'] } }, 'NetworkConfiguration must be blank'],
  ['loadBalancers', [{ containerName: 'a' }], 'LoadBalancers must be blank'],
  ['schedulingStrategy', 'DAEMON', 'DAEMON is not supported'],
  ['deploymentConfiguration', { deploymentCircuitBreaker: { enable: true, rollback: true } }, 'circuit breaker'],
])('an EXTERNAL service cannot be created with %s', async (field, value, message) => {
  await expect(world.call('CreateService', { ...external, [field]: value })).rejects.toMatchObject({
    code: 'InvalidParameterException',
    message: expect.stringContaining(message),
  });
});

it.each([
  ['taskDefinition', 'mytask:1'],
  ['forceNewDeployment', true],
  ['networkConfiguration', { awsvpcConfiguration: { subnets: ['a'] } }],
])('an EXTERNAL service cannot be updated with %s', async (field, value) => {
  await expect(world.call('UpdateService', { ...serviceId, [field]: value })).rejects.toMatchObject({
    code: 'InvalidParameterException',
  });
});

it('an EXTERNAL service with a name that exists is refused, except with the same client token', async () => {
  const created = await world.call<{ service: Service }>('CreateService', { ...external, clientToken: 't' });
  const again = await world.call<{ service: Service }>('CreateService', { ...external, clientToken: 't' });
  expect(again.service.createdAt).toEqual(created.service.createdAt);
  await expect(world.call('CreateService', external)).rejects.toMatchObject({
    code: 'InvalidParameterException',
    message: 'Creation of service was not idempotent.',
  });
});

it('an EXTERNAL service is deleted with its task sets only by force, and can then be created again', async () => {
  await createSet(world);
  await expect(world.call('DeleteService', serviceId)).rejects.toMatchObject({ code: 'InvalidParameterException' });
  await world.call('DeleteService', { ...serviceId, force: true });
  await until('it is inactive', async () => (await describeService(world)).status === 'INACTIVE');
  await expect(world.call('UpdateService', { ...serviceId, desiredCount: 1 })).rejects.toMatchObject({
    code: 'ServiceNotActiveException',
  });
  await world.call('CreateService', { ...external, serviceName: 'myservice', desiredCount: 0 });
  expect(await describeService(world)).toMatchObject({ status: 'ACTIVE', taskSets: [] });
});
describe('services', () => {
  it('of another controller are refused if they would run tasks', async () => {
    const rolling = { cluster: 'main', serviceName: 'rolling', taskDefinition: 'mytask:1' };
    await expect(world.call('CreateService', { ...rolling, desiredCount: 1 })).rejects.toMatchObject({
      code: 'UnsupportedFeatureException',
    });
    await expect(
      world.call('CreateService', { ...rolling, deploymentController: { type: 'CODE_DEPLOY' } }),
    ).rejects.toMatchObject({ code: 'UnsupportedFeatureException' });
  });

  it('are described ten at a time, with unknown ones as failures', async () => {
    expect(await world.call('DescribeServices', { cluster: 'main', services: ['no'] })).toEqual({
      services: [],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/main/no', reason: 'MISSING' }],
    });
    await expect(
      world.call('DescribeServices', { cluster: 'main', services: Array.from({ length: 11 }, (_, i) => `s${i}`) }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(world.call('DescribeServices', { cluster: 'main', services: [] })).rejects.toMatchObject({
      message: 'Services cannot be empty.',
    });
  });

  it('are listed in pages', async () => {
    for (const serviceName of ['a', 'b', 'c', 'd', 'e', 'f'])
      await world.call('CreateService', { ...external, serviceName });
    const names: string[] = [];
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await world.call<{ serviceArns: string[]; nextToken?: string }>('ListServices', {
        cluster: 'main',
        nextToken,
      });
      names.push(...page.serviceArns.map((arn) => arn.split('/').at(-1) ?? ''));
      sizes.push(page.serviceArns.length);
      nextToken = page.nextToken;
    } while (nextToken);
    expect(names).toEqual(['myservice', 'a', 'b', 'c', 'd', 'e', 'f']);
    expect(sizes).toEqual([3, 3, 1]);
  });
});

describe('clusters', () => {
  it('are created once, described, and deleted when empty', async () => {
    expect(await world.call('CreateCluster', { clusterName: 'main' })).toMatchObject({
      cluster: { clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/main', activeServicesCount: 1 },
    });
    expect(await world.call('DescribeClusters', { clusters: ['main', 'no'] })).toMatchObject({
      clusters: [{ clusterName: 'main', status: 'ACTIVE' }],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/no', reason: 'MISSING' }],
    });
    await expect(world.call('DeleteCluster', { cluster: 'main' })).rejects.toMatchObject({
      code: 'ClusterContainsServicesException',
    });
    await world.call('DeleteService', { ...serviceId, force: true });
    expect(await world.call('DeleteCluster', { cluster: 'main' })).toMatchObject({ cluster: { status: 'INACTIVE' } });
    await expect(world.call('ListServices', { cluster: 'main' })).rejects.toMatchObject({
      code: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
  });
});

describe('tags', () => {
  const resourceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/myservice';

  it('are set, replaced by key, removed and listed', async () => {
    const tags = [
      { key: 'StableStack', value: 'Blue' },
      { key: 'owner', value: 'us' },
    ];
    await world.call('TagResource', { resourceArn, tags });
    await world.call('TagResource', { resourceArn, tags: [{ key: 'StableStack', value: 'Green' }] });
    expect(await world.call('ListTagsForResource', { resourceArn })).toEqual({
      tags: [{ key: 'StableStack', value: 'Green' }, tags[1]],
    });
    await world.call('UntagResource', { resourceArn, tagKeys: ['owner'] });
    const tagged = await world.call<{ services: Service[] }>('DescribeServices', {
      cluster: 'main',
      services: ['myservice'],
      include: ['TAGS'],
    });
    expect(tagged.services[0]?.tags).toEqual([{ key: 'StableStack', value: 'Green' }]);
  });

  it.each([
    ['a short service ARN', 'arn:aws:ecs:us-east-1:123456789012:service/myservice', 'Long arn format must be used'],
    ['something else', 'arn:aws:s3:::bucket', 'does not exist'],
  ])('are refused on %s', async (_, arn, message) => {
    await expect(world.call('ListTagsForResource', { resourceArn: arn })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  it('of an unknown service are refused', async () => {
    await expect(world.call('ListTagsForResource', { resourceArn: `${resourceArn}x` })).rejects.toMatchObject({
      code: 'ServiceNotFoundException',
    });
  });

  it('with the prefix of AWS are refused', async () => {
    await expect(
      world.call('TagResource', { resourceArn, tags: [{ key: 'aws:x', value: '1' }] }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });
});
