import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../src/aws/intercept.ts';
import { arrange } from '../../../src/reliability/arranging/arrange.ts';
import type { StateId } from '../../../src/reliability/cases/starting-state.ts';
import { findState } from '../../../src/reliability/cases/states.ts';
import type { WatchUseId } from '../../../src/reliability/cases/step-uses.ts';
import { findWriteCalls } from '../../../src/reliability/judging/watch-promises.ts';
import { runUntilKilled } from '../../../src/reliability/step-runs/in-process-kill.ts';
import { describeOutcome } from '../../../src/reliability/step-runs/step-order.ts';
import { orderFor } from '../../../src/reliability/world/step-requests.ts';
import { type FaultWorld, openFaultWorld } from '../../../src/reliability/world/world.ts';
import { callPointsOf, describePoint, isWrite, killAt, recordCalls } from '../../support/kill-points.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await openFaultWorld();
  await world.createCanary();
});
afterAll(() => world.close());

describe('Watch Canary, killed at any call and run again, writes nothing and ends as usual', () => {
  it.each<[WatchUseId, StateId, string]>([
    ['watch-once', 'tenth', 'done'],
    ['watch-minute', 'recorded', 'done'],
    ['watch-fail', 'bad-green', 'green-worse'],
  ])('%s from %s: %s', async (stepUse, stateId, end) => {
    const state = findState(stateId);
    if (!state) throw new Error(`There is no state ${stateId}.`);
    await arrange(world, state);
    const before = JSON.stringify([world.actualState(), [...world.foreign()]]);
    const from = world.emulator.calls().length;
    const order = orderFor(world, { stepUse, deployment: 1, version: '' });
    const made: AwsCall[] = [];
    expect(describeOutcome(await world.run(order, recordCalls(made)))).toBe(end);
    // The figures of the recorded minute are there now, so each of these runs looks only twice.
    const calls: AwsCall[] = [];
    await world.run(order, recordCalls(calls));
    const points = callPointsOf(calls);
    expect(points.length).toBeGreaterThan(20);
    for (const point of points) {
      const killed = await runUntilKilled((wrap) => world.run(order, wrap), killAt(point));
      expect(killed, describePoint(point)).toEqual({ kind: 'killed' });
      expect(describeOutcome(await world.run(order, recordCalls(made))), describePoint(point)).toBe(end);
    }
    expect(made.filter(({ method }) => isWrite(method))).toEqual([]);
    expect(findWriteCalls(world.emulator, from)).toEqual([]);
    expect(JSON.stringify([world.actualState(), [...world.foreign()]])).toBe(before);
  });
});
