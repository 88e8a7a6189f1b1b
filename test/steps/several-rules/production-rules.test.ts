import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { addTestRule } from '../../../src/steps/add-test-rule/add-test-rule.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { wrapAws, writesOf } from '../../support/call-log.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

const productionRules = ['ApiRule', 'Rule', 'InternalListener'] as const;
const shift = (percent: string) => ({ 'EcsCanary.GreenPercent': percent });

let canary: OwnCanary;
beforeAll(async () => {
  canary = await openOwnCanary('entry-points/every-entry-point.yaml', ['1', '2']);
});
afterAll(() => canary.close());

const splits = () => Promise.all(productionRules.map((productionRule) => canary.weights(productionRule)));
const everywhere = (blue: number, green: number) => productionRules.map(() => [blue, green]);
const setAll = async (...weights: readonly (readonly [blue: number, green: number])[]) => {
  for (const [index, productionRule] of productionRules.entries())
    await canary.setWeights(productionRule, ...(weights[index] ?? [100, 0]));
  await canary.awsConsole.forgetShares();
};

describe('a service with a redirect, two rules and an internal listener', () => {
  beforeEach(async () => {
    await canary.awsConsole.tag('Blue');
    await setAll();
  });

  it('is shifted at every production rule, in a fixed order, and each is read back before the next', async () => {
    const run = await canary.world.run(shiftTraffic, shift('10'));
    expect(run.error).toBeUndefined();
    expect(await splits()).toEqual(everywhere(90, 10));
    const order = run.calls.filter((call) => /^(Modify|DescribeRules)/.test(call));
    const each = ['ModifyRule', 'ModifyRule', 'ModifyListener'];
    // The way back is proved at each of them first.
    expect(order.filter((call) => call.startsWith('Modify'))).toEqual([...each, ...each]);
    for (const [index, call] of order.entries())
      if (call.startsWith('Modify')) expect(order[index + 1]).toBe('DescribeRules');
    expect(run.log.join('\n')).toMatch(
      /Returning to blue takes 3 API calls, measured at \d+\.\d\d s; 2 of 2 blue targets are healthy\./,
    );
    expect(run.log.join('\n')).toContain('Moving traffic at ApiRule (path-pattern /api/*) from Blue 100 %');
    expect(run.log.join('\n')).toContain('at the default action of InternalListener');
    expect(run.outputs).toMatchObject({ GreenPercent: '10', BlueWeight: '90' });
    expect(run.outputs['Summary']).toContain('| Share of traffic (3 rules) | 90 % | 10 % |');
  });

  it('is promoted and rolled back at every production rule, weights before the tag', async () => {
    const up = await canary.world.run(promote);
    expect(up.error).toBeUndefined();
    expect(await splits()).toEqual(everywhere(0, 100));
    expect(writesOf(up)).toEqual(['ModifyRule', 'ModifyRule', 'ModifyListener', 'TagResource']);
    expect(up.log.join('\n')).toContain('has all of the traffic at all 3 production rules');
    const down = await canary.world.run(rollback);
    expect(down.error).toBeUndefined();
    expect(await splits()).toEqual(everywhere(100, 0));
    expect(writesOf(down)).toEqual(['ModifyRule', 'ModifyRule', 'ModifyListener', 'TagResource']);
    for (const path of ['/', '/api/x']) expect(await canary.ask('Listener', path)).toMatchObject({ version: '1' });
    expect(await canary.ask('InternalListener')).toMatchObject({ version: '1' });
    expect(await canary.ask('PlainListener')).toMatchObject({ status: 301 });
  });

  it.each(['before', 'after'] as const)(
    'converges after a kill %s any write, and was never above its share',
    async (when) => {
      for (const nth of [1, 2, 3, 4, 5, 6]) {
        await setAll();
        await canary.world.run(shiftTraffic, shift('10'), { between: killAt(nth, when) }).catch(unlessKilled);
        for (const [, green = 0] of await splits()) expect([0, 10]).toContain(green);
        expect((await canary.world.run(shiftTraffic, shift('10'))).error).toBeUndefined();
        expect(await splits()).toEqual(everywhere(90, 10));
      }
    },
  );

  it('names each rule where shares differ, and counts an increase from the smallest', async () => {
    await setAll([90, 10], [50, 50], [90, 10]);
    const held = await canary.world.run(shiftTraffic, {
      ...shift('36'),
      'EcsCanary.MaxIncrease': '25',
    });
    expect(held.log.join('\n')).toContain('An increase from 10 % to 36 % exceeds the 25 percentage points');
    expect(held.log.join('\n')).toContain('Blue 50 % / Green 50 % at Rule (path-pattern /*)');
    expect(held.outputs).toMatchObject({ GreenPercent: '50' });
    expect(held.outputs['Summary']).toMatch(
      /\| Share at ApiRule .* \| 90 % \| 10 % \|\n\| Share at Rule .* \| 50 % \| 50 % \|/,
    );
    expect(
      (await canary.world.run(shiftTraffic, { ...shift('35'), 'EcsCanary.MaxIncrease': '25' })).error,
    ).toBeUndefined();
    expect(await splits()).toEqual(everywhere(65, 35));
  });

  it('lowers the rules above their share before it requires anything of green', async () => {
    await setAll([50, 50], [90, 10], [100, 0]);
    const { id } = await canary.awsConsole.taskSet('Green');
    const service = (await canary.awsConsole.service()).serviceArn;
    const scale = (value: number) =>
      canary.awsConsole.ecs.updateTaskSet({
        cluster: 'default',
        service,
        taskSet: id,
        scale: { unit: 'PERCENT', value },
      });
    await scale(0);
    const run = await canary.world.run(shiftTraffic, { ...shift('20'), 'EcsCanary.TimeoutMinutes': '1' });
    expect(run.calls.indexOf('ModifyRule')).toBeLessThan(run.calls.indexOf('UpdateTaskSet'));
    expect(run.error).toBeUndefined();
    expect(await splits()).toEqual(everywhere(80, 20));
    await scale(100);
  });

  it('gets one test rule, next to the broadest rule of the first listener, which matches testers of every path', async () => {
    const run = await canary.world.run(addTestRule);
    expect(run.error).toBeUndefined();
    for (const path of ['/?test=true', '/api/x?test=true'])
      expect(await canary.ask('Listener', path)).toEqual({ status: 200, version: '2' });
    expect(await canary.ask('Listener', '/api/x')).toEqual({ status: 200, version: '1' });
    expect((await canary.world.run(rollback)).error).toBeUndefined();
  });

  it('is warned of a rule from which somebody removed blue, with the command that restores it', async () => {
    const { ApiRule } = await canary.awsConsole.resources();
    const { GreenTargetGroup } = await canary.awsConsole.outputs();
    const Actions = [{ Type: 'forward' as const, TargetGroupArn: GreenTargetGroup }];
    await canary.awsConsole.elb.modifyRule({ RuleArn: ApiRule, Actions });
    await canary.setWeights('Rule', 50, 50);
    const refused = await canary.world.run(shiftTraffic, shift('10'));
    expect(refused.error).toMatchObject({ code: 'rule-to-green' });
    expect(refused.error?.hint).not.toContain('delete-rule');
    const run = await canary.world.run(rollback);
    expect(run.error).toBeUndefined();
    expect(await canary.weights('Rule')).toEqual([100, 0]);
    expect(run.log.join('\n')).toContain('blue has all of the traffic of the production rules and');
    expect(run.outputs['Summary']).toContain(
      'Users also reach green, outside the shares above, through the rule ApiRule',
    );
    const command = /modify-rule --rule-arn (\S+) --actions '(.*?)'/.exec(run.log.join('\n'));
    await canary.awsConsole.elb.modifyRule({ RuleArn: command?.[1], Actions: JSON.parse(command?.[2] ?? '') });
    expect(await splits()).toEqual(everywhere(100, 0));
  });

  it('is rolled back although somebody removed blue from every rule', async () => {
    const { ApiRule, Rule, InternalListener } = await canary.awsConsole.resources();
    const { GreenTargetGroup } = await canary.awsConsole.outputs();
    const toGreen = [{ Type: 'forward' as const, TargetGroupArn: GreenTargetGroup }];
    for (const RuleArn of [ApiRule, Rule]) await canary.awsConsole.elb.modifyRule({ RuleArn, Actions: toGreen });
    await canary.awsConsole.elb.modifyListener({ ListenerArn: InternalListener, DefaultActions: toGreen });
    expect((await canary.world.run(rollback)).error).toBeUndefined();
    expect(await splits()).toEqual(everywhere(100, 0));
  });

  it('is prepared again at every production rule after a promotion', async () => {
    expect((await canary.world.run(promote)).error).toBeUndefined();
    const run = await canary.world.run(prepareBlue);
    expect(run.error).toBeUndefined();
    expect(await splits()).toEqual(everywhere(100, 0));
    expect(run.log.join('\n')).toContain('with all of the traffic at all 3 production rules');
    for (const path of ['/', '/api/x']) expect(await canary.ask('Listener', path)).toMatchObject({ version: '2' });
  });
});

class Killed extends Error {}

function unlessKilled(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}

/** Kills the step at its nth write of weights. */
function killAt(nth: number, when: 'before' | 'after'): (aws: Aws) => Aws {
  let seen = 0;
  return (aws) =>
    wrapAws(aws, async (call, carryOut) => {
      if (!call.startsWith('loadBalancing.modifyActions')) return carryOut();
      seen += 1;
      if (seen === nth && when === 'before') throw new Killed();
      const answer = await carryOut();
      if (seen === nth) throw new Killed();
      return answer;
    });
}
