import type { Aws } from '../../aws/aws.ts';
import type { ActualState } from '../actual-state/actual-state.ts';
import type { Snapshot } from '../actual-state/snapshot.ts';
import { arrange } from '../arranging/arrange.ts';
import type { Case } from '../cases/case.ts';
import type { StartingState } from '../cases/starting-state.ts';
import { findState } from '../cases/states.ts';
import { approveFor, orderFor, type StepRequest } from '../cases/step-uses.ts';
import { missingOf } from '../judging/goals.ts';
import { describeOutcome, type StepOutcome } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';

/** What an unharmed run of the same step from the same state came to. */
export interface Expectation {
  readonly outcome: string;
  readonly snapshot: Snapshot;
}

/** Carries out the first, harmed run of a cell. @returns its outcome, or several when runs came together */
export type FaultyRun = (
  world: FaultWorld,
  testCase: Case,
  request: StepRequest,
  between: ((aws: Aws) => Aws) | undefined,
) => Promise<readonly StepOutcome[]>;

/** What a cell runs with. */
export interface Fixture {
  readonly world: FaultWorld;
  readonly injectedFault: FaultyRun;
  /** Undefined where nothing is known, for instance while expectations are being made. */
  readonly expected?: Expectation | undefined;
  /** Stands between every run and AWS; only tests of the checks themselves need it. */
  readonly sabotage?: (aws: Aws) => Aws;
}

/** A cell under way. */
export interface CaseRun extends Fixture {
  readonly testCase: Case;
  readonly state: StartingState;
  readonly request: StepRequest;
  readonly before: ActualState;
  readonly foreign: ReadonlyMap<string, string>;
  readonly mark: number;
  readonly outcomes: string[];
  readonly violations: string[];
}

/** Arranges the state that a cell starts from, and looks at what is there. */
export async function begin(fixture: Fixture, testCase: Case): Promise<CaseRun> {
  const { world } = fixture;
  const state = findState(testCase.state);
  if (!state) throw new Error(`There is no state ${testCase.state}.`);
  await arrange(world, state);
  const request: StepRequest = { move: testCase.move, deployment: 1, version: world.nextVersion(), idle: state.idle };
  const before = world.actualState();
  // Whom arranging disturbed is not to be counted.
  await world.users.rest();
  world.watch.start(before.canary?.blue.version);
  approveFor(world, request, before);
  const foreign = world.foreign();
  return {
    ...fixture,
    testCase,
    state,
    request,
    before,
    foreign,
    mark: world.writeLog.mark(),
    outcomes: [],
    violations: [],
  };
}

/** Runs the cell's step without harm. */
export function runOnce({ world, request, sabotage }: CaseRun): Promise<StepOutcome> {
  return world.run(orderFor(world, request), sabotage);
}

/** A run ends with its goal reached or with words for an operator, nothing else. */
export function judgeOutcome(caseRun: CaseRun, which: string, outcome: StepOutcome, alone: boolean): void {
  caseRun.outcomes.push(describeOutcome(outcome));
  if (outcome.kind === 'defect')
    caseRun.violations.push(`I6: the ${which} run ended with a defect: ${outcome.message}`);
  if (outcome.kind !== 'done' || !alone) return;
  const missing = missingOf(caseRun.request, caseRun.before, caseRun.world.actualState());
  if (missing.length > 0)
    caseRun.violations.push(
      `I6: the ${which} run said that it is done, but it is not true that ${missing.join(', and that ')}`,
    );
  if (caseRun.request.move === 'promote' && caseRun.before.canary) disapproveOld(caseRun);
}

/** After a promotion nobody is to meet the version before it, until a person rolls back. */
function disapproveOld({ world, before }: CaseRun): void {
  const { blue, green } = before.canary ?? {};
  if (blue && blue.version !== green?.version) world.approvals.approve(blue.version, 0);
}

/** What was there before and is not ours must be as it was. */
export function checkForeign({ world, foreign, violations }: CaseRun): void {
  const now = world.foreign();
  for (const [what, text] of foreign)
    if (now.get(what) !== text) violations.push(`I5: ${what} was ${text} and is ${now.get(what) ?? 'gone'}`);
}
