import type { ActualState } from '../actual-state/actual-state.ts';
import { arrange } from '../arranging/arrange.ts';
import type { Case } from '../cases/case.ts';
import type { StartingState } from '../cases/starting-state.ts';
import { findState } from '../cases/states.ts';
import { isWatching, type StepRequest } from '../cases/step-uses.ts';
import { missingOf } from '../judging/goals.ts';
import { judgeWatchOutcome, readServed } from '../judging/watch-promises.ts';
import { describeOutcome, type StepOutcome } from '../step-runs/step-order.ts';
import { approveFor, orderFor } from '../world/step-requests.ts';
import type { Fixture } from './fixture.ts';

/** A running case: its fixture, starting state and violations. */
export interface CaseRun extends Fixture {
  readonly testCase: Case;
  readonly state: StartingState;
  readonly request: StepRequest;
  /** The state after arranging. */
  readonly before: ActualState;
  readonly foreign: ReadonlyMap<string, string>;
  /** Position in the write log when the case started. */
  readonly position: number;
  /** How many calls AWS had had by then. */
  readonly calls: number;
  readonly outcomes: string[];
  readonly violations: string[];
}

/** Arranges a case's starting state, and reads the actual state. */
export async function beginCaseRun(fixture: Fixture, testCase: Case): Promise<CaseRun> {
  const { world } = fixture;
  const state = findState(testCase.state);
  if (!state) throw new Error(`There is no state ${testCase.state}.`);
  await arrange(world, state);
  const request: StepRequest = {
    stepUse: testCase.stepUse,
    deployment: 1,
    version: world.nextVersion(),
    idle: state.idle,
  };
  const before = world.actualState();
  // Users who were disturbed by arranging do not count.
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
    position: world.writeLog.position(),
    calls: world.emulator.calls().length,
    outcomes: [],
    violations: [],
  };
}

/** Runs the case's step without a fault. */
export function runOnce({ world, request, mutation }: CaseRun): Promise<StepOutcome> {
  return world.run(orderFor(world, request), mutation);
}

/** A run must end with its goal reached or with an error message for an operator. */
export function judgeOutcome(caseRun: CaseRun, which: string, outcome: StepOutcome, alone: boolean): void {
  caseRun.outcomes.push(describeOutcome(outcome));
  if (outcome.kind === 'defect')
    caseRun.violations.push(`I6: the ${which} run ended with a defect: ${outcome.message}`);
  if (isWatching(caseRun.request.stepUse)) caseRun.violations.push(...judgeWatched(caseRun, which, outcome));
  if (outcome.kind !== 'done' || !alone) return;
  const missing = missingOf(caseRun.request, caseRun.before, caseRun.world.actualState());
  if (missing.length > 0)
    caseRun.violations.push(
      `I6: the ${which} run reported success, but it is not true that ${missing.join(', and that ')}`,
    );
  if (caseRun.request.stepUse === 'promote' && caseRun.before.canary) disapproveOld(caseRun);
}

/** Only the faulted run may end differently than without a fault. */
function judgeWatched({ world, state, request, before, testCase }: CaseRun, which: string, outcome: StepOutcome) {
  const fails = request.stepUse === 'watch-fail';
  const isHarmed = state.behaviour !== undefined || (fails && state.anomaly === 'recorded-share');
  const fault = which === 'faulted' ? testCase.injectedFault : undefined;
  const served = readServed(world.emulator, before);
  return judgeWatchOutcome(outcome, { hasCanary: before.canary !== undefined, isHarmed, fails, fault }, served);
}

/** After a promotion no user may reach the previous version, until a person rolls back. */
function disapproveOld({ world, before }: CaseRun): void {
  const { blue, green } = before.canary ?? {};
  if (blue && blue.version !== green?.version) world.approvals.approve(blue.version, 0);
}

/** Foreign resources must be unchanged. */
export function checkForeign({ world, foreign, violations }: CaseRun): void {
  const now = world.foreign();
  for (const [what, text] of foreign)
    if (now.get(what) !== text) violations.push(`I5: ${what} was ${text} and is ${now.get(what) ?? 'gone'}`);
}
