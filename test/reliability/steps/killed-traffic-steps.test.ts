import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParameterSet } from '../../../src/parameters/parameters.ts';
import { addTestRule } from '../../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import type { Step } from '../../../src/steps/step.ts';
import { type CanaryWorld, openCanaryWorld } from '../../support/canary-world.ts';
import { describeMoment, Killed, type MadeCall, momentsOf, watch, writesOf } from './killing.ts';
import { arrange, patientHealthChecks, readerOf, takePicture } from './picture.ts';

let world: CanaryWorld;
beforeAll(async () => {
  world = await openCanaryWorld({ pageSize: 100 });
  for (const version of ['1', '2']) {
    const run = await world.run(
      deployStack,
      world.builtIn(version, { 'EcsCanary.DesiredCount': '1', ...patientHealthChecks }),
    );
    expect(run.error).toBeUndefined();
  }
});
afterAll(() => world.close());

describe('a step that stepUses traffic, killed at any moment and run again', () => {
  it('Add Test Rule adds one rule', () =>
    survives(addTestRule, {}, () => arrange(world, 'canary', { weights: [100, 0], tag: 'Blue' }), ['createRule']));

  it('Add Test Rule replaces an outdated rule of ours', () =>
    survives(
      addTestRule,
      { 'EcsCanary.TestQueryString': 'canary=yes' },
      async () => {
        await arrange(world, 'canary', { weights: [100, 0], tag: 'Blue' });
        await addRule();
      },
      ['deleteRule', 'createRule'],
    ));

  it('Shift Traffic gives green its share', () =>
    survives(
      shiftTraffic,
      { 'EcsCanary.GreenPercent': '10' },
      () => arrange(world, 'canary', { weights: [100, 0], tag: 'Blue' }),
      ['modifyActions'],
    ));

  it('Shift Traffic takes a share back and shrinks green', () =>
    survives(
      shiftTraffic,
      { 'EcsCanary.GreenPercent': '10', 'EcsCanary.GreenScalePercent': '50' },
      () => arrange(world, 'canary', { weights: [50, 50], tag: 'Blue' }),
      ['modifyActions', 'scaleTaskSet'],
    ));

  it('Promote stepUses traffic, then the tag, then tidies up', () =>
    survives(
      promote,
      { 'EcsCanary.IdleScalePercent': '50' },
      async () => {
        await arrange(world, 'canary', { weights: [50, 50], tag: 'Blue' });
        await addRule();
      },
      ['modifyActions', 'tagStable', 'deleteRule', 'scaleTaskSet'],
    ));

  it('Rollback stepUses traffic, then the tag, then tidies up', () =>
    survives(
      rollback,
      { 'EcsCanary.IdleScalePercent': '50' },
      async () => {
        await arrange(world, 'canary', { weights: [50, 50], tag: 'Blue' });
        await addRule();
        await arrangeTagOnly('Green');
      },
      ['modifyActions', 'tagStable', 'deleteRule', 'scaleTaskSet'],
    ));

  it('Prepare Blue takes traffic back that an abandoned canary left', () =>
    survives(
      prepareBlue,
      {},
      async () => {
        await arrange(world, 'canary', { weights: [90, 10], tag: 'Blue' });
        await addRule();
      },
      ['deleteRule', 'modifyActions', 'tagStable'],
    ));
});

const addRule = () => world.run(addTestRule);

async function arrangeTagOnly(colour: 'Blue' | 'Green'): Promise<void> {
  await world.aws.ecs.tagStable((await readerOf(world, 'canary').service()).arn, colour);
}

/** Every write happens once over both runs, in the order of an undisturbed one. */
async function survives<P extends ParameterSet, S>(
  step: Step<P, S>,
  parameters: Readonly<Record<string, string>>,
  start: () => Promise<unknown>,
  writes: readonly string[],
): Promise<void> {
  const record: MadeCall[] = [];
  await start();
  expect((await world.run(step, parameters, watch(record))).error).toBeUndefined();
  expect(writesOf(record)).toEqual(writes);
  const expected = await takePicture(world, 'canary');
  for (const moment of momentsOf(record)) {
    await start();
    const made: MadeCall[] = [];
    await expect(world.run(step, parameters, watch(made, moment)), describeMoment(moment)).rejects.toBeInstanceOf(
      Killed,
    );
    expect((await world.run(step, parameters, watch(made))).error, describeMoment(moment)).toBeUndefined();
    expect(await takePicture(world, 'canary'), describeMoment(moment)).toEqual(expected);
    expect(writesOf(made), describeMoment(moment)).toEqual(writes);
  }
}
