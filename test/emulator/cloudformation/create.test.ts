import { afterEach, beforeEach, expect, it } from 'vitest';
import { fake, openStackScene, type StackScene } from './stack-scene.ts';

let scene: StackScene;
beforeEach(() => {
  scene = openStackScene();
});
afterEach(() => scene.close());

it('CreateStack creates resources in the order of their references, with an event for each step', async () => {
  await scene.create(
    {
      Second: fake({ Value: { Ref: 'First' } }),
      First: fake({ Value: 'a' }),
      Third: fake({}, { DependsOn: 'Second' }),
    },
    { Rest: { Outputs: { Id: { Value: { 'Fn::GetAtt': ['First', 'Value'] } } } }, ClientRequestToken: 'token-1' },
  );
  expect((await scene.stack()).StackStatus).toBe('CREATE_IN_PROGRESS');
  const stack = await scene.settle('CREATE_COMPLETE');
  expect(stack.Outputs).toEqual([{ OutputKey: 'Id', OutputValue: 'a' }]);
  expect(stack.StackId).toMatch(/^arn:aws:cloudformation:us-east-1:123456789012:stack\/canary\/[0-9a-f-]{36}$/);
  expect(await scene.story()).toEqual([
    'canary CREATE_IN_PROGRESS User Initiated',
    'First CREATE_IN_PROGRESS',
    'First CREATE_IN_PROGRESS Resource creation Initiated',
    'First CREATE_COMPLETE',
    'Second CREATE_IN_PROGRESS',
    'Second CREATE_IN_PROGRESS Resource creation Initiated',
    'Second CREATE_COMPLETE',
    'Third CREATE_IN_PROGRESS',
    'Third CREATE_IN_PROGRESS Resource creation Initiated',
    'Third CREATE_COMPLETE',
    'canary CREATE_COMPLETE',
  ]);
  const events = await scene.events();
  expect(new Set(events.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(new Set(['token-1']));
  expect(new Set(events.map(({ EventId }) => EventId)).size).toBe(events.length);
  expect(events[3]).toMatchObject({
    ResourceType: 'Test::Fake::Resource',
    PhysicalResourceId: expect.stringMatching(/^fake-/),
  });
});

it('CreateStack creates independent resources in parallel', async () => {
  await scene.create({ A: fake({ DelaySeconds: 5 }), B: fake({ DelaySeconds: 5 }) });
  await scene.settle('CREATE_COMPLETE');
  const story = await scene.story();
  expect(story.indexOf('B CREATE_IN_PROGRESS')).toBeLessThan(story.indexOf('A CREATE_COMPLETE'));
});

it('CreateStack rolls back what was created, cancels what is in progress, and leaves a stack that can only be deleted', async () => {
  const resources = {
    Good: fake(),
    Slow: fake({ DelaySeconds: 5000 }),
    Bad: fake({ Fail: true }, { DependsOn: 'Good' }),
  };
  await scene.create(resources);
  await scene.settle('ROLLBACK_COMPLETE');
  const story = await scene.story();
  expect(story.find((line) => line.startsWith('Bad CREATE_FAILED'))).toContain('Bad was told to fail on create');
  expect(story).toContain('Slow CREATE_FAILED Resource creation cancelled');
  expect(story).toContain(
    'canary ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Bad, Slow]. Rollback requested by user.',
  );
  expect(story.filter((line) => line.endsWith('DELETE_COMPLETE')).toSorted()).toEqual(
    ['Bad', 'Good', 'Slow'].map((id) => `${id} DELETE_COMPLETE`),
  );
  const { StackId } = await scene.stack();
  await expect(scene.update({ Good: fake({ Value: 'b' }) })).rejects.toMatchObject({
    code: 'ValidationError',
    message: `Stack:${StackId} is in ROLLBACK_COMPLETE state and can not be updated.`,
  });
});

it('CreateStack keeps everything with OnFailure DO_NOTHING, and nothing with DELETE', async () => {
  await scene.create(
    { Good: fake(), Bad: fake({ Fail: 'create' }, { DependsOn: 'Good' }) },
    { OnFailure: 'DO_NOTHING' },
  );
  await scene.settle('CREATE_FAILED');
  expect(await scene.resources()).toMatchObject({ Good: { ResourceStatus: 'CREATE_COMPLETE' } });
  const { StackId } = await scene.stack();
  await scene.call('DeleteStack', { StackName: 'canary' });
  await expect.poll(() => scene.stack().catch(({ message }) => message)).toBe('Stack with id canary does not exist');
  expect(await scene.call('DescribeStacks', { StackName: StackId })).toMatchObject({
    Stacks: [{ StackStatus: 'DELETE_COMPLETE' }],
  });
  await scene.create({ Bad: fake({ Fail: true }) }, { OnFailure: 'DELETE' });
  await expect.poll(() => scene.stack().catch(({ message }) => message)).toBe('Stack with id canary does not exist');
});

it('CreateStack ends in ROLLBACK_FAILED if something cannot be deleted, and a delete may retain it', async () => {
  await scene.create({ Stuck: fake({ Fail: 'delete' }), Bad: fake({ Fail: 'create' }, { DependsOn: 'Stuck' }) });
  await scene.settle('ROLLBACK_FAILED');
  await scene.call('DeleteStack', { StackName: 'canary' });
  await scene.settle('DELETE_FAILED');
  await scene.call('DeleteStack', { StackName: 'canary', RetainResources: ['Stuck'] });
  await expect.poll(() => scene.stack().catch(({ message }) => message)).toBe('Stack with id canary does not exist');
});

it('CreateStack stops for a delete, and can protect the stack from one', async () => {
  await scene.create({ Slow: fake({ DelaySeconds: 5000 }) }, { EnableTerminationProtection: true });
  await expect(scene.call('DeleteStack', { StackName: 'canary' })).rejects.toThrow('TerminationProtection is enabled');
  await scene.call('UpdateTerminationProtection', { StackName: 'canary', EnableTerminationProtection: false });
  await scene.call('DeleteStack', { StackName: 'canary' });
  await expect.poll(() => scene.stack().catch(({ message }) => message)).toBe('Stack with id canary does not exist');
});

it('CreateStack gives up after its own time limit', async () => {
  await scene.create({ Slow: fake({ DelaySeconds: 50_000 }) }, { TimeoutInMinutes: 1 });
  await scene.settle('ROLLBACK_COMPLETE');
  expect(await scene.story()).toContain(
    'canary ROLLBACK_IN_PROGRESS Stack creation time exceeded the specified timeout. Rollback requested by user.',
  );
});
