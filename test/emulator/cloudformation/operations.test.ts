import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fake, openStackScene, type StackScene } from './stack-scene.ts';

let scene: StackScene;
beforeEach(() => {
  scene = openStackScene();
});
afterEach(() => scene.close());

const body = (resources: object, rest: object = {}): string => JSON.stringify({ Resources: resources, ...rest });

it.each([
  ['DescribeStacks', 'Stack with id gone does not exist'],
  ['UpdateStack', 'Stack [gone] does not exist'],
  ['DescribeStackEvents', 'Stack [gone] does not exist'],
  ['ListStackResources', 'Stack with id gone does not exist'],
  ['GetTemplate', 'Stack with id gone does not exist'],
])('%s of a missing stack', async (operation, message) => {
  await expect(scene.call(operation, { StackName: 'gone', TemplateBody: body({ A: fake() }) })).rejects.toMatchObject({
    code: 'ValidationError',
    message,
  });
});

describe('CreateStack refuses', () => {
  const create = (input: object) => scene.call('CreateStack', { StackName: 'canary', ...input });

  it('a name that is taken or invalid', async () => {
    await scene.create({ A: fake() });
    await expect(scene.create({ A: fake() })).rejects.toMatchObject({
      code: 'AlreadyExistsException',
      message: 'Stack [canary] already exists',
    });
    await expect(create({ StackName: 'a_b', TemplateBody: body({ A: fake() }) })).rejects.toThrow('regular expression');
  });

  it('a body over 51,200 bytes, and a URL of no bucket', async () => {
    const exact = body({ A: fake({ Value: '' }) });
    const filled = (size: number) => body({ A: fake({ Value: 'x'.repeat(size - exact.length) }) });
    await expect(create({ TemplateBody: filled(51_201) })).rejects.toThrow('length less than or equal to 51200');
    await expect(create({ TemplateURL: 'https://example.com/t' })).rejects.toThrow('supported URL');
    await create({ TemplateBody: filled(51_200) });
  });

  it('a role without the capability for it', async () => {
    const role = (properties: object) => ({
      R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } },
    });
    await expect(create({ TemplateBody: body(role({})) })).rejects.toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_IAM]',
    });
    await expect(
      create({ TemplateBody: body(role({ RoleName: 'r' })), Capabilities: ['CAPABILITY_IAM'] }),
    ).rejects.toThrow('[CAPABILITY_NAMED_IAM]');
    await create({ TemplateBody: body(role({ RoleName: 'r' })), Capabilities: ['CAPABILITY_NAMED_IAM'] });
    await scene.settle('CREATE_COMPLETE');
  });
});

it('events come in pages, newest first, and new events do not shift the pages', async () => {
  await scene.create({ A: fake(), B: fake(), C: fake({ DelaySeconds: 2 }), D: fake() });
  await expect.poll(async () => (await scene.events()).length).toBeGreaterThan(4);
  const first = await scene.call<{ StackEvents: { EventId: string }[]; NextToken: string }>('DescribeStackEvents', {
    StackName: 'canary',
  });
  await scene.settle('CREATE_COMPLETE');
  expect(first.StackEvents).toHaveLength(3);
  const events = await scene.events();
  const next = await scene.call<typeof first>('DescribeStackEvents', {
    StackName: 'canary',
    NextToken: first.NextToken,
  });
  const last = events.findIndex(({ EventId }) => EventId === first.StackEvents.at(-1)?.EventId);
  expect(next.StackEvents[0]?.EventId).toBe(events[last - 1]?.EventId);
  const resources = await scene.call<{ StackResourceSummaries: object[]; NextToken: string }>('ListStackResources', {
    StackName: 'canary',
  });
  expect(resources.StackResourceSummaries).toHaveLength(3);
  const rest = await scene.call<typeof resources>('ListStackResources', {
    StackName: 'canary',
    NextToken: resources.NextToken,
  });
  expect(rest.StackResourceSummaries).toHaveLength(1);
  expect(rest.NextToken).toBeUndefined();
});

it('the template is returned as it was sent, but secrets are not', async () => {
  const TemplateBody =
    'Parameters:\n  Key: {Type: String, NoEcho: true}\n# a remark\nResources:\n  A: {Type: "Test::Fake::Resource"}\n';
  await scene.call('CreateStack', {
    StackName: 'canary',
    TemplateBody,
    Parameters: [{ ParameterKey: 'Key', ParameterValue: 'secret' }],
  });
  expect(await scene.call('GetTemplate', { StackName: 'canary' })).toMatchObject({ TemplateBody });
  expect((await scene.stack()).Parameters).toEqual([{ ParameterKey: 'Key', ParameterValue: '****' }]);
  expect(await scene.call('GetTemplateSummary', { TemplateBody })).toMatchObject({
    Parameters: [{ ParameterKey: 'Key', ParameterType: 'String', NoEcho: true }],
    ResourceTypes: ['Test::Fake::Resource'],
  });
  expect(await scene.call('ValidateTemplate', { TemplateBody })).toMatchObject({
    Parameters: [{ ParameterKey: 'Key' }],
  });
});

it('an exported name belongs to one stack', async () => {
  const Rest = { Outputs: { O: { Value: 'x', Export: { Name: 'shared' } } } };
  await scene.create({ A: fake() }, { Rest });
  expect((await scene.settle('CREATE_COMPLETE')).Outputs).toEqual([
    { OutputKey: 'O', OutputValue: 'x', ExportName: 'shared' },
  ]);
  await scene.create({ A: fake() }, { StackName: 'second', Rest });
  await expect
    .poll(async () => JSON.stringify(await scene.call('DescribeStacks', { StackName: 'second' })))
    .toContain('ROLLBACK_COMPLETE');
});

describe('change sets', () => {
  const describeIt = (ChangeSetName = 'one') =>
    scene.call<Record<string, unknown>>('DescribeChangeSet', { StackName: 'canary', ChangeSetName });
  const make = async (resources: object, others: object = {}) => {
    const names = { StackName: 'canary', ChangeSetName: 'one' };
    await scene.call('CreateChangeSet', { ...names, TemplateBody: body(resources), ...others });
    await expect.poll(async () => (await describeIt())['Status']).not.toBe('CREATE_IN_PROGRESS');
  };

  it('create a stack under review, which executing them fills', async () => {
    await make({ A: fake() }, { ChangeSetType: 'CREATE' });
    expect((await scene.stack()).StackStatus).toBe('REVIEW_IN_PROGRESS');
    await expect(scene.update({ A: fake() })).rejects.toThrow('is in REVIEW_IN_PROGRESS state and can not be updated.');
    await scene.call('ExecuteChangeSet', { StackName: 'canary', ChangeSetName: 'one' });
    await scene.settle('CREATE_COMPLETE');
  });

  it('show what would be replaced, and what else changes because of it', async () => {
    await scene.create({ Task: fake({ Identity: 1 }), Green: fake({ Identity: { Ref: 'Task' } }), Blue: fake() });
    await scene.settle('CREATE_COMPLETE');
    await make({ Task: fake({ Identity: 2 }), Green: fake({ Identity: { Ref: 'Task' } }) });
    const { Changes, NextToken } = (await describeIt()) as {
      Changes: { ResourceChange: object }[];
      NextToken?: string;
    };
    expect(NextToken).toBeUndefined();
    expect(Changes.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
      { LogicalResourceId: 'Task', Action: 'Modify', Replacement: 'True' },
      { LogicalResourceId: 'Green', Action: 'Modify', Replacement: 'True' },
      { LogicalResourceId: 'Blue', Action: 'Remove' },
    ]);
    await scene.call('ExecuteChangeSet', { StackName: 'canary', ChangeSetName: 'one' });
    await scene.settle('UPDATE_COMPLETE');
    expect(Object.keys(await scene.resources())).toEqual(['Task', 'Green']);
  });

  it('fail without changes, and then cannot be executed', async () => {
    await scene.create({ A: fake() });
    await scene.settle('CREATE_COMPLETE');
    await make({ A: fake() });
    expect(await describeIt()).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await expect(scene.call('ExecuteChangeSet', { StackName: 'canary', ChangeSetName: 'one' })).rejects.toThrow(
      '[FAILED]',
    );
    await scene.call('DeleteChangeSet', { StackName: 'canary', ChangeSetName: 'one' });
    await expect(describeIt()).rejects.toMatchObject({ code: 'ChangeSetNotFound' });
  });
});

it('a member that the emulator would have to ignore is refused in its own words', async () => {
  await expect(
    scene.create({ A: fake() }, { StackPolicyBody: '{}', ResourceTypes: ['AWS::*'], RetainExceptOnCreate: true }),
  ).rejects.toMatchObject({
    code: 'ValidationError',
    message: 'The emulator does not support ResourceTypes, StackPolicyBody of CreateStack.',
  });
  const deletion = { StackName: 'canary', DeletionMode: 'FORCE_DELETE_STACK' };
  await expect(scene.call('DeleteStack', deletion)).rejects.toThrow(
    'The emulator does not support DeletionMode of DeleteStack.',
  );
  await scene.call('DeleteStack', { ...deletion, DeletionMode: 'STANDARD' });
});
