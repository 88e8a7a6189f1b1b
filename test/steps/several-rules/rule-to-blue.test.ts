import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { writesOf } from '../../support/call-log.ts';
import type { StepRun } from '../../support/canary-world.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

const ten = { 'EcsCanary.GreenPercent': '10' };
const keep = { 'EcsCanary.RulesOnBlue': 'Keep' };
const idle = { 'EcsCanary.IdleScalePercent': '0' };

let canary: OwnCanary;

/** Runs the one command of a refusal as a person in a shell would. */
async function repair(run: StepRun): Promise<void> {
  const said = `${run.error?.hint}`;
  const rule = /modify-rule --rule-arn (\S+) --actions '(.*?)'/.exec(said);
  const listener = /modify-listener --listener-arn (\S+) --default-actions '(.*?)'/.exec(said);
  if (rule) await canary.awsConsole.elb.modifyRule({ RuleArn: rule[1], Actions: JSON.parse(rule[2] ?? '') });
  else
    await canary.awsConsole.elb.modifyListener({
      ListenerArn: listener?.[1],
      DefaultActions: JSON.parse(listener?.[2] ?? ''),
    });
}

async function refusals(parameters: Readonly<Record<string, string>> = {}): Promise<readonly StepRun[]> {
  const runs = [
    await canary.world.run(shiftTraffic, { ...ten, ...parameters }),
    await canary.world.run(promote, { ...idle, ...parameters }),
  ];
  for (const run of runs) {
    expect(run.error).toMatchObject({ code: 'rule-to-blue' });
    expect(writesOf(run)).toEqual([]);
  }
  return runs;
}

describe('the case rule-to-blue', () => {
  beforeAll(async () => {
    canary = await openOwnCanary('cases/rule-to-blue.yaml');
  });
  afterAll(() => canary.close());

  it('is refused by Deploy Stack before anything is created, with the solution', async () => {
    const run = await canary.deploy('1');
    expect(run.error).toMatchObject({ code: 'invalid-template' });
    expect(run.error?.message).toContain('through ApiRule (path-pattern /api/*)');
    expect(run.error?.message).toContain('EcsCanary.RulesOnBlue');
    expect(run.calls).toEqual([]);
  });

  it('is refused by Shift and Promote before anything moves, and by Deploy Stack in its current state', async () => {
    for (const version of ['1', '2']) expect((await canary.deploy(version, keep)).error).toBeUndefined();
    const [shift] = await refusals();
    expect(shift?.error?.message).toContain('ApiRule');
    expect((await canary.world.run(rollback)).error).toBeUndefined();
  });

  it('keeps blue for its users after a promotion told to keep them, and says so; the next Prepare Blue says whom it moves', async () => {
    const run = await canary.world.run(promote, { ...idle, ...keep });
    expect(run.error).toBeUndefined();
    expect(writesOf(run)).toEqual(['ModifyRule', 'TagResource']);
    expect(run.log.join('\n')).not.toMatch(/no longer serves traffic|green \(shop:2\) has all of the traffic and/);
    expect(run.log.join('\n')).toContain('Users still reach blue through the rule ApiRule');
    expect(run.log.join('\n')).toContain('Blue stays at 100 %: users still reach it through the rule ApiRule');
    expect(run.outputs['Summary']).toContain('Users reach only blue through the rule ApiRule');
    for (let index = 0; index < 8; index += 1)
      expect(await canary.ask('Listener', '/api/x')).toEqual({ status: 200, version: '1' });
    expect(await canary.ask('Listener')).toEqual({ status: 200, version: '2' });

    const refused = await canary.world.run(prepareBlue);
    expect(refused.error).toMatchObject({ code: 'rule-to-blue' });
    expect(refused.error?.message).toContain('would move these users to shop:2');
    const next = await canary.world.run(prepareBlue, keep);
    expect(next.error).toBeUndefined();
    expect(next.log.join('\n')).toMatch(/through the rule ApiRule .*, from shop:1 to shop:2/);
    expect(await canary.ask('Listener', '/api/x')).toEqual({ status: 200, version: '2' });
  });

  it('is repaired by the command that the refusal gives, and is then moved with the others', async () => {
    expect((await canary.deploy('3', keep)).error).toBeUndefined();
    const [shift] = await refusals();
    await repair(shift as StepRun);
    expect((await canary.world.run(shiftTraffic, ten)).error).toBeUndefined();
    expect(await canary.weights('ApiRule')).toEqual([90, 10]);
    expect(await canary.weights('Rule')).toEqual([90, 10]);
  });
});

const weighted = (blue: number) => `
        - Type: forward
          ForwardConfig:
            TargetGroups: [{TargetGroupArn: !Ref BlueGroup, Weight: ${blue}}, {TargetGroupArn: !Ref GreenGroup, Weight: 0}]`;

describe('its kind', () => {
  const open = async (edit: (text: string) => string, more = {}) => {
    canary = await openOwnCanary('cases/rule-to-blue.yaml', [], { edit });
    for (const version of ['1', '2'])
      expect((await canary.deploy(version, { ...keep, ...more })).error).toBeUndefined();
  };

  it('a second weighted rule is no such rule, unless EcsCanary.Parts leaves it out', async () => {
    await open((text) =>
      text.replace('Actions: [{Type: forward, TargetGroupArn: !Ref BlueGroup}]', `Actions:${weighted(100)}`),
    );
    const [shift] = await refusals({ 'EcsCanary.Parts': 'ListenerRule=Rule' });
    expect(shift?.error?.hint).toContain(
      'Remove the lines ListenerRule=… with logical ids from EcsCanary.Parts, or add the line ListenerRule=ApiRule to EcsCanary.Parts',
    );
    const both = { 'EcsCanary.Parts': 'ListenerRule=Rule\nListenerRule=ApiRule' };
    expect((await canary.world.run(shiftTraffic, { ...ten, ...both })).error).toBeUndefined();
    expect((await canary.world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '20' })).error).toBeUndefined();
    expect(await canary.weights('ApiRule')).toEqual([80, 20]);
    await canary.close();
  });

  it('a default action to blue next to a rule for some paths is one', async () => {
    await open((text) =>
      text
        .replace('Values: ["/*"]', 'Values: ["/shop/*"]')
        .replace(
          'Type: fixed-response\n          FixedResponseConfig: {StatusCode: "404"}',
          'Type: forward\n          TargetGroupArn: !Ref BlueGroup',
        )
        .replace(/ {2}ApiRule:[\s\S]*? {2}Service:/, '  Service:'),
    );
    const [shift] = await refusals();
    expect(shift?.error?.message).toContain('the default action of Listener');
    await repair(shift as StepRun);
    expect((await canary.world.run(shiftTraffic, ten)).error).toBeUndefined();
    expect(await canary.weights('Listener')).toEqual([90, 10]);
    await canary.close();
  });

  it('a rule created outside the stack is one, and can be added by its ARN', async () => {
    await open((text) => text.replace(/ {2}ApiRule:[\s\S]*? {2}Service:/, '  Service:'));
    const { Listener } = await canary.awsConsole.resources();
    const { BlueTargetGroup } = await canary.awsConsole.outputs();
    const { Rules } = await canary.awsConsole.elb.createRule({
      ListenerArn: Listener,
      Priority: 3,
      Conditions: [{ Field: 'host-header', Values: ['old.example.com'] }],
      Actions: [{ Type: 'forward', TargetGroupArn: BlueTargetGroup }],
    });
    const arn = Rules?.[0]?.RuleArn ?? '';
    const [shift] = await refusals();
    expect(shift?.error?.message).toContain('host-header old.example.com');
    expect(shift?.error?.hint).toContain(`add the line ListenerRule=${arn} to EcsCanary.Parts`);
    await repair(shift as StepRun);
    const named = { 'EcsCanary.Parts': `ListenerRule=${arn}` };
    expect((await canary.world.run(shiftTraffic, { ...ten, ...named })).error).toBeUndefined();
    expect(await canary.weights('Rule')).toEqual([90, 10]);
    const back = await canary.world.run(rollback, named);
    expect(writesOf(back)).toEqual(['ModifyRule', 'ModifyRule', 'TagResource']);
    await canary.close();
  });

  it("a rule for testers, an unreachable one and somebody else's are not", async () => {
    await open((text) => text.replace(/ {2}ApiRule:[\s\S]*? {2}Service:/, '  Service:'));
    const { Listener } = await canary.awsConsole.resources();
    const { BlueTargetGroup } = await canary.awsConsole.outputs();
    const toBlue = [{ Type: 'forward' as const, TargetGroupArn: BlueTargetGroup }];
    const QueryStringConfig = { Values: [{ Key: 'version', Value: 'old' }] };
    await canary.awsConsole.elb.createRule({
      ListenerArn: Listener,
      Priority: 3,
      Conditions: [{ Field: 'query-string', QueryStringConfig }],
      Actions: toBlue,
    });
    await canary.awsConsole.elb.createRule({
      ListenerArn: Listener,
      Priority: 900,
      Conditions: [{ Field: 'path-pattern', Values: ['/late/*'] }],
      Actions: toBlue,
    });
    expect((await canary.world.run(shiftTraffic, ten)).error).toBeUndefined();
    await canary.close();
  });
});
