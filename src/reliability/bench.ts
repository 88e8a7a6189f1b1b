import type { Aws } from '../aws/aws.ts';
import { type CellResult, rehearseCell, runCell } from './case-run.ts';
import type { Cell } from './cases.ts';
import type { Expectation } from './course.ts';
import { createHarm } from './injected-fault.ts';
import type { Recording } from './plan.ts';
import { findState } from './states.ts';
import { openStepPool } from './step-pool.ts';
import { type FaultWorld, openFaultWorld } from './world.ts';

/** What an unharmed run of a step from a state showed. */
export interface Rehearsed extends Recording {
  readonly expectation: Expectation;
  readonly violations: readonly string[];
}

export type Place = Pick<Cell, 'move' | 'state'>;

/** Worlds in which cells run side by side. */
export interface Bench {
  readonly rehearse: (place: Place) => Promise<Rehearsed>;
  readonly run: (cell: Cell, expected: Expectation | undefined, sabotage?: (aws: Aws) => Aws) => Promise<CellResult>;
  readonly close: () => Promise<void>;
}

/** A world remembers every call that was ever made in it, so it is replaced after so many cells. */
const cellsInWorld = 60;

interface Lane {
  world: FaultWorld | undefined;
  cells: number;
}

/** @param lanes how many cells run at the same time, each in a world of its own */
export async function openBench(lanes: number): Promise<Bench> {
  const pool = await openStepPool(2);
  const harm = createHarm(pool.kill);
  const all = Array.from({ length: lanes }, (): Lane => ({ world: undefined, cells: 0 }));
  const free = [...all];
  const waiting: ((lane: Lane) => void)[] = [];
  const withLane = async <T>(state: Cell['state'], use: (world: FaultWorld) => Promise<T>): Promise<T> => {
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
    rehearse: (place) =>
      withLane(place.state, (world) =>
        rehearseCell({ world, harm }, { ...place, harm: { kind: 'none' }, next: 'retry' }),
      ),
    run: (cell, expected, sabotage) =>
      withLane(cell.state, (world) => runCell({ world, harm, expected, ...(sabotage && { sabotage }) }, cell)),
    close: async () => {
      await Promise.all(all.map(({ world }) => world?.close()));
      await pool.close();
    },
  };
}

async function useLane<T>(lane: Lane, state: Cell['state'], use: (world: FaultWorld) => Promise<T>): Promise<T> {
  // A first deployment needs a cloud in which nothing was ever deployed.
  if (findState(state)?.weights === undefined) {
    const world = await openFaultWorld();
    return use(world).finally(() => world.close());
  }
  if (lane.cells >= cellsInWorld) await discard(lane);
  if (!lane.world) {
    lane.world = await openFaultWorld();
    await lane.world.found();
  }
  lane.cells += 1;
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
  lane.cells = 0;
}
