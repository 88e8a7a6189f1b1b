import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeWorld, type FakeWorld } from './fake-world.ts';
import { register, taskDefinitionInput } from './scene.ts';

let world: FakeWorld;
beforeEach(() => {
  world = createFakeWorld();
});
afterEach(() => world.close());

it('numbers revisions, fills in defaults, and finds them by family, revision and ARN', async () => {
  const first = await register(world);
  const second = await register(world, { cpu: 10 });
  expect([first, second]).toEqual([
    'arn:aws:ecs:us-east-1:123456789012:task-definition/mytask:1',
    'arn:aws:ecs:us-east-1:123456789012:task-definition/mytask:2',
  ]);
  for (const [taskDefinition, revision] of [
    ['mytask', 2],
    ['mytask:1', 1],
    [second, 2],
  ] as const)
    expect(await world.call('DescribeTaskDefinition', { taskDefinition })).toMatchObject({
      taskDefinition: {
        revision,
        status: 'ACTIVE',
        compatibilities: ['EC2', 'FARGATE'],
        containerDefinitions: [
          {
            essential: true,
            portMappings: [{ containerPort: 4000, hostPort: 4000, protocol: 'tcp' }],
            volumesFrom: [],
          },
        ],
      },
    });
});

it('still describes an inactive revision, but skips it for its family', async () => {
  await register(world);
  const second = await register(world);
  await world.call('DeregisterTaskDefinition', { taskDefinition: second });
  const describe = (taskDefinition: string) =>
    world.call<{ taskDefinition: TaskDefinition }>('DescribeTaskDefinition', { taskDefinition });
  expect((await describe(second)).taskDefinition).toMatchObject({
    status: 'INACTIVE',
    deregisteredAt: expect.any(Date),
  });
  expect((await describe('mytask')).taskDefinition.revision).toBe(1);
  await expect(describe('mytask:7')).rejects.toMatchObject({
    code: 'ClientException',
    message: 'Unable to describe task definition.',
  });
  expect((await register(world)).endsWith(':3')).toBe(true);
});

it('lists active revisions in pages', async () => {
  for (let made = 0; made < 11; made += 1) await register(world);
  await world.call('DeregisterTaskDefinition', { taskDefinition: 'mytask:2' });
  const revisions: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.call<{ taskDefinitionArns: string[]; nextToken?: string }>('ListTaskDefinitions', {
      familyPrefix: 'mytask',
      sort: 'DESC',
      nextToken,
    });
    expect(page.taskDefinitionArns.length).toBeLessThanOrEqual(3);
    revisions.push(...page.taskDefinitionArns.map((arn) => arn.split(':').at(-1) ?? ''));
    nextToken = page.nextToken;
  } while (nextToken);
  expect(revisions).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '1']);
});

const container = { name: 'a', image: 'b' };
it.each([
  ['no family', { family: '' }, 'Family should not be null'],
  ['no containers', { containerDefinitions: [] }, 'Container list cannot be empty.'],
  ['no image', { containerDefinitions: [{ name: 'a' }] }, 'Container.image should not be null'],
  ['two containers of a name', { containerDefinitions: [container, container] }, 'unique'],
  ['a size that Fargate lacks', { memory: '128' }, 'No Fargate configuration exists for given values: 256 CPU, 128'],
  ['no task memory', { memory: undefined }, 'at the task level'],
  ['another network mode', { networkMode: 'bridge' }, 'Fargate only supports network mode'],
  [
    'a registry image without execution role',
    { containerDefinitions: [{ name: 'a', image: '1.dkr.ecr.us-east-1.amazonaws.com/b' }] },
    'execution role ARN to support ECR images',
  ],
  [
    'logs without execution role',
    { containerDefinitions: [{ ...container, logConfiguration: { logDriver: 'awslogs' } }] },
    'execution role ARN to support log driver awslogs',
  ],
])('refuses %s', async (_, change, message) => {
  await expect(world.call('RegisterTaskDefinition', { ...taskDefinitionInput(), ...change })).rejects.toMatchObject({
    code: 'ClientException',
    message: expect.stringContaining(message),
  });
});

it('accepts Fargate sizes in either notation', async () => {
  const sizes = [
    ['1 vCPU', '3GB'],
    ['.25 vcpu', '0.5 GB'],
    ['4096', '8192'],
  ] as const;
  for (const [cpu, memory] of sizes)
    expect(await world.call('RegisterTaskDefinition', { ...taskDefinitionInput(), cpu, memory })).toMatchObject({
      taskDefinition: { family: 'mytask' },
    });
});
