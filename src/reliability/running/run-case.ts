import { type Snapshot, takeSnapshot } from '../actual-state/snapshot.ts';
import { settle } from '../arranging/reset.ts';
import { type Case, nameCase } from '../cases/case.ts';
import { isWatching, type StepRequest } from '../cases/step-uses.ts';
import { missingOf, saysNoStack } from '../judging/goals.ts';
import { findWriteCalls } from '../judging/watch-promises.ts';
import { findEarlyWrites } from '../judging/weights-first.ts';
import { describeOutcome, type StepOutcome } from '../step-runs/step-order.ts';
import { approveFor, orderFor } from '../world/step-requests.ts';
import { beginCaseRun, type CaseRun, checkForeign, judgeOutcome, runOnce } from './case-run.ts';
import type { Fixture } from './fixture.ts';
import { isFollowedAtOnce, prolongLag, releaseNext } from './next-release.ts';

/** The result of one case. */
export interface CaseResult {
  readonly testCase: Case;
  /** Whether the fault hit a call; one too late in a run hits none. */
  readonly met: boolean;
  /** Outcomes of the runs, in order. */
  readonly outcomes: readonly string[];
  /** Sentences that start with the invariant; empty when all held. */
  readonly violations: readonly string[];
}

/** Arranges the state, injects the fault, runs again, runs a third time, rolls back, and checks everything. */
export async function runCase(fixture: Fixture, testCase: Case): Promise<CaseResult> {
  const caseRun = await beginCaseRun(fixture, testCase);
  const { faults } = fixture.world.emulator;
  const faulty = await fixture.injectFault(fixture.world, testCase, caseRun.request, fixture.mutation);
  const met = faults.list().every(({ fired }) => fired > 0);
  faults.clear();
  for (const outcome of faulty) judgeOutcome(caseRun, 'faulted', outcome, faulty.length === 1);
  if (testCase.next === 'retry') await retry(caseRun, faulty);
  if (isWatching(testCase.stepUse)) caseRun.violations.push(...findWriteCalls(fixture.world.emulator, caseRun.calls));
  caseRun.violations.push(...(await fixture.world.watch.violations()));
  const isFollowed = isFollowedAtOnce(caseRun);
  if (isFollowed) prolongLag(caseRun);
  await rollBack(caseRun);
  checkForeign(caseRun);
  caseRun.violations.push(...(await fixture.world.watch.violations()));
  if (isFollowed) await releaseNext(caseRun);
  return { testCase, met, outcomes: caseRun.outcomes, violations: [...new Set(caseRun.violations)] };
}

/** Runs the step from the state without any fault, to record the expected outcome and the calls. */
export async function rehearseCase(fixture: Fixture, testCase: Case) {
  const caseRun = await beginCaseRun(fixture, testCase);
  const { world } = fixture;
  const calls = world.emulator.calls().length;
  const writes = world.writeLog.position();
  const outcome = await runOnce(caseRun);
  const made = world.emulator.calls().slice(calls);
  judgeOutcome(caseRun, 'fault-free', outcome, true);
  caseRun.violations.push(...(await world.watch.violations()));
  checkForeign(caseRun);
  return {
    expectation: {
      outcome: describeOutcome(outcome),
      snapshot: takeSnapshot(world.actualState(), caseRun.before, caseRun.request.version),
    },
    operations: made.map(({ operation }) => operation),
    writes: world.writeLog.since(writes).map(({ operation }) => operation),
    violations: caseRun.violations.map((violation) => `${nameCase(testCase)}: ${violation}`),
  };
}

async function retry(caseRun: CaseRun, faulty: readonly StepOutcome[]): Promise<void> {
  const { world, request, expected, violations } = caseRun;
  // What somebody else started is over by the time Octopus, or a person, runs the step again.
  if (isFleeting(caseRun)) await settle(world);
  const second = await runAgain(caseRun, 'second');
  await settle(world);
  const predictable = !isFleeting(caseRun) && !isBelated(caseRun) && !isBlind(caseRun);
  if (predictable) checkSecond(caseRun, faulty, second);
  // If the second run found nothing to write, a third one would see and do the same.
  if (second.written.length > 0) {
    const third = await runAgain(caseRun, 'third');
    if (third.written.length > 0) violations.push(`I3: the third run wrote ${third.written.join(', ')}`);
    if (third.end !== second.end)
      violations.push(`I3: the second run ended with ${second.end}, the third with ${third.end}`);
  }
  checkOperations(caseRun);
  if (!expected || !predictable) return;
  const [wanted, got] = [expected.snapshot, takeSnapshot(world.actualState(), caseRun.before, request.version)].map(
    (each) => JSON.stringify(isDeniedTag(caseRun.testCase) ? withoutLedger(each) : each),
  );
  if (wanted !== got) violations.push(`I3: it ended as ${got}, but without a fault as ${wanted}`);
}

/** A run without a fault, after the faulted one. */
interface Again {
  readonly end: string;
  /** Writes that took effect. */
  readonly written: readonly string[];
  readonly message: string;
}

async function runAgain(caseRun: CaseRun, which: string): Promise<Again> {
  const position = caseRun.world.writeLog.position();
  const outcome = await runOnce(caseRun);
  const written = caseRun.world.writeLog.since(position).map(({ operation }) => operation);
  judgeOutcome(caseRun, which, outcome, true);
  const message = outcome.kind === 'refused' ? ` (${outcome.message})` : '';
  return { end: describeOutcome(outcome), written, message };
}

function checkSecond({ expected, violations, testCase }: CaseRun, faulty: readonly StepOutcome[], second: Again): void {
  const wasDone = faulty.length === 1 && faulty[0]?.kind === 'done';
  if (wasDone && second.written.length > 0 && !isLateRecord(testCase, second.written) && !isUninformed(testCase))
    violations.push(`I3: the step was done, but running it again wrote ${second.written.join(', ')}`);
  if (!expected) return;
  const wanted = wasDone && !isWatching(testCase.stepUse) ? 'done' : expected.outcome;
  if (second.end !== wanted)
    violations.push(`I3: the second run ended with ${second.end}${second.message} instead of ${wanted}`);
}

/** A step that may not record what it did is done, and the next run that may records it. */
function isLateRecord(testCase: Case, written: readonly string[]): boolean {
  return isDeniedTag(testCase) && String(written) === 'TagResource';
}

/** A Guard without figures is done, and the next one that has them takes the traffic. */
function isUninformed({ stepUse, injectedFault }: Case): boolean {
  return stepUse === 'guard' && 'operation' in injectedFault && injectedFault.operation === 'GetMetricData';
}

function isDeniedTag({ injectedFault }: Case): boolean {
  return injectedFault.kind === 'access-denied' && injectedFault.operation === 'TagResource';
}

/** A step that may not write an entry of the ledger goes on without it. */
function withoutLedger({ canary, ...snapshot }: Snapshot): Snapshot {
  return { ...snapshot, ...(canary && { canary: { ...canary, ledger: [] } }) };
}

/** The end is not predictable after somebody else's update, or with two different deployments. */
function isFleeting({ state, testCase }: CaseRun): boolean {
  return state.anomaly === 'busy-stack' || testCase.injectedFault.kind === 'two-deployments';
}

/** After a stale read a step may start what it would otherwise refuse; approvals and goals must still hold. */
function isBelated({ testCase, expected }: CaseRun): boolean {
  return testCase.injectedFault.kind === 'stale-read' && expected?.outcome !== 'done';
}

/** A failed deployment that cannot read the lock's owner still moves users to blue. */
function isBlind({ state, request }: CaseRun): boolean {
  return state.lock === 'other' && request.stepUse === 'rollback-after-failure';
}

/**
 * However often the step ran, there must be one stack operation and no extra task set.
 * Two deployments start one each, and the one that runs again starts another if the other's came last.
 */
function checkOperations({ world, position, violations, before, testCase }: CaseRun): void {
  const tokens = new Set(
    world.writeLog
      .since(position)
      .filter(({ operation }) => /^(CreateStack|UpdateStack)$/.test(operation))
      .map(({ input }) => (input as { ClientRequestToken?: string }).ClientRequestToken),
  );
  const most = testCase.injectedFault.kind === 'two-deployments' ? 3 : 1;
  if (tokens.size > most) violations.push(`I3: there were ${tokens.size} stack operations`);
  const { canary } = world.actualState();
  const taskSets = Math.max(2, before.canary?.taskSets.length ?? 0);
  if (canary && canary.taskSets.length > taskSets) violations.push(`I3: there are ${canary.taskSets.length} task sets`);
  if (canary && canary.testRules.length > 1) violations.push(`I3: there are ${canary.testRules.length} test rules`);
}

/** A person rolls back: blue gets everything, weights first. */
async function rollBack(caseRun: CaseRun): Promise<void> {
  const { world, violations } = caseRun;
  // Steps with colours to scale down would wait until the lag is over, but the next release should meet the lag.
  const idle = isFollowedAtOnce(caseRun) ? undefined : caseRun.request.idle;
  const request: StepRequest = { ...caseRun.request, stepUse: 'rollback', idle };
  const exposed = world.actualState();
  approveFor(world, request, exposed);
  const position = world.writeLog.position();
  const outcome = await world.run(orderFor(world, request), caseRun.mutation);
  caseRun.outcomes.push(describeOutcome(outcome));
  if (saysNoStack(outcome, exposed)) return;
  if (outcome.kind !== 'done') {
    violations.push(`I4: Rollback ended with ${outcome.kind === 'killed' ? 'a kill' : JSON.stringify(outcome)}`);
    return;
  }
  const { canary } = world.actualState();
  const missing = canary && exposed.canary ? missingOf(request, exposed, world.actualState()) : [];
  if (missing.length > 0) violations.push(`I4: after Rollback it is not true that ${missing.join(', and that ')}`);
  if (exposed.canary) violations.push(...findEarlyWrites(exposed.canary, world.writeLog.since(position)));
}
