import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { OperatorError } from '../../../src/canary/operator-error.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { wrapAws } from '../../support/call-log.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

const productionRules = ['ApiRule', 'Rule', 'InternalListener'] as const;
const idle = { 'EcsCanary.IdleScalePercent': '0' };

let canary: OwnCanary;
beforeAll(async () => {
  canary = await openOwnCanary('entry-points/every-entry-point.yaml', ['1', '2']);
});
afterAll(() => canary.close());
beforeEach(async () => {
  await canary.awsConsole.tag('Blue');
  await splitAll(50, 50);
});

const splits = () => Promise.all(productionRules.map((productionRule) => canary.weights(productionRule)));
const everywhere = (blue: number, green: number) => productionRules.map(() => [blue, green]);

async function splitAll(blue: number, green: number): Promise<void> {
  for (const productionRule of productionRules) await canary.setWeights(productionRule, blue, green);
}

it('a promoted listener that is named as a test listener is refused, by its name and by its ARN', async () => {
  await splitAll(0, 100);
  await canary.awsConsole.tag('Green');
  const { InternalListener = '' } = await canary.awsConsole.resources();
  for (const given of ['InternalListener', InternalListener]) {
    const run = await canary.world.run(prepareBlue, { 'EcsCanary.Parts': `TestListener=${given}` });
    expect(run.error).toMatchObject({
      code: 'canary-not-found',
      message: expect.stringContaining('also forwards to blue'),
    });
  }
  expect(await splits()).toEqual(everywhere(0, 100));
});

it('Rollback moves users even where EcsCanary.Parts calls their listener a test listener', async () => {
  for (const given of ['TestListener=InternalListener', 'TestListener=InternalListener\nTestListener=Listener']) {
    await splitAll(50, 50);
    const run = await canary.world.run(rollback, { 'EcsCanary.Parts': given });
    expect(run.error).toBeUndefined();
    expect(await splits()).toEqual(everywhere(100, 0));
  }
});

it('Rollback does not scale green down while a so-called test listener leads users to it', async () => {
  const { InternalListener } = await canary.awsConsole.resources();
  const { GreenTargetGroup } = await canary.awsConsole.outputs();
  const { Rules } = await canary.awsConsole.elb.createRule({
    ListenerArn: InternalListener,
    Priority: 3,
    Conditions: [{ Field: 'path-pattern', Values: ['/next/*'] }],
    Actions: [{ Type: 'forward', TargetGroupArn: GreenTargetGroup }],
  });
  const run = await canary.world.run(rollback, { ...idle, 'EcsCanary.Parts': 'TestListener=InternalListener' });
  expect(run.error).toBeUndefined();
  expect((await canary.awsConsole.taskSet('Green')).scale?.value).toBe(100);
  expect(run.log.join('\n')).toContain('Green stays at 100 %: users still reach it through');
  expect((await canary.ask('InternalListener', '/next/')).status).toBe(200);
  await canary.awsConsole.elb.deleteRule({ RuleArn: Rules?.[0]?.RuleArn });
});

it('Rollback moves the certain rules before it fails for one named by mistake', async () => {
  const { Listener = '' } = await canary.awsConsole.resources();
  const run = await canary.world.run(rollback, { 'EcsCanary.Parts': `ListenerRule=${Listener}` });
  expect(await splits()).toEqual(everywhere(100, 0));
  expect(run.error).toMatchObject({ code: 'canary-not-found', message: expect.stringContaining('neither of') });
});

it('Rollback moves everything where a line of EcsCanary.Parts is mistyped, or the time limit is short', async () => {
  const mistyped = { 'EcsCanary.Parts': 'ListenerRule=Rool' };
  expect((await canary.world.run(rollback, mistyped)).error).toBeUndefined();
  expect(await splits()).toEqual(everywhere(100, 0));
  await splitAll(50, 50);
  const short = { ...idle, 'EcsCanary.TimeoutMinutes': '2', 'EcsCanary.SettleSeconds': '120' };
  const run = await canary.world.run(rollback, short);
  expect(run.error).toBeUndefined();
  expect(await splits()).toEqual(everywhere(100, 0));
  expect(run.log.join('\n')).toContain('Green stays at 100 %: EcsCanary.SettleSeconds is 120 seconds');
});

it.each(['aws-access-denied', 'aws-unreachable'] as const)(
  'Rollback moves the other rules first where one cannot be written: %s',
  async (code) => {
    const { ApiRule = '' } = await canary.awsConsole.resources();
    let tries = 0;
    const run = await canary.world.run(
      rollback,
      {},
      {
        between: (aws) =>
          wrapAws(aws, (call, carryOut) => {
            if (!call.startsWith('loadBalancing.modifyActions') || !call.includes(ApiRule)) return carryOut();
            tries += 1;
            if (code === 'aws-unreachable' && tries > 1) return carryOut();
            throw new OperatorError(code, `ModifyRule failed: ${code}`, 'Try again.');
          }),
      },
    );
    expect(await canary.weights('Rule')).toEqual([100, 0]);
    expect(await canary.weights('InternalListener')).toEqual([100, 0]);
    if (code === 'aws-access-denied') expect(run.error).toMatchObject({ code });
    else expect(await splits()).toEqual(everywhere(100, 0));
  },
);

it('Shift Traffic to 0 records when green lost its traffic, so that Deploy Stack waits for it', async () => {
  expect((await canary.world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '0' })).error).toBeUndefined();
  const run = await canary.deploy('3', { 'EcsCanary.SettleSeconds': '20' });
  expect(run.error).toBeUndefined();
  expect(run.log.join('\n')).toContain('Green had traffic until');
}, 60_000);

it('a rule to blue for phones is refused, and one for a tenant keeps blue from being scaled down', async () => {
  const { Listener } = await canary.awsConsole.resources();
  const { BlueTargetGroup } = await canary.awsConsole.outputs();
  await splitAll(100, 0);
  const make = async (HttpHeaderName: string, value: string) => {
    const { Rules } = await canary.awsConsole.elb.createRule({
      ListenerArn: Listener,
      Priority: 3,
      Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, Values: [value] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: BlueTargetGroup }],
    });
    return Rules?.[0]?.RuleArn;
  };
  const phones = await make('User-Agent', '*Mobile*');
  expect((await canary.world.run(promote, idle)).error).toMatchObject({ code: 'rule-to-blue' });
  await canary.awsConsole.elb.deleteRule({ RuleArn: phones });
  const tenant = await make('X-Tenant', 'acme');
  const run = await canary.world.run(promote, idle);
  expect(run.error).toBeUndefined();
  expect((await canary.awsConsole.taskSet('Blue')).scale?.value).toBe(100);
  expect(run.log.join('\n')).toContain('Blue stays at 100 %: users still reach it through');
  expect((await canary.ask('Listener', '/', { 'X-Tenant': 'acme' })).status).toBe(200);
  await canary.awsConsole.elb.deleteRule({ RuleArn: tenant });
});
