import type { Aws } from '../../aws/aws.ts';
import type { Case, Scenario } from '../cases/case.ts';
import type { Recording } from '../cases/plan-cases.ts';
import { findState } from '../cases/states.ts';
import { openProcessPool } from '../step-runs/process-pool.ts';
import { type FaultWorld, openFaultWorld } from '../world/world.ts';
import type { Expectation } from './fixture.ts';
import { type CaseResult, rehearseCase, runCase } from './run-case.ts';
import { createFaultInjection } from './run-with-fault.ts';

/** What a fault-free run of a step from a state showed. */
export interface Rehearsed extends Recording {
  readonly expectation: Expectation;
  readonly violations: readonly string[];
}

/** Worlds in which cases run at the same time. */
export interface Bench {
  readonly rehearse: (scenario: Scenario) => Promise<Rehearsed>;
  readonly run: (
    testCase: Case,
    expected: Expectation | undefined,
    mutation?: (aws: Aws) => Aws,
  ) => Promise<CaseResult>;
  readonly close: () => Promise<void>;
}

/** A world keeps a log of all its calls, so it is replaced after this many cases. */
const casesInWorld = 60;

interface Lane {
  world: FaultWorld | undefined;
  cases: number;
}

/** @param lanes how many cases run at the same time, each in its own world */
export async function openBench(lanes: number): Promise<Bench> {
  const pool = await openProcessPool(2);
  const injectFault = createFaultInjection(pool.kill);
  const all = Array.from({ length: lanes }, (): Lane => ({ world: undefined, cases: 0 }));
  const free = [...all];
  const waiting: ((lane: Lane) => void)[] = [];
  const withLane = async <T>(state: Case['state'], use: (world: FaultWorld) => Promise<T>): Promise<T> => {
    const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
    try {
      return await useLane(lane, state, use);
    } finally {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
    }
  };
  return {
    rehearse: (scenario) =>
      withLane(scenario.state, (world) =>
        rehearseCase({ world, injectFault }, { ...scenario, injectedFault: { kind: 'none' }, next: 'retry' }),
      ),
    run: (testCase, expected, mutation) =>
      withLane(testCase.state, (world) =>
        runCase({ world, injectFault, expected, ...(mutation && { mutation }) }, testCase),
      ),
    close: async () => {
      await Promise.all(all.map(({ world }) => world?.close()));
      await pool.close();
    },
  };
}

async function useLane<T>(lane: Lane, state: Case['state'], use: (world: FaultWorld) => Promise<T>): Promise<T> {
  // A first deployment needs a cloud in which nothing was ever deployed.
  if (findState(state)?.weights === undefined) {
    const world = await openFaultWorld();
    return use(world).finally(() => world.close());
  }
  if (lane.cases >= casesInWorld) await discard(lane);
  if (!lane.world) {
    lane.world = await openFaultWorld();
    await lane.world.createCanary();
  }
  lane.cases += 1;
  try {
    return await use(lane.world);
  } catch (error) {
    await discard(lane);
    throw error;
  }
}

async function discard(lane: Lane): Promise<void> {
  await lane.world?.close();
  lane.world = undefined;
  lane.cases = 0;
}
