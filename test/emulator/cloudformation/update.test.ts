import { afterEach, beforeEach, expect, it } from 'vitest';
import { fake, openStackScene, type StackScene } from './stack-scene.ts';

const replacing = 'Requested update requires the creation of a new physical resource; hence creating one.';

let scene: StackScene;
beforeEach(() => {
  scene = openStackScene();
});
afterEach(() => scene.close());

async function created(resources: object, others: Parameters<StackScene['create']>[1] = {}): Promise<void> {
  await scene.create(resources, others);
  await scene.settle('CREATE_COMPLETE');
  await scene.story();
}

const physicalIds = async (): Promise<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(await scene.resources()).map(([id, { PhysicalResourceId }]) => [id, PhysicalResourceId]),
  );

it('UpdateStack touches only what differs from the previous template', async () => {
  await created({ A: fake({ Value: 1 }), B: fake({ Value: 1 }) });
  await scene.update({ A: fake({ Value: 2 }), B: fake({ Value: '1' }) });
  await scene.settle('UPDATE_COMPLETE');
  expect(await scene.story()).toEqual([
    'canary UPDATE_IN_PROGRESS User Initiated',
    'A UPDATE_IN_PROGRESS',
    'A UPDATE_COMPLETE',
    'canary UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'canary UPDATE_COMPLETE',
  ]);
});

it('UpdateStack also replaces resources that refer to a replaced one, creates before it deletes, and refuses updates in the cleanup', async () => {
  const resources = (identity: string) => ({
    Task: fake({ Identity: identity, DeleteSeconds: 200 }),
    Green: fake({ Identity: { Ref: 'Task' } }),
    Blue: fake({ Value: 'x' }),
  });
  await created(resources('one'));
  const before = await physicalIds();
  await scene.update(resources('two'));
  await scene.settle('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const { StackId } = await scene.stack();
  await expect(scene.update(resources('three'))).rejects.toMatchObject({
    code: 'ValidationError',
    message: `Stack:${StackId} is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS state and can not be updated.`,
  });
  await expect(scene.call('CancelUpdateStack', { StackName: 'canary' })).rejects.toThrow('current stack status');
  await scene.settle('UPDATE_COMPLETE');
  expect(await scene.story()).toEqual([
    'canary UPDATE_IN_PROGRESS User Initiated',
    `Task UPDATE_IN_PROGRESS ${replacing}`,
    'Task UPDATE_IN_PROGRESS Resource creation Initiated',
    'Task UPDATE_COMPLETE',
    `Green UPDATE_IN_PROGRESS ${replacing}`,
    'Green UPDATE_IN_PROGRESS Resource creation Initiated',
    'Green UPDATE_COMPLETE',
    'canary UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Green DELETE_IN_PROGRESS',
    'Green DELETE_COMPLETE',
    'Task DELETE_IN_PROGRESS',
    'Task DELETE_COMPLETE',
    'canary UPDATE_COMPLETE',
  ]);
  const after = await physicalIds();
  expect(after['Blue']).toBe(before['Blue']);
  expect(after['Green']).not.toBe(before['Green']);
});

it('a resource keeps its physical id until the one that replaces it exists', async () => {
  await created({ Green: fake({ Identity: 'one' }) });
  const { Green: before } = await physicalIds();
  await scene.update({ Green: fake({ Identity: 'two' }) });
  const seen = new Set<string | undefined>();
  while (!(await scene.stack()).StackStatus?.endsWith('E_COMPLETE')) {
    seen.add((await physicalIds())['Green']);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen).not.toContain(undefined);
  expect([...seen][0]).toBe(before);
});

it('UpdateStack sees no change when a reference becomes the literal that it stood for', async () => {
  await created({ Task: fake(), Blue: fake({ Identity: { Ref: 'Task' } }) });
  const literal = (await physicalIds())['Task'];
  await expect(scene.update({ Task: fake(), Blue: fake({ Identity: literal }) })).rejects.toThrow(
    'No updates are to be performed.',
  );
});

it('UpdateStack retains resources, and leaves an orphan if a delete fails in the cleanup', async () => {
  await created({
    Kept: fake({ Identity: 1 }, { UpdateReplacePolicy: 'Retain' }),
    Stuck: fake({ Identity: 1, Fail: 'delete' }),
    Removed: fake({}, { DeletionPolicy: 'Retain' }),
    Gone: fake(),
  });
  await scene.update({
    Kept: fake({ Identity: 2 }, { UpdateReplacePolicy: 'Retain' }),
    Stuck: fake({ Identity: 2, Fail: 'delete' }),
  });
  await scene.settle('UPDATE_COMPLETE');
  const story = await scene.story();
  expect(story).toContain('Kept DELETE_SKIPPED');
  expect(story).toContain('Removed DELETE_SKIPPED');
  expect(story).toContain('Gone DELETE_COMPLETE');
  expect(story.some((line) => line.startsWith('Stuck DELETE_FAILED'))).toBe(true);
  expect(Object.keys(await scene.resources()).toSorted()).toEqual(['Kept', 'Stuck']);
});

it.each([
  ['the same template', {}],
  ['other outputs only', { Outputs: { New: { Value: 'x' } } }],
  ['another condition only', { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } }],
])('UpdateStack refuses %s, which is no update', async (_, rest) => {
  await created({ A: fake({ Value: 1 }) });
  const attempt = scene.update({ A: fake({ Value: 1 }, { DeletionPolicy: 'Retain' }) }, { Rest: rest });
  await expect(attempt).rejects.toMatchObject({
    code: 'ValidationError',
    message: 'No updates are to be performed.',
  });
});

it('UpdateStack can use the previous template and values, and uses defaults for what is left out', async () => {
  const Rest = { Parameters: { Version: { Type: 'String' }, Size: { Type: 'Number', Default: 3 } } };
  const resources = { A: fake({ Value: { 'Fn::Sub': `\${Version}/\${Size}` } }) };
  const parameters = (Version: object, ...more: object[]) => ({
    Parameters: [{ ParameterKey: 'Version', ...Version }, ...more],
  });
  await created(resources, {
    Rest,
    ...parameters({ ParameterValue: '1' }, { ParameterKey: 'Size', ParameterValue: '5' }),
  });
  const update = (others: object) =>
    scene.call('UpdateStack', { StackName: 'canary', UsePreviousTemplate: true, ...others });
  await expect(update({})).rejects.toThrow('Parameters: [Version] must have values');
  await expect(update(parameters({ UsePreviousValue: true, ParameterValue: '2' }))).rejects.toThrow('usePreviousValue');
  await expect(
    update(parameters({ UsePreviousValue: true }, { ParameterKey: 'Size', UsePreviousValue: true })),
  ).rejects.toThrow('No updates are to be performed.');
  await update(parameters({ UsePreviousValue: true }));
  const stack = await scene.settle('UPDATE_COMPLETE');
  expect(stack.Parameters).toEqual([
    { ParameterKey: 'Version', ParameterValue: '1' },
    { ParameterKey: 'Size', ParameterValue: '3' },
  ]);
  expect(
    (await scene.events()).findLast(({ LogicalResourceId }) => LogicalResourceId === 'A')?.ResourceProperties,
  ).toBe('{"Value":"1/3"}');
});

it('UpdateStack keeps tags and role unless told otherwise, and passes tags on to taggable resources', async () => {
  await created(
    { A: fake() },
    { Tags: [{ Key: 'team', Value: 'red' }], RoleARN: 'arn:aws:iam::123456789012:role/cfn' },
  );
  await scene.update({ A: fake({ Value: 2 }) });
  expect(await scene.settle('UPDATE_COMPLETE')).toMatchObject({
    Tags: [{ Key: 'team', Value: 'red' }],
    RoleARN: 'arn:aws:iam::123456789012:role/cfn',
  });
  await scene.story();
  await scene.update({ A: fake({ Value: 2 }) }, { Tags: [{ Key: 'team', Value: 'blue' }] });
  await scene.settle('UPDATE_COMPLETE');
  expect(await scene.story()).toContain('A UPDATE_COMPLETE');
});

it('UpdateStack repeats the answer for a repeated token, and refuses the token for another request', async () => {
  await created({ A: fake({ Value: 1 }) });
  await scene.update({ A: fake({ Value: 2 }) }, { ClientRequestToken: 't' });
  await scene.update({ A: fake({ Value: 2 }) }, { ClientRequestToken: 't' });
  await expect(scene.update({ A: fake({ Value: 3 }) }, { ClientRequestToken: 't' })).rejects.toMatchObject({
    code: 'TokenAlreadyExistsException',
  });
  await scene.settle('UPDATE_COMPLETE');
});
