import { type Case, nameCase } from '../cases/case.ts';
import { planCases } from '../cases/plan.ts';
import { shuffle } from '../cases/shuffle.ts';
import { states } from '../cases/states.ts';
import { stepUses } from '../cases/step-uses.ts';
import type { Place, Rehearsed } from './bench.ts';
import type { Expectation } from './fixture.ts';
import { inParallel } from './in-parallel.ts';
import type { CaseResult } from './run-case.ts';

/** Which part of the matrix is wanted. */
export interface MatrixRequest {
  readonly seed: number;
  /** So many cases, chosen by the seed; undefined for all. */
  readonly sample: number | undefined;
  readonly isWanted: (testCase: Case) => boolean;
}

/** What runs cases: worker processes, or worlds in this process. */
export interface Runner {
  readonly rehearse: (place: Place) => Promise<Rehearsed>;
  readonly run: (testCase: Case, expected: Expectation | undefined) => Promise<CaseResult>;
}

/** What the fault-free run of a step from a state came to. */
export interface Rehearsal extends Rehearsed {
  readonly place: Place;
}

/** Everything that a run of the matrix found. */
export interface MatrixResult {
  readonly rehearsals: readonly Rehearsal[];
  /** How many cases there were to choose from. */
  readonly planned: number;
  readonly results: readonly CaseResult[];
}

/**
 * Tries every step from every state fault-free, plans the cases from the calls that it made, and runs them.
 * @param width how many at the same time
 */
export async function runMatrix(
  runner: Runner,
  request: MatrixRequest,
  width: number,
  report: (done: number, of: number, result: CaseResult) => void,
): Promise<MatrixResult> {
  const places = states.flatMap(({ id: state }) => stepUses.map(({ id: move }): Place => ({ move, state })));
  const wanted = places.filter((place) =>
    request.isWanted({ ...place, injectedFault: { kind: 'none' }, next: 'retry' }),
  );
  const rehearsals = await inParallel(wanted, width, async (place) => ({ place, ...(await runner.rehearse(place)) }));
  const planned = rehearsals.flatMap((rehearsal) => planCases(rehearsal.place, rehearsal, request.seed));
  const wantedCases = planned.filter(request.isWanted);
  const cases = shuffle(wantedCases, request.seed, nameCase).slice(0, request.sample);
  const expected = new Map(rehearsals.map(({ place, expectation }) => [keyOf(place), expectation]));
  let done = 0;
  const results = await inParallel(cases, width, async (testCase) => {
    const result = await runner.run(testCase, expected.get(keyOf(testCase)));
    done += 1;
    report(done, cases.length, result);
    return result;
  });
  return { rehearsals, planned: wantedCases.length, results };
}

function keyOf({ move, state }: Place): string {
  return `${move} from ${state}`;
}
