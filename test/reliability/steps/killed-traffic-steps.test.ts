import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../src/aws/intercept.ts';
import { runUntilKilled } from '../../../src/reliability/step-runs/in-process-kill.ts';
import type { AwsWrapper } from '../../../src/reliability/step-runs/step-order.ts';
import { type FaultWorld, openFaultWorld } from '../../../src/reliability/world/world.ts';
import type { StepId } from '../../../src/steps/step.ts';
import { callPointsOf, canaryWritesIn, describePoint, killAt, recordCalls } from '../../support/kill-points.ts';
import { arrangeCanary, observe } from './stacks.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await openFaultWorld();
  await world.createCanary();
});
afterAll(() => world.close());

describe('a step that moves traffic, killed at any moment and run again', () => {
  it('Add Test Rule adds one rule', () =>
    survives('add-test-rule', {}, () => arrangeCanary(world, [100, 0], 'Blue'), ['createRule']));

  it('Add Test Rule replaces an outdated rule of ours', () =>
    survives(
      'add-test-rule',
      { 'EcsCanary.TestQueryString': 'canary=yes' },
      async () => {
        await arrangeCanary(world, [100, 0], 'Blue');
        await addRule();
      },
      ['deleteRule', 'createRule'],
    ));

  it('Shift Traffic proves the way back, gives green its share, then records it', () =>
    survives(
      'shift-traffic',
      { 'EcsCanary.GreenPercent': '10' },
      () => arrangeCanary(world, [100, 0], 'Blue'),
      ['modifyActions', 'record'],
      1,
    ));

  it('Shift Traffic lowers a share and scales green down', () =>
    survives(
      'shift-traffic',
      { 'EcsCanary.GreenPercent': '10', 'EcsCanary.GreenScalePercent': '50' },
      () => arrangeCanary(world, [50, 50], 'Blue'),
      ['modifyActions', 'record', 'scaleTaskSet'],
    ));

  it('Promote moves traffic, then the tag, then tidies up', () =>
    survives(
      'promote',
      { 'EcsCanary.IdleScalePercent': '50' },
      async () => {
        await arrangeCanary(world, [50, 50], 'Blue');
        await addRule();
      },
      ['modifyActions', 'tagStable', 'deleteRule', 'scaleTaskSet'],
    ));

  it('Rollback moves traffic, then the tag, then tidies up', () =>
    survives(
      'rollback',
      { 'EcsCanary.IdleScalePercent': '50' },
      async () => {
        await arrangeCanary(world, [50, 50], 'Blue');
        await addRule();
        await world.aws.ecs.tagStable(world.actualState().canary?.serviceArn ?? '', 'Green');
      },
      ['modifyActions', 'tagStable', 'deleteRule', 'scaleTaskSet'],
    ));

  it('Prepare Blue removes traffic that an abandoned canary left on green', () =>
    survives(
      'prepare-blue',
      {},
      async () => {
        await arrangeCanary(world, [90, 10], 'Blue');
        await addRule();
      },
      ['deleteRule', 'modifyActions', 'tagStable'],
    ));
});

async function addRule(): Promise<void> {
  expect(await world.run(world.order('add-test-rule'))).toMatchObject({ kind: 'done' });
}

/**
 * Every write happens once over both runs, in the order of an undisturbed run.
 * @param proofs how many writes prove the way back first; they change nothing, so a second run repeats them
 */
async function survives(
  step: StepId,
  parameters: Readonly<Record<string, string>>,
  start: () => Promise<unknown>,
  writes: readonly string[],
  proofs = 0,
): Promise<void> {
  const isProof = ({ method, input }: AwsCall) =>
    step === 'shift-traffic' && method === 'modifyActions' && /"Weight":100.*"Weight":0/.test(JSON.stringify(input[1]));
  const changesIn = (calls: readonly AwsCall[]) => canaryWritesIn(calls.filter((call) => !isProof(call)));
  const run = (wrap: AwsWrapper) => world.run(world.order(step, { parameters }), wrap);
  const calls: AwsCall[] = [];
  await start();
  const before = world.actualState();
  expect(await run(recordCalls(calls))).toMatchObject({ kind: 'done' });
  expect(changesIn(calls)).toEqual(writes);
  expect(calls.filter(isProof)).toHaveLength(proofs);
  const expected = await observe(world, before, '');
  for (const point of callPointsOf(calls)) {
    await start();
    const made: AwsCall[] = [];
    const record = recordCalls(made);
    const killed = await runUntilKilled((wrap) => run((aws) => wrap(record(aws))), killAt(point));
    expect(killed, describePoint(point)).toEqual({ kind: 'killed' });
    expect(await run(record), describePoint(point)).toMatchObject({ kind: 'done' });
    expect(await observe(world, before, ''), describePoint(point)).toEqual(expected);
    expect(changesIn(made), describePoint(point)).toEqual(writes);
    expect(made.filter(isProof).length, describePoint(point)).toBeGreaterThanOrEqual(proofs);
  }
}
