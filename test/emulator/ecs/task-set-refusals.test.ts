import { afterEach, beforeEach, expect, it } from 'vitest';
import { blueGroup, createFakeWorld, type FakeWorld, greenGroup, until } from './fake-world.ts';
import { createSet, describeService, describeSet, register, serviceId, setScene, untilSteady } from './scene.ts';

let world: FakeWorld;
beforeEach(async () => {
  world = createFakeWorld();
  await setScene(world);
});
afterEach(() => world.close());

const refused = (code: string, message: string | RegExp) => ({ code, message: expect.stringMatching(message) });

it('allows five task sets, including draining ones', async () => {
  world.balancer.drains = true;
  const [first] = [await createSet(world)];
  for (let more = 1; more < 5; more += 1) await createSet(world, { scale: { value: 0, unit: 'PERCENT' } });
  await untilSteady(world, first ?? '');
  await world.call('DeleteTaskSet', { ...serviceId, taskSet: first });
  await expect(createSet(world)).rejects.toMatchObject(
    refused('InvalidParameterException', '^5 deployments exist on the service. Unable to create new TaskSet'),
  );
  world.balancer.targets.clear();
  await until('the drained one left', () => createSet(world).catch(() => undefined));
});

it('refuses a target group without a load balancer, and one that does not exist', async () => {
  world.balancer.detached.add(greenGroup);
  const withGroup = (targetGroupArn: string) =>
    createSet(world, { loadBalancers: [{ targetGroupArn, containerName: 'mycontainer', containerPort: 4000 }] });
  await expect(withGroup(greenGroup)).rejects.toMatchObject({
    code: 'InvalidParameterException',
    message: `The target group with targetGroupArn ${greenGroup} does not have an associated load balancer.`,
  });
  await expect(withGroup(`${blueGroup}0`)).rejects.toMatchObject(
    refused('InvalidParameterException', 'does not exist'),
  );
});

it('refuses an inactive or unknown task definition', async () => {
  await register(world);
  await world.call('DeregisterTaskDefinition', { taskDefinition: 'mytask:2' });
  await expect(createSet(world, { taskDefinition: 'mytask:2' })).rejects.toMatchObject(
    refused('ClientException', '^TaskDefinition is inactive$'),
  );
  await expect(createSet(world, { taskDefinition: 'mytask:9' })).rejects.toMatchObject(
    refused('ClientException', 'not found'),
  );
});

it.each([
  ['two launch settings', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }, 'launch type and capacity'],
  ['no network', { networkConfiguration: undefined }, 'Network Configuration must be provided'],
  ['a scale over 100', { scale: { value: 101, unit: 'PERCENT' } }, 'between 0.0 and 100.0'],
  ['another scale unit', { scale: { value: 1, unit: 'COUNT' } }, 'PERCENT'],
  ['a long client token', { clientToken: 'x'.repeat(37) }, '36 characters'],
  [
    'an unknown container',
    { loadBalancers: [{ targetGroupArn: blueGroup, containerName: 'x', containerPort: 4000 }] },
    'The container x does not exist',
  ],
  [
    'an unmapped port',
    { loadBalancers: [{ targetGroupArn: blueGroup, containerName: 'mycontainer', containerPort: 80 }] },
    'did not have a container port 80',
  ],
])('refuses %s', async (_, change, message) => {
  await expect(createSet(world, change)).rejects.toMatchObject(refused('InvalidParameterException', message));
});

it('requires ids, and names unknown ones', async () => {
  await expect(world.call('DescribeTaskSets', { ...serviceId })).rejects.toMatchObject({
    code: 'InvalidParameterException',
    message: 'TaskSets cannot be empty.',
  });
  await expect(world.call('DeleteTaskSet', { ...serviceId, taskSet: 'ecs-svc/1' })).rejects.toMatchObject(
    refused('TaskSetNotFoundException', 'does not exist'),
  );
  await expect(
    world.call('DescribeTaskSets', { ...serviceId, service: 'other', taskSets: ['ecs-svc/1'] }),
  ).rejects.toMatchObject({ code: 'ServiceNotFoundException' });
  await expect(
    world.call('DescribeTaskSets', { ...serviceId, cluster: 'other', taskSets: ['ecs-svc/1'] }),
  ).rejects.toMatchObject({ code: 'ClusterNotFoundException' });
});

it('deletes a primary task set only by force', async () => {
  const id = await createSet(world);
  const other = await createSet(world);
  await world.call('UpdateServicePrimaryTaskSet', { ...serviceId, primaryTaskSet: id });
  expect(await describeService(world)).toMatchObject({
    taskDefinition: expect.stringContaining('mytask:1'),
    taskSets: [
      { id, status: 'PRIMARY' },
      { id: other, status: 'ACTIVE' },
    ],
  });
  await expect(world.call('DeleteTaskSet', { ...serviceId, taskSet: id })).rejects.toMatchObject(
    refused('InvalidParameterException', 'Primary TaskSet cannot be deleted'),
  );
  await world.call('DeleteTaskSet', { ...serviceId, taskSet: id, force: true });
  await until('it is gone', async () => (await describeSet(world, id)) === undefined);
});

it('manages only task sets of EXTERNAL services', async () => {
  await world.call('CreateService', {
    cluster: 'main',
    serviceName: 'rolling',
    taskDefinition: 'mytask:1',
    desiredCount: 0,
  });
  await expect(
    world.call('DescribeTaskSets', { cluster: 'main', service: 'rolling', taskSets: ['ecs-svc/1'] }),
  ).rejects.toMatchObject({
    code: 'InvalidParameterException',
    message:
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
  });
});
