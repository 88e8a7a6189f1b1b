import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

const byHand = { deployment: 'RunbookRuns-1' };
const typo = { 'EcsCanary.Parts': 'GreenTaskSet=GreeTaskSet' };

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary());
});
beforeEach(async () => {
  await awsConsole.setWeights(90, 10);
  await awsConsole.tag('Blue');
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

it("a mistyped logical id of green does not stop a person's rollback", async () => {
  const run = await world.run(rollback, typo, byHand);
  expect(run.error).toBeUndefined();
  expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  expect(run.log.join('\n')).toContain('EcsCanary.Parts says GreenTaskSet=GreeTaskSet');
});

it('a mistyped logical id of green lets no failed deployment remove the traffic of a promoted version', async () => {
  for (const [blue, green] of [
    [0, 100],
    [50, 50],
  ] as const) {
    await awsConsole.setWeights(blue, green);
    await awsConsole.tag('Green');
    const run = await world.run(rollback, typo, { deploymentFailed: true });
    expect(run.error).toMatchObject({ code: 'canary-not-found' });
    expect(writesOf(run)).toEqual([]);
  }
});

it('a green that a manual update removed from the stack is rolled back, and restored as the error says; last test of this world', async () => {
  const { TemplateBody = '' } = await awsConsole.cloudFormation.getTemplate({ StackName: 'canary' });
  const { Resources, Outputs, ...rest } = JSON.parse(TemplateBody);
  const { GreenTaskSet: _set, ...resources } = Resources;
  const { GreenTaskSet: _output, ...outputs } = Outputs;
  const Parameters = Object.keys(rest.Parameters).map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true }));
  const update = async (template: object) => {
    await awsConsole.cloudFormation.updateStack({
      StackName: 'canary',
      TemplateBody: JSON.stringify(template),
      Parameters,
    });
    expect(await awsConsole.settle()).toBe('UPDATE_COMPLETE');
  };
  await update({ ...rest, Resources: resources, Outputs: outputs });
  const { BlueTargetGroup = '', GreenTargetGroup = '' } = await awsConsole.outputs();

  await awsConsole.setWeights(90, 10);
  const failed = await world.run(rollback, {}, { deploymentFailed: true });
  expect(failed.error).toBeUndefined();
  expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  await awsConsole.setWeights(0, 100);
  await awsConsole.tag('Green');
  const run = await world.run(rollback, {}, byHand);
  expect(run.error).toBeUndefined();
  expect(writesOf(run)).toEqual(['ModifyRule', 'TagResource']);
  expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  expect(run.log.join('\n')).toContain('no green task set');

  for (const refused of [
    await world.run(prepareBlue),
    await world.run(deployStack, world.builtIn('3')),
    await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' }),
  ]) {
    expect(refused.error).toMatchObject({ code: 'canary-not-found', message: expect.stringContaining('GreenTaskSet') });
    expect(refused.error?.hint).toContain(
      'aws cloudformation update-stack --stack-name canary --template-body file://',
    );
    for (const { ParameterKey } of Parameters)
      expect(refused.error?.hint).toContain(`ParameterKey=${ParameterKey},UsePreviousValue=true`);
    expect(writesOf(refused)).toEqual([]);
  }

  const copy = JSON.stringify(resources.BlueTaskSet).replace('BlueTargetGroup', 'GreenTargetGroup');
  await update({ ...rest, Resources: { ...resources, GreenTaskSet: JSON.parse(copy) }, Outputs: outputs });
  expect(await awsConsole.outputs()).toMatchObject({ BlueTargetGroup, GreenTargetGroup });
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn('3'))).error).toBeUndefined();
  expect((await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' })).error).toBeUndefined();
});
