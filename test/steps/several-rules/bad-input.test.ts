import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../src/emulator/contract/aws-error.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { writesOf } from '../../support/call-log.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

const ten = { 'EcsCanary.GreenPercent': '10' };
const rules = (...named: readonly string[]) => ({
  'EcsCanary.Parts': named.map((rule) => `ListenerRule=${rule}`).join('\n'),
});

let canary: OwnCanary;
let denied: string | undefined;

beforeAll(async () => {
  canary = await openOwnCanary('entry-points/every-entry-point.yaml', ['1', '2'], {
    authorize: async ({ operation, caller }) =>
      operation === denied && caller.kind === 'client' && caller.userAgent.includes('octopus-ecs-canary')
        ? new AwsError(
            'AccessDenied',
            `User: arn:aws:iam::1:user/octopus is not authorized to perform: elasticloadbalancing:${operation}`,
            403,
          )
        : undefined,
  });
});
afterAll(() => canary.close());
beforeEach(async () => {
  denied = undefined;
  for (const productionRule of ['ApiRule', 'Rule', 'InternalListener']) await canary.setWeights(productionRule, 100, 0);
});

async function refuses(given: readonly string[], code: string, ...words: readonly string[]): Promise<void> {
  const run = await canary.world.run(shiftTraffic, { ...ten, ...rules(...given) });
  expect(run.error).toMatchObject({ code });
  for (const word of words) expect(run.error?.message).toContain(word);
  expect(writesOf(run)).toEqual([]);
}

describe('a line ListenerRule=… with an ARN', () => {
  it('with a rule that forwards to neither group, or to one, is refused by name', async () => {
    const { Listener } = await canary.awsConsole.resources();
    const { GreenTargetGroup } = await canary.awsConsole.outputs();
    const make = async (Priority: number, action: object) => {
      const { Rules } = await canary.awsConsole.elb.createRule({
        ListenerArn: Listener,
        Priority,
        Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Test', Values: ['yes'] } }],
        Actions: [action as never],
      });
      return Rules?.[0]?.RuleArn ?? '';
    };
    const neither = await make(50, { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } });
    const one = await make(51, { Type: 'forward', TargetGroupArn: GreenTargetGroup });
    await refuses(
      [neither],
      'canary-not-found',
      neither,
      'forwards to neither of',
      'the default action of InternalListener (',
    );
    await refuses([one, neither], 'canary-not-found', one, 'only one of', neither);
    for (const RuleArn of [neither, one]) await canary.awsConsole.elb.deleteRule({ RuleArn });
  });

  it('with one of another load balancer is refused for that, because a target group serves one only', async () => {
    const { elb } = canary.awsConsole;
    const { LoadBalancers } = await elb.createLoadBalancer({ Name: 'other', Subnets: [...canary.world.scene.subnets] });
    const { Listeners } = await elb.createListener({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    });
    const arn = Listeners?.[0]?.ListenerArn ?? '';
    await refuses(
      [arn],
      'canary-not-found',
      arn.replace(':listener/', ':listener-rule/'),
      'on a different load balancer',
    );
  });

  it('with a duplicate or an invalid ARN is refused at once', async () => {
    const { Rule = '' } = await canary.awsConsole.resources();
    await refuses([Rule, Rule], 'invalid-parameters', 'is given twice');
    await refuses(['My-Rule'], 'invalid-parameters', 'EcsCanary.Parts', 'line 1 (ListenerRule)', 'ARN of a rule');
  });

  it('with a rule of the stack changes nothing', async () => {
    const { Rule = '' } = await canary.awsConsole.resources();
    const run = await canary.world.run(shiftTraffic, { ...ten, ...rules(Rule) });
    expect(run.error).toBeUndefined();
    for (const productionRule of ['ApiRule', 'Rule', 'InternalListener'])
      expect(await canary.weights(productionRule)).toEqual([90, 10]);
  });
});

describe('a line ListenerRule=… with an ARN of a missing resource', () => {
  it('with a rule that does not exist is refused, in a line without the valid rules', async () => {
    const { Rule = '', ApiRule = '' } = await canary.awsConsole.resources();
    const gone = `${Rule.slice(0, -4)}0000`;
    await refuses([gone], 'canary-not-found', `${gone}, which does not exist. Correct the ARN, or`);
    const run = await canary.world.run(shiftTraffic, { ...ten, ...rules(gone) });
    expect(run.error?.message).not.toContain(ApiRule);
    expect(run.error?.message.length).toBeLessThan(400);
  });

  it.each([
    ['region', (arn: string) => arn.replace('us-east-1', 'eu-west-1'), 'in eu-west-1 (account 123456789012)'],
    ['account', (arn: string) => arn.replace('123456789012', '210987654321'), 'in us-east-1 (account 210987654321)'],
    ['load balancer', (arn: string) => arn.replace(/\/app\/\w+\//, '/app/other/'), 'the load balancer other/'],
  ])('with one of another %s is told apart from the stack, and never read there', async (_, change, words) => {
    const { Rule = '' } = await canary.awsConsole.resources();
    await refuses([change(Rule)], 'canary-not-found', words, 'but the stack uses the load balancer ');
  });

  it.each([
    ['does not exist', (arn: string) => `${arn.slice(0, -4)}0000`],
    ['is of another region', (arn: string) => arn.replace('us-east-1', 'eu-west-1')],
  ])('with one that %s lets Rollback do all that is certain, and then fail', async (_, change) => {
    const { Rule = '' } = await canary.awsConsole.resources();
    const named = rules(change(Rule));
    await canary.setWeights('Rule', 50, 50);
    for (const attempt of ['with traffic on green', 'with all traffic on blue']) {
      const run = await canary.world.run(rollback, named);
      expect(run.error, attempt).toMatchObject({
        code: 'canary-not-found',
        message: expect.stringContaining('EcsCanary.Parts says ListenerRule='),
      });
      expect(await canary.weights('Rule')).toEqual([100, 0]);
      expect(await canary.awsConsole.readTag()).toBe('Blue');
    }
  });
});

describe('a line ListenerRule=… with a logical id', () => {
  it('with an unknown name is refused, with the known names', async () => {
    const run = await canary.world.run(shiftTraffic, { ...ten, ...rules('Rule', 'Rool') });
    expect(run.error).toMatchObject({ code: 'canary-not-found' });
    expect(run.error?.message).toContain('logical id Rool');
    expect(run.error?.message).toContain('ApiRule');
    expect((await canary.deploy('3', rules('Rool'))).error?.message).toContain(
      'EcsCanary.Parts says ListenerRule=Rool',
    );
  });
});

describe('credentials that may change only some of the rules', () => {
  it('end Shift and Promote with the list of moved and unmoved rules, and a repeat finishes', async () => {
    for (const productionRule of ['ApiRule', 'Rule', 'InternalListener'])
      await canary.setWeights(productionRule, 95, 5);
    denied = 'ModifyListener';
    const run = await canary.world.run(shiftTraffic, ten);
    expect(run.error).toMatchObject({ code: 'aws-access-denied' });
    expect(run.error?.message).toContain('Blue 90 % / Green 10 % at ApiRule');
    expect(run.error?.message).toContain('Blue 90 % / Green 10 % at Rule');
    expect(run.error?.message).toContain('Blue 95 % / Green 5 % at the default action of InternalListener');
    expect((await canary.world.run(promote)).error).toMatchObject({ code: 'aws-access-denied' });
    expect(await canary.awsConsole.readTag()).toBe('Blue');
    denied = undefined;
    const again = await canary.world.run(promote);
    expect(again.error).toBeUndefined();
    expect(writesOf(again)).toEqual(['ModifyListener', 'TagResource']);
  });

  it('move no traffic at all before the first share: one rule has no way back', async () => {
    for (const productionRule of ['ApiRule', 'Rule', 'InternalListener'])
      await canary.setWeights(productionRule, 100, 0);
    await canary.awsConsole.tag('Blue');
    denied = 'ModifyListener';
    const run = await canary.world.run(shiftTraffic, ten);
    denied = undefined;
    expect(run.error).toMatchObject({ code: 'no-way-back', hint: expect.stringContaining('ModifyListener') });
    for (const productionRule of ['ApiRule', 'Rule', 'InternalListener'])
      expect(await canary.weights(productionRule)).toEqual([100, 0]);
  });

  it('let Rollback move every permitted rule before it fails', async () => {
    for (const productionRule of ['ApiRule', 'Rule', 'InternalListener'])
      await canary.setWeights(productionRule, 50, 50);
    denied = 'ModifyListener';
    const run = await canary.world.run(rollback);
    expect(run.error).toMatchObject({ code: 'aws-access-denied' });
    expect(await canary.weights('ApiRule')).toEqual([100, 0]);
    expect(await canary.weights('Rule')).toEqual([100, 0]);
    denied = undefined;
    expect((await canary.world.run(rollback)).error).toBeUndefined();
    expect(await canary.weights('InternalListener')).toEqual([100, 0]);
  });
});
