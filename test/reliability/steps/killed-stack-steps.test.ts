import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../src/aws/intercept.ts';
import type { ActualState } from '../../../src/reliability/actual-state/actual-state.ts';
import { inParallel } from '../../../src/reliability/running/in-parallel.ts';
import { runUntilKilled } from '../../../src/reliability/step-runs/in-process-kill.ts';
import type { AwsWrapper } from '../../../src/reliability/step-runs/step-order.ts';
import { type FaultWorld, openFaultWorld } from '../../../src/reliability/world/world.ts';
import {
  type CallPoint,
  callPointsOf,
  canaryWritesIn,
  describePoint,
  isWrite,
  killAt,
  recordCalls,
} from '../../support/kill-points.ts';
import { arrangeCanary, countStackOperations, observe, type SettledState, stackIn } from './stacks.ts';

/** Every observation starts with the stack; its other reads differ only in time. */
const perLook = (method: string) => method === 'describeStack';

const noStack: ActualState = { stack: undefined, canary: undefined };

describe('a step that changes the stack, killed at any moment and run again', () => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld();
  });
  afterAll(() => world.close());

  it('creates one stack, as if it had not been killed', async () => {
    const calls: AwsCall[] = [];
    const whole = stackIn(world, 'whole', 8000);
    await deploy(whole, '1', recordCalls(calls));
    const expected = await observe(whole, noStack, '1');
    expect(expected).toMatchObject({ stack: 'CREATE_COMPLETE', canary: { tag: 'Blue' } });
    expect(countStackOperations(whole)).toBe(1);
    await inParallel(callPointsOf(calls, perLook), 4, async (point, index) => {
      const killed = stackIn(world, `killed-${index}`, 8001 + index);
      await kill((wrap) => deploy(killed, '1', wrap), point);
      await deploy(killed, '1');
      expect(await observe(killed, noStack, '1'), describePoint(point)).toEqual(expected);
      expect(countStackOperations(killed), describePoint(point)).toBe(1);
      await world.emulator.world.invoke('cloudformation', 'DeleteStack', { StackName: killed.stackName });
    });
  });

  it('updates the stack once for a new version', async () => {
    const calls: AwsCall[] = [];
    const [first] = await openLanes(world);
    const before = first.actualState();
    await deploy(first, '2', recordCalls(calls));
    const expected = await observe(first, before, '2');
    expect(expected).toMatchObject({
      stack: 'UPDATE_COMPLETE',
      canary: { versions: { blue: 'blue before', green: 'wanted' }, pinnedBlue: 'blue before' },
    });
    await inLanes(world, callPointsOf(calls, perLook), async (point, lane, index) => {
      const version = `3.${index}`;
      const operations = countStackOperations(lane);
      const laneBefore = lane.actualState();
      await kill((wrap) => deploy(lane, version, wrap), point);
      await deploy(lane, version);
      expect(await observe(lane, laneBefore, version), describePoint(point)).toEqual(expected);
      expect(countStackOperations(lane), describePoint(point)).toBe(operations + 1);
    });
  });

  it('copies the promoted version to blue with one update, weights before the tag', async () => {
    const calls: AwsCall[] = [];
    const prepared = stackIn(world, 'prepared', 9100);
    await deploy(prepared, '1');
    const expected = await prepareOver(prepared, '2', () => prepare(prepared, recordCalls(calls)));
    expect(expected).toMatchObject({
      canary: { versions: { blue: 'wanted', green: 'wanted' }, pinnedBlue: 'wanted', tag: 'Blue' },
    });
    await inLanes(world, callPointsOf(calls, perLook), async (point, lane, index) => {
      const made: AwsCall[] = [];
      const record = recordCalls(made);
      let operations = 0;
      const seen = await prepareOver(lane, `4.${index}`, async () => {
        operations = countStackOperations(lane);
        await kill((wrap) => prepare(lane, (aws) => wrap(record(aws))), point);
        await prepare(lane, record);
      });
      expect(seen, describePoint(point)).toEqual(expected);
      expect(countStackOperations(lane), describePoint(point)).toBe(operations + 1);
      expect(canaryWritesIn(made)).toEqual(['updateStack', 'modifyActions', 'tagStable']);
    });
  });
});

async function deploy(stack: FaultWorld, version: string, wrap?: AwsWrapper): Promise<void> {
  const outcome = await stack.run(stack.order('deploy-stack', { parameters: stack.builtIn(version) }), wrap);
  expect(outcome).toMatchObject({ kind: 'done' });
}

async function prepare(stack: FaultWorld, wrap: AwsWrapper): Promise<void> {
  expect(await stack.run(stack.order('prepare-blue'), wrap)).toMatchObject({ kind: 'done' });
}

/** Promotes that version while blue still runs another one, then runs Prepare Blue. @returns the resulting state */
async function prepareOver(stack: FaultWorld, version: string, work: () => Promise<void>): Promise<SettledState> {
  await deploy(stack, version);
  await arrangeCanary(stack, [0, 100], 'Green');
  const before = stack.actualState();
  await work();
  return observe(stack, before, version);
}

/** The number of polls depends on time, but every write must have been killed. */
async function kill(run: (wrap: AwsWrapper) => Promise<void>, point: CallPoint): Promise<void> {
  const killed = await runUntilKilled(run, killAt(point));
  if (isWrite(point.method)) expect(killed, describePoint(point)).toEqual({ kind: 'killed' });
}

/** Four stacks of version 1; later tests find them as earlier ones left them. */
async function openLanes(world: FaultWorld): Promise<readonly [FaultWorld, ...FaultWorld[]]> {
  const open = async (lane: number): Promise<FaultWorld> => {
    const stack = stackIn(world, `lane-${lane}`, 9000 + lane);
    if (!stack.actualState().stack) await deploy(stack, '1');
    return stack;
  };
  return Promise.all([open(0), open(1), open(2), open(3)]);
}

/** Spreads the points over the stacks; within a stack they run in order. */
async function inLanes(
  world: FaultWorld,
  points: readonly CallPoint[],
  work: (point: CallPoint, lane: FaultWorld, index: number) => Promise<void>,
): Promise<void> {
  const stacks = await openLanes(world);
  await inParallel(points, stacks.length, (point, index, lane) => work(point, stacks[lane] as FaultWorld, index));
}
