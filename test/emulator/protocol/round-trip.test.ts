import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientSettings, openScene, type Scene } from '../scene.ts';

let scene: Scene;
let received: unknown;
const answer = (output: object) => (input: unknown) => {
  received = input;
  return output;
};

const created = new Date('2026-01-02T03:04:05.678Z');
const awkward = 'a <b> & "c"\n\té\u{1F600}\'';

beforeEach(async () => {
  received = undefined;
  scene = await openScene(
    {},
    {
      ecs: {
        DescribeTaskSets: answer({
          taskSets: [{ id: 'ecs-svc/1', scale: { value: 33.3, unit: 'PERCENT' }, createdAt: created, tags: [] }],
          failures: [],
        }),
        RegisterTaskDefinition: answer({
          taskDefinition: { containerDefinitions: [{ dockerLabels: { [awkward]: awkward }, essential: false }] },
        }),
        DescribeTasks: answer({ tasks: [] }),
      },
      cloudFormation: {
        CreateStack: answer({ StackId: 'arn:stack' }),
        DeleteStack: answer({}),
        DescribeStacks: answer({
          Stacks: [
            {
              StackName: 's',
              CreationTime: created,
              StackStatus: 'CREATE_COMPLETE',
              Outputs: [],
              Description: awkward,
            },
            {
              StackName: 't',
              CreationTime: created,
              DisableRollback: true,
              TimeoutInMinutes: 0,
              StackStatus: undefined,
            },
          ],
        }),
      },
    },
  );
});

afterEach(() => scene.close());

it('AWS JSON carries times, numbers, booleans, maps and any text both ways', async () => {
  const ecs = new ECS(clientSettings(scene.emulator.url));
  const sets = await ecs.describeTaskSets({ cluster: 'c', service: 's', taskSets: ['x'], include: ['TAGS'] });
  expect(received).toEqual({ cluster: 'c', service: 's', taskSets: ['x'], include: ['TAGS'] });
  expect(sets.taskSets).toEqual([
    { id: 'ecs-svc/1', scale: { value: 33.3, unit: 'PERCENT' }, createdAt: created, tags: [] },
  ]);
  const input = {
    family: 'f',
    containerDefinitions: [
      { name: awkward, environment: [{ name: 'A', value: awkward }], dockerLabels: { 'x.y': 'z' } },
    ],
  };
  const { taskDefinition } = await ecs.registerTaskDefinition(input);
  expect(received).toEqual(input);
  expect(taskDefinition?.containerDefinitions).toEqual([{ dockerLabels: { [awkward]: awkward }, essential: false }]);
});

it('AWS query carries lists, blank lists, booleans and any text, and XML carries them back', async () => {
  const cloudFormation = new CloudFormation(clientSettings(scene.emulator.url));
  const input = {
    StackName: 's',
    TemplateBody: `${awkward}\r\n=%+ `,
    Parameters: Array.from({ length: 11 }, (_, index) => ({ ParameterKey: `p${index}`, ParameterValue: awkward })),
    DisableRollback: false,
    TimeoutInMinutes: 7,
    NotificationARNs: [],
    RollbackConfiguration: { RollbackTriggers: [{ Arn: 'a', Type: 't' }] },
  };
  expect(await cloudFormation.createStack(input)).toMatchObject({ StackId: 'arn:stack' });
  expect(received).toEqual(input);
  await cloudFormation.deleteStack({ StackName: 's' });
  const { Stacks } = await cloudFormation.describeStacks({});
  expect(Stacks?.[0]).toMatchObject({ CreationTime: created, Outputs: [], Description: awkward });
  expect(Stacks?.[1]).toMatchObject({ DisableRollback: true, TimeoutInMinutes: 0 });
});

it("a missing required member leads to its service's validation error", async () => {
  const ecs = new ECS(clientSettings(scene.emulator.url));
  await expect(ecs.describeTasks({ cluster: 'c' } as never)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Tasks cannot be empty.',
  });
  await expect(scene.elb.modifyTargetGroupAttributes({ TargetGroupArn: 'arn:x' } as never)).rejects.toMatchObject({
    name: 'ValidationError',
    message:
      "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null",
  });
});

it('an operation that the emulator lacks is refused at once by name, and listed as a call', async () => {
  const ecs = new ECS({ ...clientSettings(scene.emulator.url), maxAttempts: 3, customUserAgent: 'round-trip' });
  await expect(ecs.createCapacityProvider({ name: 'x' })).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: expect.stringContaining('CreateCapacityProvider'),
  });
  await expect(scene.elb.describeSSLPolicies({})).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  const foreign = await fetch(scene.emulator.url, {
    method: 'POST',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });
  expect(foreign.status).toBe(400);
  expect(await foreign.text()).toContain('<Code>UnsupportedOperation</Code>');
  const calls = scene.emulator.calls();
  expect(calls.map(({ service, operation, outcome }) => [service, operation, outcome])).toEqual([
    ['ecs', 'CreateCapacityProvider', 'UnsupportedOperation'],
    ['elb', 'DescribeSSLPolicies', 'UnsupportedOperation'],
    ['unknown', 'GetCallerIdentity', 'UnsupportedOperation'],
  ]);
  expect(calls[0]?.userAgent).toContain('round-trip');
});

it.each([
  [
    'broken JSON',
    { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeTasks' },
    '{',
    'SerializationException',
  ],
  [
    'a list as body',
    { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeTasks' },
    '[]',
    'SerializationException',
  ],
  [
    'a text in place of a list',
    { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeTasks' },
    '{"tasks":"one"}',
    'SerializationException',
  ],
  ['no operation', {}, 'hello', 'MissingAction'],
  ['a priority that is no number', {}, 'Version=2015-12-01&Action=CreateRule&Priority=ten', 'MalformedInput'],
  ['a list without its index', {}, 'Version=2015-12-01&Action=DescribeRules&RuleArns.member.x=a', 'MalformedInput'],
])('%s leads to a clear 400', async (_what, headers, body, code) => {
  const response = await fetch(scene.emulator.url, { method: 'POST', headers, body });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(code);
  expect(scene.emulator.calls().at(-1)?.outcome).toBe(code);
});

it('an in-process call is validated and isolated like one over the network', async () => {
  const { world } = scene.emulator;
  await expect(world.invoke('elb', 'CreateRule', {})).rejects.toMatchObject({ code: 'ValidationError' });
  await expect(
    world.invoke('elb', 'AddListenerCertificates', { ListenerArn: 'x', Certificates: [] }),
  ).rejects.toMatchObject({
    code: 'UnsupportedOperation',
  });
  const input = { Name: 'shop', Subnets: ['a', 'b'] };
  const output = await world.invoke<{ LoadBalancers: { Scheme: string }[] }>('elb', 'CreateLoadBalancer', input);
  const first = output.LoadBalancers[0];
  if (first) first.Scheme = 'changed by its reader';
  const { LoadBalancers } = await scene.elb.describeLoadBalancers({});
  expect(LoadBalancers?.[0]?.Scheme).toBe('internet-facing');
  expect(scene.emulator.calls().map(({ operation }) => operation)).toEqual(['DescribeLoadBalancers']);
});
