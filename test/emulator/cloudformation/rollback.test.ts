import { afterEach, beforeEach, expect, it } from 'vitest';
import { fake, openStackScene, type StackScene } from './stack-scene.ts';

let scene: StackScene;
beforeEach(() => {
  scene = openStackScene();
});
afterEach(() => scene.close());

async function created(resources: object): Promise<void> {
  await scene.create(resources);
  await scene.settle('CREATE_COMPLETE');
  await scene.story();
}

const lastStatus = async (id: string): Promise<string | undefined> => (await scene.resources())[id]?.ResourceStatus;

const lastValue = async (id: string): Promise<unknown> => {
  const event = (await scene.events()).findLast(({ LogicalResourceId }) => LogicalResourceId === id);
  return JSON.parse(event?.ResourceProperties ?? '{}').Value;
};

it('a rollback applies the old properties again, returns to replaced resources and deletes new ones', async () => {
  await created({ A: fake({ Value: 'old' }), Task: fake({ Identity: 1 }) });
  const before = await scene.resources();
  await scene.update({
    A: fake({ Value: 'new' }),
    Task: fake({ Identity: 2 }),
    Extra: fake(),
    Bad: fake({ Fail: true }, { DependsOn: ['A', 'Task', 'Extra'] }),
  });
  await scene.settle('UPDATE_ROLLBACK_COMPLETE');
  const story = await scene.story();
  const rollback = story.slice(story.findIndex((line) => line.startsWith('canary UPDATE_ROLLBACK_IN_PROGRESS')));
  expect(rollback[0]).toBe('canary UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Bad].');
  expect(rollback).toContain('A UPDATE_COMPLETE');
  expect(rollback.indexOf('canary UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS')).toBeLessThan(
    rollback.indexOf('Task DELETE_COMPLETE'),
  );
  expect(rollback).toContain('Extra DELETE_COMPLETE');
  expect(rollback).toContain('Bad DELETE_COMPLETE');
  expect(await lastValue('A')).toBe('old');
  const after = await scene.resources();
  expect(Object.keys(after)).toEqual(['A', 'Task']);
  expect(after['Task']?.PhysicalResourceId).toBe(before['Task']?.PhysicalResourceId);
  await scene.update({ A: fake({ Value: 'newer' }), Task: fake({ Identity: 1 }) });
  await scene.settle('UPDATE_COMPLETE');
});

it('a rollback follows a cancel promptly', async () => {
  await created({ A: fake({ Value: 1 }) });
  await scene.update({ A: fake({ Value: 2, DelaySeconds: 500_000 }) });
  await expect.poll(() => lastStatus('A')).toBe('UPDATE_IN_PROGRESS');
  await scene.call('CancelUpdateStack', { StackName: 'canary' });
  await scene.settle('UPDATE_ROLLBACK_COMPLETE');
  const story = await scene.story();
  expect(story).toContain('A UPDATE_FAILED Resource update cancelled');
  expect(story).toContain('canary UPDATE_ROLLBACK_IN_PROGRESS User Initiated');
  expect(await lastValue('A')).toBe(1);
});

it('a rollback can fail, and be continued with or without the resource that failed', async () => {
  const old = { A: fake({ Value: 1, Fail: 'rollback' }), Once: fake({ Value: 1, Fail: 'rollback-once' }) };
  await created(old);
  await scene.update({
    A: fake({ Value: 2 }),
    Once: fake({ Value: 2 }),
    Bad: fake({ Fail: true }, { DependsOn: ['A', 'Once'] }),
  });
  const stack = await scene.settle('UPDATE_ROLLBACK_FAILED');
  expect(stack.StackStatusReason?.trim()).toBe('The following resource(s) failed to update: [A, Once].');
  await expect(scene.update(old)).rejects.toThrow('is in UPDATE_ROLLBACK_FAILED state and can not be updated.');
  const goOn = (ResourcesToSkip: string[]) =>
    scene.call('ContinueUpdateRollback', { StackName: 'canary', ResourcesToSkip });
  await expect(goOn(['Bad'])).rejects.toThrow('ResourcesToSkip');
  await goOn([]);
  const again = await scene.settle('UPDATE_ROLLBACK_FAILED');
  expect(again.StackStatusReason?.trim()).toBe('The following resource(s) failed to update: [A].');
  await goOn(['A']);
  await scene.settle('UPDATE_ROLLBACK_COMPLETE');
  expect(Object.keys(await scene.resources())).toEqual(['A', 'Once']);
});

it('with rollback disabled, a replacement is refused, and RollbackStack rolls back the rest', async () => {
  await created({ A: fake({ Value: 1 }), Task: fake({ Identity: 1 }, { DependsOn: 'A' }) });
  await expect(scene.call('RollbackStack', { StackName: 'canary' })).rejects.toThrow('can not be rolled back');
  await scene.update(
    { A: fake({ Value: 2 }), Task: fake({ Identity: 2 }, { DependsOn: 'A' }) },
    { DisableRollback: true },
  );
  await scene.settle('UPDATE_FAILED');
  expect(await scene.story()).toContain(
    'Task UPDATE_FAILED Replacement type updates not supported on stack with disable-rollback.',
  );
  await expect(scene.update({ A: fake({ Value: 3 }) })).rejects.toThrow('[UPDATE_FAILED]');
  await scene.call('RollbackStack', { StackName: 'canary' });
  await scene.settle('UPDATE_ROLLBACK_COMPLETE');
  expect(await lastValue('A')).toBe(1);
});

it('a rollback is not needed if an update after a failed one succeeds', async () => {
  await created({ A: fake({ Value: 1 }), B: fake({ Value: 1 }, { DependsOn: 'A' }) });
  const next = (fail: object) => ({ A: fake({ Value: 2 }), B: fake({ Value: 2, ...fail }, { DependsOn: 'A' }) });
  await scene.update(next({ Fail: 'update' }), { DisableRollback: true });
  await scene.settle('UPDATE_FAILED');
  await scene.update(next({}), { DisableRollback: true });
  await scene.settle('UPDATE_COMPLETE');
  expect(await lastValue('B')).toBe(2);
});
