import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { wrapAws, writesOf } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

const query = 'EcsCanary.TestQueryString';
const header = 'EcsCanary.TestHeader';
const priority = 'EcsCanary.TestRulePriority';
const shop = { 'EcsCanary.HostHeaders': 'shop.example.com', 'EcsCanary.PathPatterns': '/shop/*' };
const runbook = { deployment: 'RunbookRuns-5' } as const;
const fast = { timeScale: 400, taskStartSeconds: 4 };

let world: CanaryWorld;
let awsConsole: CanaryConsole;

async function openWith(settings: Readonly<Record<string, string>>): Promise<void> {
  world = await openCanaryWorld(fast);
  awsConsole = openCanaryConsole(world.emulator);
  expect((await world.run(deployStack, world.builtIn('1', settings))).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn('2', settings))).error).toBeUndefined();
}

async function close(): Promise<void> {
  awsConsole.close();
  await world.close();
}

describe('Add Test Rule', () => {
  beforeAll(() => openWith({}));
  afterAll(close);
  beforeEach(async () => {
    // It removes our test rule and makes blue stable.
    expect((await world.run(rollback)).error).toBeUndefined();
  });

  it('lets testers reach green through the listener, and nobody else', async () => {
    const run = await world.run(addTestRule);
    expect(run.error).toBeUndefined();
    expect(run.outputs['TestUrl']).toMatch(/^http:\/\/.+\/\?test=true$/);
    for (let request = 0; request < 10; request += 1) {
      expect(await awsConsole.ask('/?test=true')).toEqual({ status: 200, version: '2' });
      expect(await awsConsole.ask('/?test=false')).toEqual({ status: 200, version: '1' });
      expect(await awsConsole.ask('/')).toEqual({ status: 200, version: '1' });
    }
  });

  it('creates the rule once, and replaces it when the conditions change', async () => {
    expect(writesOf(await world.run(addTestRule))).toEqual(['CreateRule']);
    expect(writesOf(await world.run(addTestRule))).toEqual([]);
    const changed = await world.run(addTestRule, { [query]: 'canary=yes' });
    expect(writesOf(changed)).toEqual(['DeleteRule', 'CreateRule']);
    expect((await testRules()).length).toBe(1);
    expect(await awsConsole.ask('/?test=true')).toMatchObject({ version: '1' });
    expect(await awsConsole.ask('/?canary=yes')).toMatchObject({ version: '2' });
    const moved = await world.run(addTestRule, { [query]: 'canary=yes', [priority]: '3' });
    expect(writesOf(moved)).toEqual(['DeleteRule', 'CreateRule']);
    expect((await testRules()).map(({ Priority }) => Priority)).toEqual(['3']);
  });

  it('recognises testers by a header, or by both', async () => {
    const run = await world.run(addTestRule, { [query]: '', [header]: 'X-Canary: green' });
    expect(run.error).toBeUndefined();
    expect(await awsConsole.ask('/', { 'x-canary': 'green' })).toMatchObject({ version: '2' });
    expect(await awsConsole.ask('/', { 'x-canary': 'blue' })).toMatchObject({ version: '1' });
    expect(await awsConsole.ask('/?test=true')).toMatchObject({ version: '1' });

    expect((await world.run(addTestRule, { [header]: 'X-Canary: green' })).error).toBeUndefined();
    expect(await awsConsole.ask('/', { 'x-canary': 'green' })).toMatchObject({ version: '1' });
    expect(await awsConsole.ask('/?test=true')).toMatchObject({ version: '1' });
    expect(await awsConsole.ask('/?test=true', { 'x-canary': 'green' })).toMatchObject({ version: '2' });
  });
});

describe('a test rule among other rules', () => {
  beforeAll(() => openWith({}));
  afterAll(close);
  beforeEach(async () => {
    await removeForeignRules();
    expect((await world.run(rollback)).error).toBeUndefined();
  });

  it('names the conditions of a foreign rule that has the priority', async () => {
    const arn = await addForeignRule(5, '/admin/*');
    const taken = await world.run(addTestRule);
    expect(taken.error).toMatchObject({ code: 'priority-taken', message: expect.stringContaining('/admin/*') });
    expect(taken.error?.message).toContain(arn);
    expect(writesOf(taken)).toEqual([]);
    expect((await world.run(addTestRule, { [priority]: '6' })).error).toBeUndefined();
  });

  it.each(['10', '11'])('refuses the priority %s, behind the production rule', async (value) => {
    const run = await world.run(addTestRule, { [priority]: value });
    expect(run.error).toMatchObject({ code: 'invalid-parameters', message: expect.stringContaining(priority) });
    expect(writesOf(run)).toEqual([]);
  });

  it("refuses to take requests of somebody else's rule that comes before production", async () => {
    const arn = await addForeignRule(7, '/admin/*');
    const run = await world.run(addTestRule);
    expect(run.error).toMatchObject({
      code: 'test-rule-unsafe',
      message: expect.stringContaining(`the rule with priority 7 (path-pattern /admin/*; ${arn})`),
      hint: expect.stringContaining('EcsCanary.TestRulePriority to a free number between 7 and 10'),
    });
    expect(writesOf(run)).toEqual([]);
    expect((await world.run(addTestRule, { [priority]: '8' })).error).toBeUndefined();
  });

  it('warns of such a rule that was added later, and refuses to create another test rule before it', async () => {
    expect((await world.run(addTestRule)).error).toBeUndefined();
    await addForeignRule(7, '/admin/*');
    const again = await world.run(addTestRule);
    expect(again.error).toBeUndefined();
    expect(again.lines.join('\n')).toContain('the rule with priority 7 (path-pattern /admin/*');
    const other = await world.run(addTestRule, { [query]: 'canary=yes' });
    expect(other.error?.code).toBe('test-rule-unsafe');
    expect(writesOf(other)).toEqual([]);
  });

  it.each([
    [header, 'Accept: */*'],
    [header, 'Cookie: *=*'],
    [query, '*=*.*'],
    [query, '-*'],
  ])('refuses a mark that every browser sends: %s %s', async (name, value) => {
    const run = await world.run(addTestRule, { [query]: '', [name]: value });
    expect(run.error).toMatchObject({ code: 'invalid-parameters', message: expect.stringContaining(name) });
    expect(run.calls).toEqual([]);
  });

  it.each([
    ['Rollback', () => world.run(rollback)],
    ['Prepare Blue', () => world.run(prepareBlue)],
  ])('is known by its tag after somebody turned it to blue, so that %s removes it', async (_, undo) => {
    await turnToBlue();
    expect(writesOf(await undo())).toEqual(['DeleteRule']);
  });

  it('is created again after somebody pointed it at blue', async () => {
    await turnToBlue();
    const run = await world.run(addTestRule);
    expect(run.error).toBeUndefined();
    expect(writesOf(run)).toEqual(['DeleteRule', 'CreateRule']);
    expect(await awsConsole.ask('/?test=true')).toMatchObject({ version: '2' });
  });

  it("that a rollback overtakes fails, and its deployment's Rollback removes it", async () => {
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    const overtaken = await world.run(
      addTestRule,
      {},
      {
        between: (aws) =>
          wrapAws(aws, async (call, carryOut) => {
            if (call.startsWith('loadBalancing.createRule')) await world.run(rollback, {}, runbook);
            return carryOut();
          }),
      },
    );
    expect(overtaken.error?.code).toBe('canary-lost');
    expect(writesOf(await world.run(rollback, {}, { deploymentFailed: true }))).toEqual(['DeleteRule']);
  });

  it('is undone by Promote, Rollback and Prepare Blue', async () => {
    await world.run(addTestRule);
    expect(writesOf(await world.run(prepareBlue))).toEqual(['DeleteRule']);
    expect(await testRules()).toEqual([]);
    await world.run(addTestRule);
    expect(writesOf(await world.run(rollback))).toEqual(['DeleteRule']);
    expect(await testRules()).toEqual([]);
    await world.run(addTestRule);
    expect(writesOf(await world.run(promote))).toEqual(['ModifyRule', 'TagResource', 'DeleteRule']);
    expect(await testRules()).toEqual([]);
  });
});

describe('on a listener that other services share', () => {
  beforeAll(() => openWith(shop));
  afterAll(close);

  it('the test rule repeats the host and path of the production rule', async () => {
    const run = await world.run(addTestRule);
    expect(run.outputs['TestUrl']).toBe('http://shop.example.com/shop/?test=true');
    const host = { host: 'shop.example.com' };
    expect(await awsConsole.ask('/shop/?test=true', host)).toEqual({ status: 200, version: '2' });
    expect(await awsConsole.ask('/shop/', host)).toEqual({ status: 200, version: '1' });
    expect(await awsConsole.ask('/other/?test=true', host)).toMatchObject({ status: 404 });
    expect(await awsConsole.ask('/shop/?test=true', { host: 'other.example.com' })).toMatchObject({ status: 404 });
    expect(writesOf(await world.run(addTestRule))).toEqual([]);
  });

  it('every other rule is the same, byte for byte, after a whole canary', async () => {
    await addForeignRule(2, '/login');
    await addForeignRule(40, '/admin/*');
    const others = async () =>
      JSON.stringify(
        (await awsConsole.rules()).filter(({ Priority }) => ['2', '40', 'default'].includes(Priority ?? '')),
      );
    const before = await others();
    expect(before).toContain('/admin/*');
    for (const run of [
      await world.run(prepareBlue),
      await world.run(deployStack, world.builtIn('3', shop)),
      await world.run(addTestRule),
      await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' }),
      await world.run(promote),
      await world.run(prepareBlue),
      await world.run(addTestRule),
      await world.run(rollback),
    ]) {
      expect(run.error).toBeUndefined();
      expect(await others()).toBe(before);
    }
  });
});

const cognito = {
  Type: 'authenticate-cognito' as const,
  Order: 1,
  AuthenticateCognitoConfig: {
    UserPoolArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a1b2c3d4e',
    UserPoolClientId: 'abc123',
    UserPoolDomain: 'shop',
    SessionTimeout: 3600,
    AuthenticationRequestExtraParams: { prompt: 'login' },
  },
};
const oidc = {
  Type: 'authenticate-oidc' as const,
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://id.example.com',
    AuthorizationEndpoint: 'https://id.example.com/authorize',
    TokenEndpoint: 'https://id.example.com/token',
    UserInfoEndpoint: 'https://id.example.com/userinfo',
    ClientId: 'shop',
    ClientSecret: 'secret',
    Scope: 'openid',
    SessionTimeout: 7200,
  },
};

describe('a production rule that authenticates and is sticky', () => {
  beforeAll(() =>
    openWith({
      'EcsCanary.ListenerPort': '443',
      'EcsCanary.CertificateArn': 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d',
      'EcsCanary.StickinessSeconds': '60',
    }),
  );
  afterAll(close);

  it.each([
    ['Cognito', cognito],
    ['OIDC', oidc],
  ])('keeps everything but its weights through every write, with %s', async (_name, action) => {
    await world.run(rollback);
    await authenticateWith(action);
    const before = await shapeOfProductionRule();
    expect(before).toContain('"DurationSeconds":60');
    expect(before).toContain('SessionTimeout');
    for (const run of [
      await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '2.5' }),
      await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' }),
      await world.run(rollback),
      await world.run(promote),
      await world.run(rollback),
    ]) {
      expect(run.error).toBeUndefined();
      expect(writesOf(run)).toContain('ModifyRule');
      expect(await shapeOfProductionRule()).toBe(before);
    }
  });

  it('gets a test rule with the same authentication with Cognito, and none with OIDC, whose secret cannot be read', async () => {
    await world.run(rollback);
    await authenticateWith(cognito);
    expect((await world.run(addTestRule)).error).toBeUndefined();
    const [rule] = await testRules();
    expect(rule?.Actions?.[0]).toEqual(cognito);
    await world.run(rollback);
    await authenticateWith(oidc);
    const refused = await world.run(addTestRule);
    expect(refused.error?.code).toBe('test-rule-unsafe');
    expect(await testRules()).toEqual([]);
  });
});

/** Puts an authenticate action before the forward action of the production rule. */
async function authenticateWith(action: Parameters<CanaryConsole['setActions']>[0][number]): Promise<void> {
  const ForwardConfig = (await awsConsole.productionRule()).Actions?.at(-1)?.ForwardConfig;
  await awsConsole.setActions([action, { Type: 'forward', Order: 2, ForwardConfig }]);
}

/** The production rule as text, with the weights blanked out. */
async function shapeOfProductionRule(): Promise<string> {
  return JSON.stringify(await awsConsole.productionRule()).replaceAll(/"Weight":\d+/g, '"Weight":_');
}

async function testRules() {
  const { GreenTargetGroup } = await awsConsole.outputs();
  return (await awsConsole.rules()).filter(({ Actions }) => {
    const groups = Actions?.at(-1)?.ForwardConfig?.TargetGroups ?? [];
    return groups.length === 1 && groups[0]?.TargetGroupArn === GreenTargetGroup;
  });
}

async function turnToBlue(): Promise<void> {
  expect((await world.run(addTestRule)).error).toBeUndefined();
  const [rule] = await testRules();
  const { BlueTargetGroup } = await awsConsole.outputs();
  await awsConsole.elb.modifyRule({
    RuleArn: rule?.RuleArn,
    Actions: [{ Type: 'forward', TargetGroupArn: BlueTargetGroup }],
  });
}

async function addForeignRule(at: number, path: string): Promise<string> {
  const { Listener } = await awsConsole.outputs();
  const { Rules } = await awsConsole.elb.createRule({
    ListenerArn: Listener,
    Priority: at,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
    Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'ours' } }],
  });
  return Rules?.[0]?.RuleArn ?? '';
}

async function removeForeignRules(): Promise<void> {
  for (const rule of await awsConsole.rules())
    if (rule.Actions?.[0]?.Type === 'fixed-response' && !rule.IsDefault)
      await awsConsole.elb.deleteRule({ RuleArn: rule.RuleArn });
}
