import { afterEach, beforeEach, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeEach(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4, pageSize: 100 });
  awsConsole = openCanaryConsole(world.emulator);
});
afterEach(async () => {
  awsConsole.close();
  await world.close();
});

/** Deploys a first and a second version. */
async function deploy(settings: Readonly<Record<string, string>>): Promise<void> {
  for (const version of ['1', '2']) await release(version, settings);
}

async function release(version: string, settings: Readonly<Record<string, string>>): Promise<void> {
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn(version, settings))).error).toBeUndefined();
}

/** Runs the command that ends a hint, and returns the priority that it says to set. */
async function follow(hint = ''): Promise<Readonly<Record<string, string>>> {
  const RulePriorities = [...hint.matchAll(/RuleArn=(\S+),Priority=(\d+)/g)].map(([, RuleArn, priority]) => ({
    RuleArn,
    Priority: Number(priority),
  }));
  if (RulePriorities.length > 0) await awsConsole.elb.setRulePriorities({ RulePriorities });
  return { 'EcsCanary.TestRulePriority': /(?:for example|TestRulePriority to) (\d+)/.exec(hint)?.[1] ?? '' };
}

it('a production rule with priority 1 leaves no room; the hint makes some, and the next release keeps it', async () => {
  await deploy({ 'EcsCanary.RulePriority': '1' });
  const { error } = await world.run(addTestRule);
  expect(error?.hint).toMatch(/EcsCanary\.RulePriority.*aws elbv2 set-rule-priorities --region us-east-1 /);
  const room = await follow(error?.hint);
  expect((await world.run(addTestRule, room)).error).toBeUndefined();
  expect(await awsConsole.ask('/?test=true')).toMatchObject({ version: '2' });
  expect(await awsConsole.ask()).toMatchObject({ version: '1' });
  expect((await world.run(promote)).error).toBeUndefined();
  await release('3', { 'EcsCanary.RulePriority': '2' });
  expect((await world.run(addTestRule, room)).error).toBeUndefined();
});

it('a production rule with priority 50,000 right behind a foreign rule gets a test rule between the two', async () => {
  await deploy({ 'EcsCanary.RulePriority': '50000' });
  await awsConsole.elb.createRule({
    ListenerArn: (await awsConsole.resources())['Listener'],
    Priority: 49_999,
    Conditions: [{ Field: 'path-pattern', Values: ['/admin/*'] }],
    Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  const { error } = await world.run(addTestRule);
  expect(error?.code).toBe('test-rule-unsafe');
  const room = await follow(error?.hint);
  expect(room).toEqual({ 'EcsCanary.TestRulePriority': '49999' });
  expect((await world.run(addTestRule, room)).error).toBeUndefined();
  expect(await awsConsole.ask('/admin/x?test=true')).toMatchObject({ status: 404 });
  expect(await awsConsole.ask('/?test=true')).toMatchObject({ version: '2' });
});

it('a production rule with five paths has a test rule for four of them, says so, and runs again', async () => {
  await deploy({ 'EcsCanary.PathPatterns': '/a, /b, /c, /d, /e' });
  for (const run of [await world.run(addTestRule), await world.run(addTestRule)]) {
    expect(run.error).toBeUndefined();
    expect(run.lines.join('\n')).toContain(
      'leaves out /e. Test requests that match only what is left out are split by weight',
    );
    expect(run.outputs['TestUrl']).toMatch(/\/a\?test=true$/);
  }
  expect(await awsConsole.ask('/d?test=true')).toMatchObject({ version: '2' });
  expect(await awsConsole.ask('/e?test=true')).toMatchObject({ version: '1' });
  expect((await world.run(promote)).error).toBeUndefined();
});

it('the longest possible names work through a whole canary', async () => {
  const long = (start: string, length: number) => `${start}${'x'.repeat(length - start.length)}`;
  const named = { 'EcsCanary.StackName': long('canary-', 128) };
  const settings = {
    ...named,
    'EcsCanary.ServiceName': long('service-', 255),
    'EcsCanary.TaskFamily': long('family-', 255),
    'EcsCanary.ContainerName': long('web-', 255),
    'EcsCanary.LogGroup': long('/ecs/', 512),
    'EcsCanary.ExecutionRoleArn': 'arn:aws:iam::123456789012:role/execution',
  };
  const more = { deployment: 'Deployments-123456789' };
  for (const version of ['1', '2', '3']) {
    expect((await world.run(prepareBlue, named, more)).error).toBeUndefined();
    expect((await world.run(deployStack, world.builtIn(version, settings), more)).error).toBeUndefined();
    expect((await world.run(addTestRule, named, more)).error).toBeUndefined();
    if (version !== '1') expect((await world.run(promote, named, more)).error).toBeUndefined();
  }
});
