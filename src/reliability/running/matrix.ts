import { type Case, nameCase, type Scenario } from '../cases/case.ts';
import { planCases } from '../cases/plan-cases.ts';
import { scenarios } from '../cases/scenarios.ts';
import { shuffle } from '../cases/shuffle.ts';
import type { Rehearsed } from './bench.ts';
import type { Expectation } from './fixture.ts';
import { inParallel } from './in-parallel.ts';
import type { CaseResult } from './run-case.ts';

/** Which part of the matrix is wanted. */
export interface MatrixRequest {
  readonly seed: number;
  /** How many cases to run, chosen by the seed; undefined for all. */
  readonly sample: number | undefined;
  readonly isWanted: (testCase: Case) => boolean;
}

/** Runs cases in worker processes, or in worlds of this process. */
export interface Runner {
  readonly rehearse: (scenario: Scenario) => Promise<Rehearsed>;
  readonly run: (testCase: Case, expected: Expectation | undefined) => Promise<CaseResult>;
}

/** The result of the fault-free run of a step from a state. */
export interface Rehearsal extends Rehearsed {
  readonly scenario: Scenario;
}

/** The results of a run of the matrix. */
export interface MatrixResult {
  readonly rehearsals: readonly Rehearsal[];
  /** How many cases there were to choose from. */
  readonly planned: number;
  readonly results: readonly CaseResult[];
}

/**
 * Runs every step from every state without faults, plans the cases from its calls, and runs them.
 * @param width how many cases run at the same time
 */
export async function runMatrix(
  runner: Runner,
  request: MatrixRequest,
  width: number,
  report: (done: number, of: number, result: CaseResult) => void,
): Promise<MatrixResult> {
  const wanted = scenarios.filter((scenario) =>
    request.isWanted({ ...scenario, injectedFault: { kind: 'none' }, next: 'retry' }),
  );
  const rehearsals = await inParallel(wanted, width, async (scenario) => ({
    scenario,
    ...(await runner.rehearse(scenario)),
  }));
  const planned = rehearsals.flatMap((rehearsal) => planCases(rehearsal.scenario, rehearsal, request.seed));
  const wantedCases = planned.filter(request.isWanted);
  const cases = shuffle(wantedCases, request.seed, nameCase).slice(0, request.sample);
  const expected = new Map(rehearsals.map(({ scenario, expectation }) => [keyOf(scenario), expectation]));
  let done = 0;
  const results = await inParallel(cases, width, async (testCase) => {
    const result = await runner.run(testCase, expected.get(keyOf(testCase)));
    done += 1;
    report(done, cases.length, result);
    return result;
  });
  return { rehearsals, planned: wantedCases.length, results };
}

function keyOf({ stepUse, state }: Scenario): string {
  return `${stepUse} from ${state}`;
}
