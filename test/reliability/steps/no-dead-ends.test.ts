import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeResource, updateStackManually } from '../../../src/reliability/arranging/anomalies.ts';
import { arrange } from '../../../src/reliability/arranging/arrange.ts';
import { states } from '../../../src/reliability/cases/states.ts';
import { type StepRequest, stepUses } from '../../../src/reliability/cases/step-uses.ts';
import { approveFor, orderFor } from '../../../src/reliability/world/step-requests.ts';
import { type FaultWorld, openFaultWorld } from '../../../src/reliability/world/world.ts';
import { requireProgram } from '../../support/cross-check.ts';
import { releaseByHints } from './next-release.ts';
import { statusOf } from './stacks.ts';

/** With 11, every step runs from every state, which takes minutes. */
const stepsOfEachState = 1;

const pairs = states
  .filter(({ weights }) => weights)
  .flatMap((state, index) =>
    Array.from({ length: stepsOfEachState }, (_, next) => ({
      state,
      use: stepUses[(index + next) % stepUses.length]?.id ?? 'rollback',
    })),
  );

describe.skipIf(!requireProgram('aws'))('whoever does what each refusal says gets a release promoted', () => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld();
    await world.createCanary();
  });
  afterAll(() => world.close());

  it.each(pairs)('from $state.id, after $use', async ({ state, use }) => {
    await arrange(world, state);
    const request: StepRequest = { stepUse: use, deployment: 1, version: world.nextVersion() };
    approveFor(world, request, world.actualState());
    await world.run(orderFor(world, request));
    expect((await releaseByHints(world, 2)).at(-1)).toBe('promoted');
    const { canary } = world.actualState();
    expect(canary).toMatchObject({ tag: 'Green', lock: undefined });
  });
});

it.skipIf(!requireProgram('aws'))(
  'a stack whose rollback failed gets unstuck, without the resource that failed',
  async () => {
    const world = await openFaultWorld();
    await world.createCanary();
    await updateStackManually(world, { Once: fakeResource({ Value: '1', Fail: 'rollback' }) });
    await expect.poll(() => statusOf(world)).toBe('UPDATE_COMPLETE');
    const Bad = { ...fakeResource({ Fail: true }), DependsOn: 'Once' };
    await updateStackManually(world, { Once: fakeResource({ Value: '2' }), Bad });
    await expect.poll(() => statusOf(world)).toBe('UPDATE_ROLLBACK_FAILED');
    const lines = await releaseByHints(world, 2);
    expect(lines.filter((line) => line.startsWith('followed'))).toEqual([
      'followed: the command in the hint',
      'followed: the command with what the hint adds',
    ]);
    expect(lines.at(-1)).toBe('promoted');
    await world.close();
  },
);

it('the first release needs no hint', async () => {
  const world = await openFaultWorld();
  expect(await releaseByHints(world, 1)).toEqual(['promoted']);
  await world.close();
});
