import { afterEach, expect, it } from 'vitest';
import { addTestRule } from '../../../src/steps/add-test-rule/add-test-rule.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { writesOf } from '../../support/call-log.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

const named = { 'EcsCanary.Parts': 'TestListener=TestListener' };
const ten = { 'EcsCanary.GreenPercent': '10' };

let canary: OwnCanary;
afterEach(() => canary.close());

it('the case test-listener is refused before anything is created, with the line that settles it', async () => {
  canary = await openOwnCanary('cases/test-listener.yaml');
  const run = await canary.deploy('1');
  expect(run.error).toMatchObject({ code: 'invalid-template' });
  expect(run.error?.message).toContain('the default action of TestListener');
  expect(run.error?.message).toContain('add the line TestListener=TestListener to EcsCanary.Parts');
  expect(run.calls).toEqual([]);
  expect((await canary.deploy('1', named)).error).toBeUndefined();
});

it('a named test listener disturbs no step, and Add Test Rule shows its address instead of making a rule', async () => {
  canary = await openOwnCanary('cases/test-listener.yaml');
  for (const version of ['1', '2']) expect((await canary.deploy(version, named)).error).toBeUndefined();
  const test = await canary.world.run(addTestRule, named);
  expect(test.error).toBeUndefined();
  expect(writesOf(test)).toEqual([]);
  expect(test.outputs['TestUrl']).toMatch(/^http:\/\/\S+:9001\/$/);
  expect(test.log.join('\n')).toContain('Testers reach green through the test listener');
  expect(await canary.ask('TestListener')).toEqual({ status: 200, version: '2' });
  expect((await canary.world.run(shiftTraffic, { ...ten, ...named })).error).toBeUndefined();
  expect(await canary.weights('Rule')).toEqual([90, 10]);
  expect((await canary.world.run(promote, named)).error).toBeUndefined();
  const back = await canary.world.run(rollback, named);
  expect(back.log.join('\n')).not.toContain('still reach green');
});

it('a test listener may be named by its ARN, and by several names', async () => {
  canary = await openOwnCanary('cases/test-listener.yaml');
  for (const version of ['1', '2']) expect((await canary.deploy(version, named)).error).toBeUndefined();
  const { TestListener = '', Listener = '' } = await canary.awsConsole.resources();
  const arn = { 'EcsCanary.Parts': `TestListener=${TestListener}` };
  expect((await canary.world.run(shiftTraffic, { ...ten, ...arn })).error).toBeUndefined();
  const both = { 'EcsCanary.Parts': `TestListener=${TestListener}\nTestListener=Listener` };
  for (const run of [
    await canary.world.run(shiftTraffic, { ...ten, ...both }),
    await canary.deploy('3', both),
    await canary.world.run(promote, { 'EcsCanary.Parts': `TestListener=${Listener}` }),
  ]) {
    expect(run.error?.message).toContain('also forwards to blue');
    expect(writesOf(run)).toEqual([]);
  }
});

it('a name that no listener has is refused by every step but Rollback, which no typing mistake may keep back', async () => {
  canary = await openOwnCanary('cases/test-listener.yaml');
  for (const version of ['1', '2']) expect((await canary.deploy(version, named)).error).toBeUndefined();
  await canary.setWeights('Rule', 50, 50);
  const mistyped = { 'EcsCanary.Parts': 'TestListener=TestListner' };
  const run = await canary.world.run(shiftTraffic, { ...ten, ...mistyped });
  expect(run.error?.message).toContain('no listener with the logical id TestListner');
  expect(run.error?.message).toContain('the stack has Listener, TestListener');
  expect((await canary.deploy('3', mistyped)).error?.message).toContain('TestListner');
  expect((await canary.world.run(rollback, mistyped)).error).toBeUndefined();
  expect(await canary.weights('Rule')).toEqual([100, 0]);
});

it('a test listener that leads to no green is refused by Add Test Rule', async () => {
  canary = await openOwnCanary('cases/test-listener.yaml');
  for (const version of ['1', '2']) expect((await canary.deploy(version, named)).error).toBeUndefined();
  const { TestListener } = await canary.awsConsole.resources();
  const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];
  await canary.awsConsole.elb.modifyListener({ ListenerArn: TestListener, DefaultActions });
  const run = await canary.world.run(addTestRule, named);
  expect(run.error).toMatchObject({ code: 'canary-not-found' });
  expect(run.error?.message).toContain('neither its rules nor its default action forward to green');
});
