import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runUntilKilled } from '../../../src/reliability/step-runs/in-process-kill.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { writesOf } from '../../support/call-log.ts';
import type { StepRun } from '../../support/canary-world.ts';
import { killAt } from '../../support/kill-points.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

type Split = readonly [blue: number, green: number];
const productionRules = ['ApiRule', 'Rule', 'InternalListener'] as const;
const blue: Split = [100, 0];
const green: Split = [0, 100];
const half: Split = [50, 50];

let canary: OwnCanary;
beforeAll(async () => {
  canary = await openOwnCanary('entry-points/every-entry-point.yaml', ['1', '2']);
});
beforeEach(async () => {
  await canary.awsConsole.tag('Blue');
  const { serviceArn } = await canary.awsConsole.service();
  await canary.awsConsole.ecs.untagResource({ resourceArn: serviceArn, tagKeys: ['EcsCanaryTakenBy'] });
});
afterAll(() => canary.close());

const splits = () => Promise.all(productionRules.map((productionRule) => canary.weights(productionRule)));
const setAll = async (weights: readonly Split[]) => {
  for (const [index, productionRule] of productionRules.entries())
    await canary.setWeights(productionRule, ...(weights[index] ?? blue));
  await canary.awsConsole.forgetShares();
};
/** The weights that a run wrote, in order, each with its production rule. */
async function movesOf(run: StepRun): Promise<readonly string[]> {
  const { ApiRule = '', Rule = '' } = await canary.awsConsole.resources();
  const names: Readonly<Record<string, string>> = { [ApiRule]: 'ApiRule', [Rule]: 'Rule' };
  return run.records
    .filter(({ operation }) => operation.startsWith('Modify'))
    .map(({ input }) => names[(input as { readonly RuleArn?: string }).RuleArn ?? ''] ?? 'InternalListener');
}

describe('Rollback of rules that are on different sides', () => {
  it.each<[string, readonly Split[], 'Blue' | 'Green', readonly string[]]>([
    ['one of which gives green a share', [blue, half, blue], 'Blue', ['Rule']],
    ['one of which is already on blue', [half, blue, half], 'Blue', ['ApiRule', 'InternalListener']],
    ['left by a Promote killed after the first', [green, half, half], 'Blue', [...productionRules]],
    ['left by a Promote killed before the last', [green, green, half], 'Blue', [...productionRules]],
    ['left by a Rollback killed before the last', [blue, blue, green], 'Blue', ['InternalListener']],
    ['one of which serves nobody', [blue, [0, 0], blue], 'Blue', ['Rule']],
  ])('%s writes those alone that are not on blue', async (_, weights, tag, moved) => {
    await setAll(weights);
    await canary.awsConsole.tag(tag);
    const back = await canary.world.run(rollback, {}, { deploymentFailed: true });
    expect(back.error).toBeUndefined();
    expect(await movesOf(back)).toEqual(moved);
    expect(writesOf(back).at(-1)).toBe('TagResource');
    expect(await splits()).toEqual([blue, blue, blue]);
    expect(await canary.awsConsole.readTag()).toBe('Blue');
  });

  it('leaves a recorded promotion to a person, who reverts all of it', async () => {
    await setAll([green, blue, green]);
    await canary.awsConsole.tag('Green');
    const failed = await canary.world.run(rollback, {}, { deploymentFailed: true });
    expect(failed.error).toMatchObject({ code: 'tag-disagrees' });
    expect(writesOf(failed)).toEqual([]);
    const back = await canary.world.run(rollback, {}, { deployment: 'RunbookRuns-1' });
    expect(back.error).toBeUndefined();
    expect(await movesOf(back)).toEqual(['ApiRule', 'InternalListener']);
    expect(await splits()).toEqual([blue, blue, blue]);
  });

  it.each([
    [1, 'before'],
    [2, 'before'],
    [3, 'after'],
  ] as const)('that dies at its write %i (%s) goes on where it ended', async (write, when) => {
    await setAll([half, green, half]);
    const point = killAt({ writes: write - 1, method: 'modifyActions', occurrence: 1, when });
    const killed = await runUntilKilled((between) => canary.world.run(rollback, {}, { between }), point);
    expect(killed).toEqual({ kind: 'killed' });
    const again = await canary.world.run(rollback);
    expect(again.error).toBeUndefined();
    expect(await movesOf(again)).toEqual(productionRules.slice(when === 'after' ? write : write - 1));
    expect(await splits()).toEqual([blue, blue, blue]);
  });
});

describe('Promote of rules that are on different sides', () => {
  it.each<[string, readonly Split[], readonly string[]]>([
    ['left by one killed after the first', [green, half, half], ['Rule', 'InternalListener']],
    ['left by one killed before the last', [green, green, half], ['InternalListener']],
    ['left by one killed before the tag', [green, green, green], []],
    ['one of which is on blue', [green, blue, green], ['Rule']],
  ])('%s writes those alone that are not on green, and then the tag', async (_, weights, moved) => {
    await setAll(weights);
    const run = await canary.world.run(promote);
    expect(run.error).toBeUndefined();
    expect(await movesOf(run)).toEqual(moved);
    expect(writesOf(run).at(-1)).toBe('TagResource');
    expect(await splits()).toEqual([green, green, green]);
    expect(await canary.awsConsole.readTag()).toBe('Green');
  });

  it('refuses once the promotion is recorded while one rule is not on green', async () => {
    await setAll([green, half, green]);
    await canary.awsConsole.tag('Green');
    for (const run of [await canary.world.run(promote), await canary.world.run(prepareBlue)]) {
      expect(run.error).toMatchObject({ code: 'tag-disagrees', message: expect.stringContaining('at Rule') });
      expect(writesOf(run)).toEqual([]);
    }
  });
});

describe('Shift Traffic of rules of which some have more and some less', () => {
  it.each<[readonly Split[], readonly string[]]>([
    [
      [blue, half, blue],
      ['Rule', 'ApiRule', 'InternalListener'],
    ],
    [
      [half, blue, half],
      ['ApiRule', 'InternalListener', 'Rule'],
    ],
    [[[80, 20], half, [80, 20]], ['Rule']],
    [
      [blue, [80, 20], green],
      ['InternalListener', 'ApiRule'],
    ],
  ])('%j takes first and gives then', async (weights, moved) => {
    await setAll(weights);
    const run = await canary.world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '20' });
    expect(run.error).toBeUndefined();
    expect(await movesOf(run)).toEqual(moved);
    expect(await splits()).toEqual(productionRules.map(() => [80, 20]));
  });
});
