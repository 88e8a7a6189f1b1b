import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
});
afterAll(() => world.close());

it.each([
  ['plain values', 43_200, '', '80'],
  ['dynamic references, for which green is pinned too', 42_800, 'T={{resolve:ssm:/t}}\n', '8081'],
])('a built-in template near the limit is released again and again, with %s', async (_, length, more, port) => {
  const stack = { 'EcsCanary.StackName': `near-${port}` };
  const settings = {
    ...stack,
    'EcsCanary.Environment': `${more}BIG=${'x'.repeat(length)}`,
    'EcsCanary.ExecutionRoleArn': '',
    'EcsCanary.ListenerPort': port,
  };
  for (const version of ['1', '2', '3']) {
    expect((await world.run(prepareBlue, stack)).error).toBeUndefined();
    expect((await world.run(deployStack, world.builtIn(version, settings))).error).toBeUndefined();
    if (version !== '1') expect((await world.run(promote, stack)).error).toBeUndefined();
  }
});
