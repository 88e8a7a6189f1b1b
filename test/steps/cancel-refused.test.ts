import { afterEach, beforeEach, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeEach(async () => {
  world = await openCanaryWorld();
  awsConsole = openCanaryConsole(world.emulator);
  expect((await world.run(deployStack, world.builtIn('1'))).error).toBeUndefined();
});

afterEach(async () => {
  awsConsole.close();
  await world.close();
});

const cancel = { service: 'cloudformation', operation: 'CancelUpdateStack' } as const;

it('the step ends at once, instead of waiting, when cancelling an update of failing tasks is denied', async () => {
  world.emulator.faults.add({ kind: 'access-denied', ...cancel });
  const { error } = await world.run(deployStack, world.builtIn('2--failed-pull'));
  expect(error).toMatchObject({
    code: 'aws-access-denied',
    hint: expect.stringMatching(/Allow cloudformation:CancelUpdateStack .* policies\/deploy-stack\.json/),
  });
  expect(await awsConsole.stackStatus()).toBe('UPDATE_IN_PROGRESS');
});

it('an update of failing tasks is cancelled again if the cancel call never reached AWS', async () => {
  world.emulator.faults.add({ kind: 'reset-before', ...cancel, occurrence: 1, times: 5 });
  const { error, calls } = await world.run(deployStack, world.builtIn('2--failed-pull'));
  expect(error).toMatchObject({ code: 'tasks-failing', message: expect.stringContaining('UPDATE_ROLLBACK_COMPLETE') });
  expect(calls.filter((call) => call === 'CancelUpdateStack').length).toBeGreaterThan(5);
});

it("an update of failing tasks is cancelled by its own deployment's next run, and by no other deployment", async () => {
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  world.emulator.faults.add({ kind: 'access-denied', ...cancel });
  expect((await world.run(deployStack, world.builtIn('2--failed-pull'))).error?.code).toBe('aws-access-denied');
  world.emulator.faults.clear();
  const other = await world.run(deployStack, world.builtIn('3'), { deployment: 'Deployments-2' });
  expect(other.error).toMatchObject({ code: 'canary-taken', message: expect.stringContaining('Deployments-1') });
  expect(writesOf(other)).toEqual([]);
  expect(await awsConsole.stackStatus()).toBe('UPDATE_IN_PROGRESS');
  const again = await world.run(deployStack, world.builtIn('2--failed-pull'));
  expect(again.error?.code).toBe('tasks-failing');
  expect(writesOf(again)).toEqual(['CancelUpdateStack']);
});
