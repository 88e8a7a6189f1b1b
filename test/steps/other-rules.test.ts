import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

const shiftTo = (percent: string) => ({ 'EcsCanary.GreenPercent': percent });

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary());
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe("EcsCanary.Parts with the ARN of the steps' own test rule", () => {
  beforeEach(async () => {
    await awsConsole.setWeights(100, 0);
    expect((await world.run(rollback)).error).toBeUndefined();
    expect((await world.run(addTestRule)).error).toBeUndefined();
    await awsConsole.setWeights(50, 50);
  });

  it('is refused by Prepare Blue and Shift Traffic, which name the production rule', async () => {
    const arn = ruleArn(await testRule());
    for (const run of [
      await world.run(prepareBlue, arn),
      await world.run(shiftTraffic, { ...shiftTo('10'), ...arn }),
    ]) {
      expect(run.error).toMatchObject({ code: 'canary-not-found' });
      expect(run.error?.message).toContain((await awsConsole.productionRule()).RuleArn);
      expect(writesOf(run)).toEqual([]);
    }
  });

  it.each([{ deployment: 'RunbookRuns-1' }, { deploymentFailed: true }])(
    'does not stop Rollback at the production rule, and is only removed: %j',
    async (options) => {
      const arn = await testRule();
      const run = await world.run(rollback, ruleArn(arn), options);
      expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
      expect(writesOf(run).slice(0, 1)).toEqual(['ModifyRule']);
      const written = run.records.flatMap(({ operation, input }) =>
        operation === 'ModifyRule' ? [(input as { RuleArn?: string }).RuleArn] : [],
      );
      expect(written).not.toContain(arn);
    },
  );

  it('does not stop Rollback if somebody made the test rule a split, or removed a colour from the production rule', async () => {
    const arn = await testRule();
    const Actions = (await awsConsole.productionRule()).Actions ?? [];
    const before = (await awsConsole.rules()).find(({ RuleArn }) => RuleArn === arn)?.Actions ?? [];
    await awsConsole.elb.modifyRule({ RuleArn: arn, Actions });
    await world.run(rollback, ruleArn(arn), { deployment: 'RunbookRuns-1' });
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect((await world.run(addTestRule)).error).toBeUndefined();
    await awsConsole.setActions(before);
    await world.run(rollback, ruleArn(await testRule()), { deployment: 'RunbookRuns-1' });
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('does not affect a Rollback without the parameter, whatever happened to the production rule', async () => {
    const arn = await testRule();
    const Actions = (await awsConsole.productionRule()).Actions ?? [];
    await awsConsole.setActions((await awsConsole.rules()).find(({ RuleArn }) => RuleArn === arn)?.Actions ?? []);
    await awsConsole.elb.modifyRule({ RuleArn: arn, Actions });
    expect((await world.run(rollback)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });
});

it("a rule of somebody else's that names green alone is not taken for the production rule that names both", async () => {
  await awsConsole.setWeights(50, 50);
  const ListenerArn = (await awsConsole.productionRule()).RuleArn?.replace(':listener-rule/', ':listener/');
  const { Rules } = await awsConsole.elb.createRule({
    ListenerArn: ListenerArn?.slice(0, ListenerArn.lastIndexOf('/')),
    Priority: 7,
    Conditions: [{ Field: 'path-pattern', Values: ['/beta/*'] }],
    Actions: [{ Type: 'forward', TargetGroupArn: (await awsConsole.outputs())['GreenTargetGroup'] }],
  });
  const RuleArn = Rules?.[0]?.RuleArn ?? '';
  const run = await world.run(rollback, ruleArn(RuleArn));
  // The certain rules were moved before the step fails for the rest.
  expect(run.error).toMatchObject({ code: 'canary-not-found', message: expect.stringContaining('only one of') });
  expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  const { Rules: now } = await awsConsole.elb.describeRules({ RuleArns: [RuleArn] });
  expect(now?.[0]?.Actions).toEqual(Rules?.[0]?.Actions);
  await awsConsole.elb.deleteRule({ RuleArn });
});

describe('a stack with a second listener whose rule sends half of its users to green', () => {
  const hint = { 'EcsCanary.Parts': 'ListenerRule=ListenerRule' };

  beforeAll(async () => {
    const { TemplateBody = '' } = await awsConsole.cloudFormation.getTemplate({ StackName: 'canary' });
    const { Resources, ...rest } = JSON.parse(TemplateBody);
    const { Listener, ListenerRule } = Resources;
    Resources.OtherListener = { ...Listener, Properties: { ...Listener.Properties, Port: 8443 } };
    const ListenerArn = { Ref: 'OtherListener' };
    Resources.OtherRule = { ...ListenerRule, Properties: { ...ListenerRule.Properties, ListenerArn } };
    await awsConsole.cloudFormation.updateStack({
      StackName: 'canary',
      TemplateBody: JSON.stringify({ ...rest, Resources }),
      Parameters: Object.keys(rest.Parameters).map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
    });
    expect(await awsConsole.settle()).toBe('UPDATE_COMPLETE');
    expect((await world.run(rollback, hint)).error).toBeUndefined();
    await giveOtherRule(50, 50);
  });

  it('is refused by Deploy Stack, Shift Traffic and Promote', async () => {
    const { OtherRule } = await awsConsole.resources();
    for (const run of [
      await world.run(deployStack, world.builtIn('3', hint)),
      await world.run(shiftTraffic, { ...shiftTo('10'), ...hint }),
      await world.run(promote, hint),
    ]) {
      expect(run.error).toMatchObject({ code: 'rule-to-green', message: expect.stringContaining(OtherRule ?? '-') });
      expect(writesOf(run)).toEqual([]);
    }
  });

  it('is named by Rollback, with the command that gives blue the rest', async () => {
    await awsConsole.setWeights(50, 50);
    const run = await world.run(rollback, hint);
    expect(run.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    const command = /modify-rule --rule-arn (\S+) --actions '(.*?)'/.exec(run.log.join('\n'));
    await awsConsole.elb.modifyRule({ RuleArn: command?.[1], Actions: JSON.parse(command?.[2] ?? '') });
    expect((await world.run(rollback, hint)).log.join('\n')).not.toContain('still reach green');
    expect((await world.run(shiftTraffic, { ...shiftTo('10'), ...hint })).error).toMatchObject({
      code: 'rule-to-blue',
    });
    expect((await world.run(shiftTraffic, shiftTo('10'))).error).toBeUndefined();
  });

  it('does not affect Add Test Rule, whose priority is free on its own listener', async () => {
    await giveOtherRule(100, 0);
    const { OtherRule } = await awsConsole.resources();
    await awsConsole.elb.setRulePriorities({ RulePriorities: [{ RuleArn: OtherRule, Priority: 5 }] });
    expect((await world.run(addTestRule, hint)).error).toBeUndefined();
  });

  it('does not stop Rollback once the second listener was deleted by hand', async () => {
    await awsConsole.setWeights(50, 50);
    await awsConsole.elb.deleteListener({ ListenerArn: (await awsConsole.resources())['OtherListener'] });
    expect((await world.run(rollback, hint)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });
});

const ruleArn = (arn: string) => ({ 'EcsCanary.Parts': `ListenerRule=${arn}` });

async function testRule(): Promise<string> {
  return (await awsConsole.rules()).find(({ Priority }) => Priority === '5')?.RuleArn ?? '';
}

async function giveOtherRule(blue: number, green: number): Promise<void> {
  const { OtherRule, BlueTargetGroup, GreenTargetGroup } = await awsConsole.resources();
  const TargetGroups = [
    { TargetGroupArn: BlueTargetGroup, Weight: blue },
    { TargetGroupArn: GreenTargetGroup, Weight: green },
  ];
  await awsConsole.elb.modifyRule({
    RuleArn: OtherRule,
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
  });
}
