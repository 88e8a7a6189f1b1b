import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, eventually } from '../support/canary-console.ts';
import type { CanaryWorld, StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

const share = (percent: string) => ({ 'EcsCanary.GreenPercent': percent });

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary());
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('I1: green gets only what its weight shows', () => {
  beforeEach(async () => {
    expect((await world.run(rollback)).error).toBeUndefined();
  });

  it('a test rule that somebody widened is refused by every step that relies on the weights, and removed by Rollback', async () => {
    expect((await world.run(addTestRule)).error).toBeUndefined();
    const { RuleArn } = await testRule();
    await awsConsole.elb.modifyRule({ RuleArn, Conditions: [{ Field: 'path-pattern', Values: ['/*'] }] });
    expect(await awsConsole.ask('/')).toMatchObject({ version: '2' });
    await expectRefusals(RuleArn ?? '');
    expect(writesOf(await world.run(rollback))).toEqual(['DeleteRule']);
    expect(await awsConsole.ask('/')).toMatchObject({ version: '1' });
  });

  it('a test rule that somebody turned into a split is removed by Prepare Blue', async () => {
    expect((await world.run(addTestRule)).error).toBeUndefined();
    const { BlueTargetGroup, GreenTargetGroup } = await awsConsole.outputs();
    const TargetGroups = [BlueTargetGroup, GreenTargetGroup].map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 }));
    const { RuleArn } = await testRule();
    await awsConsole.elb.modifyRule({ RuleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
    expect(writesOf(await world.run(prepareBlue))).toEqual(['DeleteRule']);
  });

  it("somebody else's rule to green is refused, and Rollback leaves it and says so", async () => {
    const { GreenTargetGroup } = await awsConsole.outputs();
    const ListenerArn = (await testRule()).RuleArn?.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
    const { Rules } = await awsConsole.elb.createRule({
      ListenerArn,
      Priority: 7,
      Conditions: [{ Field: 'path-pattern', Values: ['/admin/*'] }],
      Actions: [{ Type: 'forward', TargetGroupArn: GreenTargetGroup }],
    });
    const RuleArn = Rules?.[0]?.RuleArn ?? '';
    await expectRefusals(RuleArn);
    await awsConsole.setWeights(90, 10);
    expect((await world.run(shiftTraffic, share('5'))).error).toBeUndefined();
    const back = await world.run(rollback);
    expect(back.error).toBeUndefined();
    expect(writesOf(back)).toEqual(['ModifyRule', 'TagResource']);
    expect(back.log.join('\n')).toContain(
      'Users still reach green through the rule with priority 7 (path-pattern /admin/*',
    );
    await awsConsole.elb.deleteRule({ RuleArn });
  });

  it('a correct test rule, ours or created by hand, does not affect any step', async () => {
    expect((await world.run(addTestRule)).error).toBeUndefined();
    expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
    expect((await world.run(shiftTraffic, share('10'))).error).toBeUndefined();
    expect((await world.run(promote)).error).toBeUndefined();
  });
});

describe('a production rule that somebody changed', () => {
  beforeEach(async () => {
    expect((await world.run(rollback)).error).toBeUndefined();
  });
  afterEach(async () => {
    await awsConsole.setWeights(100, 0);
    expect((await world.run(rollback)).error).toBeUndefined();
  });

  it('to name green alone gets blue back, with all traffic, by Rollback', async () => {
    await forward('GreenTargetGroup');
    const back = await world.run(rollback);
    expect(back.error).toBeUndefined();
    expect(writesOf(back)).toEqual(['ModifyRule', 'ModifyRule', 'TagResource']);
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await awsConsole.ask()).toMatchObject({ version: '1' });
  });

  it('to name blue alone gets green back, without traffic, by Prepare Blue', async () => {
    await forward('BlueTargetGroup');
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('to forward nowhere is named with the command that restores blue', async () => {
    const FixedResponseConfig = { StatusCode: '503' };
    await awsConsole.setActions([{ Type: 'fixed-response', Order: 1, FixedResponseConfig }]);
    const { RuleArn } = await awsConsole.productionRule();
    const { error } = await world.run(rollback);
    expect(error).toMatchObject({ code: 'canary-not-found' });
    const command = error?.message.match(/aws elbv2 modify-rule --rule-arn (\S+) --actions '(.*)'/);
    expect(command?.[1]).toBe(RuleArn);
    await awsConsole.setActions(JSON.parse(command?.[2] ?? ''));
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('to weights of 0 and 0 serves nobody, which Deploy Stack refuses and Prepare Blue repairs', async () => {
    await awsConsole.setWeights(0, 0);
    const refused = await world.run(deployStack, world.builtIn('3'));
    expect(refused.error).toMatchObject({
      code: 'not-prepared',
      message: expect.stringContaining('Blue 0 % / Green 0 % (no traffic is served)'),
      hint: expect.stringContaining('Prepare Blue'),
    });
    expect(writesOf(refused)).toEqual([]);
    expect((await world.run(prepareBlue)).outputs['Summary']).toContain('| Share of traffic | 100 % | 0 % |');
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('to give a third group weight is refused by Shift Traffic and Promote, and Rollback acts and says so', async () => {
    const { BlueTargetGroup, GreenTargetGroup } = await awsConsole.outputs();
    const third = await awsConsole.elb.createTargetGroup({
      ...{ Name: 'third', Protocol: 'HTTP', Port: 80, TargetType: 'ip' },
      VpcId: world.scene.vpcId,
    });
    const TargetGroups = [
      { TargetGroupArn: BlueTargetGroup, Weight: 80 },
      { TargetGroupArn: GreenTargetGroup, Weight: 10 },
      { TargetGroupArn: third.TargetGroups?.[0]?.TargetGroupArn, Weight: 10 },
    ];
    await awsConsole.setActions([{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
    for (const refused of [await world.run(shiftTraffic, share('20')), await world.run(promote)]) {
      expect(refused.error).toMatchObject({ code: 'foreign-target-group' });
      expect(writesOf(refused)).toEqual([]);
    }
    const back = await world.run(rollback);
    expect(back.error).toBeUndefined();
    expect(back.log.join('\n')).toMatch(/also sends traffic to \S+third/);
    expect(
      (await awsConsole.productionRule()).Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight),
    ).toEqual([100, 0, 10]);
  });
});

describe("blue's task set, deleted by hand", () => {
  it('keeps Rollback from an outage while green serves, and is named with the commands; last test of this world', async () => {
    const service = await awsConsole.service();
    const place = { cluster: service.clusterArn, service: service.serviceArn };
    const { id = '' } = await awsConsole.taskSet('Blue');
    await awsConsole.setWeights(50, 50);
    await awsConsole.ecs.deleteTaskSet({ ...place, taskSet: id, force: true });
    await eventually(
      'blue is gone',
      async () => !(await awsConsole.service()).taskSets?.some((each) => each.id === id),
    );
    const kept = await world.run(rollback);
    expect(kept.error).toMatchObject({ code: 'blue-unhealthy', message: expect.stringContaining(id) });
    expect(kept.error?.hint).toMatch(/"Weight":100.*"Weight":0/);
    expect(writesOf(kept)).toEqual([]);

    await awsConsole.setWeights(100, 0);
    const dark = await world.run(rollback);
    expect(dark.error).toMatchObject({ code: 'blue-unhealthy', message: expect.stringContaining('users get errors') });
    expect(dark.error?.hint).toMatch(/modify-rule --rule-arn \S+ .*"Weight":0.*"Weight":100/);
  });
});

async function expectRefusals(ruleArn: string): Promise<void> {
  const refusals: StepRun[] = [
    await world.run(deployStack, world.builtIn('3')),
    await world.run(shiftTraffic, share('10')),
    await world.run(promote),
  ];
  for (const refused of refusals) {
    expect(refused.error).toMatchObject({ code: 'rule-to-green', message: expect.stringContaining(ruleArn) });
    expect(writesOf(refused)).toEqual([]);
  }
}

/** The first rule of the listener that is not the default. */
async function testRule() {
  const [first] = (await awsConsole.rules()).filter((rule) => !rule.IsDefault);
  return first ?? {};
}

async function forward(group: 'BlueTargetGroup' | 'GreenTargetGroup'): Promise<void> {
  const TargetGroupArn = (await awsConsole.outputs())[group];
  await awsConsole.setActions([{ Type: 'forward', Order: 1, TargetGroupArn }]);
}
