import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue.ts';
import { rollback } from '../../src/steps/rollback.ts';
import { writesAmong } from '../support/call-log.ts';
import { type CanaryHands, openCanaryHands } from '../support/canary-hands.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;
let hands: CanaryHands;

beforeAll(async () => {
  world = await openCanaryWorld({ pageSize: 100, timeScale: 300, taskStartSeconds: 4 });
  hands = openCanaryHands(world.emulator);
  expect((await world.run(deployStack, world.builtIn('1'))).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
});

// Leaves an answer of every read behind: blue has everything, and the tag says so.
beforeEach(async () => {
  expect((await world.run(rollback)).error).toBeUndefined();
  expect((await world.run(rollback)).error).toBeUndefined();
});

afterEach(() => world.emulator.faults.clear());

afterAll(async () => {
  hands.close();
  await world.close();
});

/** The next such read is answered as before the last write. */
const stale = (operation: string) => world.emulator.faults.add({ kind: 'stale-read', operation, occurrence: 1 });

describe('where AWS answers as before the last write', () => {
  it('Deploy Stack replaces no green that has just got traffic', async () => {
    await hands.setWeights(90, 10);
    const fault = stale('DescribeRules');
    const before = world.emulator.calls().length;
    const run = await world.run(deployStack, world.builtIn('3'));
    expect(world.emulator.faults.list().find(({ id }) => id === fault.id)?.fired).toBe(1);
    expect(run.error).toMatchObject({ code: 'green-has-traffic' });
    expect(writesAmong(world.emulator.calls().slice(before))).toEqual([]);
  });

  it('Rollback takes the traffic back from a green that has just got it', async () => {
    await hands.setWeights(50, 50);
    stale('DescribeRules');
    const run = await world.run(rollback);
    expect(run.error).toBeUndefined();
    expect(run.outputs).toMatchObject({ BlueWeight: '100', GreenWeight: '0' });
    expect(await hands.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('Rollback records blue as stable although green has just been promoted', async () => {
    await hands.setWeights(0, 100);
    await world.aws.ecs.describeService('rehearsal', (await hands.service()).serviceArn ?? '');
    await hands.tag('Green');
    stale('DescribeServices');
    expect((await world.run(rollback)).error).toBeUndefined();
    expect(await hands.weights()).toEqual({ blue: 100, green: 0 });
    expect(await hands.readTag()).toBe('Blue');
  });

  it('Prepare Blue keeps the promoted version, and not the one before it', async () => {
    await hands.setWeights(0, 100);
    const promoted = (await hands.taskSet('Green')).taskDefinition;
    await world.aws.ecs.describeService('rehearsal', (await hands.service()).serviceArn ?? '');
    await hands.tag('Green');
    stale('DescribeServices');
    const run = await world.run(prepareBlue);
    expect(run.error).toBeUndefined();
    expect((await hands.taskSet('Blue')).taskDefinition).toBe(promoted);
    expect(run.outputs).toMatchObject({ StableStack: 'Blue', BlueTaskDefinition: promoted, BlueWeight: '100' });
  });
});
