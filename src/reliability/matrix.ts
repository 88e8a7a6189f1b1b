import type { Place, Rehearsed } from './bench.ts';
import type { CellResult } from './case-run.ts';
import { type Cell, nameCell } from './cases.ts';
import type { Expectation } from './course.ts';
import { planCells } from './plan.ts';
import { shuffle } from './seeded-random.ts';
import { states } from './states.ts';
import { moves } from './step-uses.ts';

/** Which part of the matrix is wanted. */
export interface MatrixWish {
  readonly seed: number;
  /** So many cells, chosen by the seed; undefined for all. */
  readonly sample: number | undefined;
  readonly isWanted: (cell: Cell) => boolean;
}

/** What runs cells: worker processes, or worlds in this process. */
export interface Runner {
  readonly rehearse: (place: Place) => Promise<Rehearsed>;
  readonly run: (cell: Cell, expected: Expectation | undefined) => Promise<CellResult>;
}

/** What the unharmed run of a step from a state came to. */
export interface Rehearsal extends Rehearsed {
  readonly place: Place;
}

/** Everything that a run of the matrix found. */
export interface MatrixResult {
  readonly rehearsals: readonly Rehearsal[];
  /** How many cells there were to choose from. */
  readonly planned: number;
  readonly results: readonly CellResult[];
}

/**
 * Tries every step from every state unharmed, plans the cells from the calls that it made, and runs them.
 * @param width how many at the same time
 */
export async function runMatrix(
  runner: Runner,
  wish: MatrixWish,
  width: number,
  report: (done: number, of: number, result: CellResult) => void,
): Promise<MatrixResult> {
  const places = states.flatMap(({ id: state }) => moves.map(({ id: move }): Place => ({ move, state })));
  const wanted = places.filter((place) => wish.isWanted({ ...place, harm: { kind: 'none' }, next: 'retry' }));
  const rehearsals = await inParallel(wanted, width, async (place) => ({ place, ...(await runner.rehearse(place)) }));
  const planned = rehearsals.flatMap((rehearsal) => planCells(rehearsal.place, rehearsal, wish.seed));
  const wantedCells = planned.filter(wish.isWanted);
  const cells = shuffle(wantedCells, wish.seed, nameCell).slice(0, wish.sample);
  const expected = new Map(rehearsals.map(({ place, expectation }) => [keyOf(place), expectation]));
  let done = 0;
  const results = await inParallel(cells, width, async (cell) => {
    const result = await runner.run(cell, expected.get(keyOf(cell)));
    done += 1;
    report(done, cells.length, result);
    return result;
  });
  return { rehearsals, planned: wantedCells.length, results };
}

function keyOf({ move, state }: Place): string {
  return `${move} from ${state}`;
}

async function inParallel<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const hands = Array.from({ length: width }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  });
  await Promise.all(hands);
  return results;
}
