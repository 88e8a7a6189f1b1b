import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  world = await openCanaryWorld({ pageSize: 100, timeScale: 300, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  expect((await world.run(deployStack, world.builtIn('1'))).error).toBeUndefined();
});

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

it("Deploy Stack does not take the failure of an earlier update by hand, which has no request token, for its own update's", async () => {
  const { names, template } = await deployed();
  const ByHand = { Type: 'Test::Fake::Resource', Properties: { Fail: true } };
  await awsConsole.cloudFormation.updateStack({
    StackName: 'canary',
    TemplateBody: JSON.stringify({ ...template, Resources: { ...template.Resources, ByHand } }),
    Parameters: names.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  });
  expect(await awsConsole.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  const run = await world.run(deployStack, world.builtIn('2'));
  expect(run.error).toBeUndefined();
  expect(run.log.join('\n')).not.toContain('ByHand');
});

async function deployed() {
  const { TemplateBody = '' } = await awsConsole.cloudFormation.getTemplate({ StackName: 'canary' });
  const template = JSON.parse(TemplateBody) as { Resources: object; Parameters: object };
  return { template, names: Object.keys(template.Parameters) };
}
