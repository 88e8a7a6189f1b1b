import { afterAll, beforeAll, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type OwnCanary, openOwnCanary } from '../support/own-canary.ts';

const lines = ['BlueTaskSet=SetOne', 'GreenTaskSet=SetTwo', 'BlueTargetGroup=GroupOne', 'GreenTargetGroup=GroupTwo'];
const parts = (...more: readonly string[]) => ({ 'EcsCanary.Parts': [...lines, ...more].join('\n') });
const all = parts('Service=MyService', 'ListenerRule=MyListenerRule');

/** The article's template with names that tell nothing, and without outputs. */
function nameless(text: string): string {
  return text
    .slice(0, text.indexOf('Outputs:'))
    .replaceAll('1.0.0', '#{Octopus.Release.Number}')
    .replaceAll(/cluster\/[\w-]+/g, 'cluster/default')
    .replaceAll(/(?<!Octopus)BlueTaskSet/g, 'SetOne')
    .replaceAll(/(?<!Octopus)GreenTaskSet/g, 'SetTwo')
    .replaceAll(/(?<!Octopus)BlueTargetGroup/g, 'GroupOne')
    .replaceAll(/(?<!Octopus)GreenTargetGroup/g, 'GroupTwo');
}

let canary: OwnCanary;
beforeAll(async () => {
  canary = await openOwnCanary('article/first-deployment.yaml', [], { edit: nameless });
});
afterAll(() => canary.close());

it('a template whose parts nothing tells is refused with the lines to add, all at once', async () => {
  const run = await canary.deploy('1');
  expect(run.error).toMatchObject({ code: 'invalid-template' });
  for (const key of ['BlueTaskSet', 'GreenTaskSet', 'BlueTargetGroup', 'GreenTargetGroup'])
    expect(run.error?.message).toContain(`add the line ${key}=LOGICAL_ID to EcsCanary.Parts`);
  expect(run.calls).toEqual([]);
});

it('with these lines every step finds its way through a whole canary', async () => {
  const { world } = canary;
  for (const version of ['1', '2']) expect((await canary.deploy(version, all)).error).toBeUndefined();
  const outputsOf = async (run: ReturnType<typeof world.run>) => {
    const { error, outputs } = await run;
    expect(error).toBeUndefined();
    return outputs;
  };
  expect(await outputsOf(world.run(addTestRule, all))).toHaveProperty('TestUrl');
  const share = { 'EcsCanary.GreenPercent': '10' };
  expect(await outputsOf(world.run(shiftTraffic, { ...share, ...all }))).toMatchObject({ GreenPercent: '10' });
  expect(await outputsOf(world.run(promote, all))).toMatchObject({ StableStack: 'Green', GreenPercent: '100' });
  expect(await outputsOf(world.run(prepareBlue, all))).toMatchObject({ StableStack: 'Blue', GreenPercent: '0' });
  expect(await outputsOf(world.run(rollback, all))).toMatchObject({ StableStack: 'Blue', GreenPercent: '0' });
});

it('the deployed stack is refused without them too, with the lines to add or to correct', async () => {
  const missing = await canary.world.run(promote);
  expect(missing.error?.message).toContain('add the line BlueTargetGroup=LOGICAL_ID to EcsCanary.Parts');
  const wrong = await canary.world.run(promote, parts('Service=YourService'));
  expect(wrong.error).toMatchObject({
    code: 'canary-not-found',
    message: expect.stringContaining(
      'no single ECS service (EcsCanary.Parts says Service=YourService); the stack has MyService. To name it, correct that line.',
    ),
  });
  for (const run of [missing, wrong]) expect(writesOf(run)).toEqual([]);
});
