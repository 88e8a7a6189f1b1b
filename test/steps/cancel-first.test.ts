import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

type Canary = Awaited<ReturnType<typeof openDeployedCanary>>;
let canary: Canary;

beforeAll(async () => {
  canary = await openDeployedCanary({ pageSize: 100 });
});
afterAll(async () => {
  canary.awsConsole.close();
  await canary.world.close();
});

it('a task definition that cannot be read neither delays the cancellation of a failing update nor hides the failure', async () => {
  const { world } = canary;
  world.emulator.faults.add({ kind: 'hang-before', service: 'ecs', operation: 'DescribeTaskDefinition' });
  const run = await world.run(deployStack, world.builtIn('3--crash-loop', { 'EcsCanary.TimeoutMinutes': '600' }));
  world.emulator.faults.clear();
  expect(run.calls).toContain('CancelUpdateStack');
  const read = run.calls.indexOf('DescribeTaskDefinition');
  expect(read === -1 || read > run.calls.indexOf('CancelUpdateStack')).toBe(true);
  expect(run.error).toMatchObject({ code: 'tasks-failing', message: expect.stringContaining('exited with code 1') });
  expect(run.error?.message).toContain('The step could not find out more');
});
