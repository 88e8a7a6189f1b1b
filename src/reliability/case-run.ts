import { type Cell, nameCell } from './cases.ts';
import { begin, type CellKit, type Course, checkForeign, judgeOutcome, runOnce } from './course.ts';
import { missingOf, saysNoStack } from './goals.ts';
import { isFollowedAtOnce, prolongLag, releaseNext } from './next-release.ts';
import { paint } from './snapshot.ts';
import { describeOutcome, type StepOutcome } from './step-order.ts';
import { approveFor, orderFor, type Wish } from './step-uses.ts';
import { settle } from './tidy.ts';
import { findHaste } from './weights-first.ts';

/** How one cell ended. */
export interface CellResult {
  readonly cell: Cell;
  /** Whether the fault met a call; one that comes too late in a run meets none. */
  readonly met: boolean;
  /** Outcomes of the runs in their order. */
  readonly outcomes: readonly string[];
  /** Each a sentence that begins with the invariant; empty when all held. */
  readonly violations: readonly string[];
}

/** Arranges the state, does the harm, runs again, runs a third time, rolls back, and checks everything. */
export async function runCell(kit: CellKit, cell: Cell): Promise<CellResult> {
  const course = await begin(kit, cell);
  const { faults } = kit.world.emulator;
  const harmed = await kit.harm(kit.world, cell, course.wish, kit.sabotage);
  const met = faults.list().every(({ fired }) => fired > 0);
  faults.clear();
  for (const outcome of harmed) judgeOutcome(course, 'harmed', outcome, harmed.length === 1);
  if (cell.next === 'retry') await retry(course, harmed);
  course.violations.push(...(await kit.world.watch.harm()));
  const isFollowed = isFollowedAtOnce(course);
  if (isFollowed) prolongLag(course);
  await rollBack(course);
  checkForeign(course);
  course.violations.push(...(await kit.world.watch.harm()));
  if (isFollowed) await releaseNext(course);
  return { cell, met, outcomes: course.outcomes, violations: [...new Set(course.violations)] };
}

/** Runs the step from the state without any harm, to know what to expect and which calls there are. */
export async function rehearseCell(kit: CellKit, cell: Cell) {
  const course = await begin(kit, cell);
  const { world } = kit;
  const calls = world.emulator.calls().length;
  const writes = world.journal.mark();
  const outcome = await runOnce(course);
  const made = world.emulator.calls().slice(calls);
  judgeOutcome(course, 'unharmed', outcome, true);
  course.violations.push(...(await world.watch.harm()));
  checkForeign(course);
  return {
    expectation: {
      outcome: describeOutcome(outcome),
      picture: paint(world.truth(), course.before, course.wish.version),
    },
    operations: made.map(({ operation }) => operation),
    writes: world.journal.since(writes).map(({ operation }) => operation),
    violations: course.violations.map((violation) => `${nameCell(cell)}: ${violation}`),
  };
}

async function retry(course: Course, harmed: readonly StepOutcome[]): Promise<void> {
  const { world, wish, expected, violations } = course;
  // What somebody else began is over when Octopus, or a person, runs the step again.
  if (isFleeting(course)) await settle(world);
  const second = await runAgain(course, 'second');
  await settle(world);
  const predictable = !isFleeting(course) && !isBelated(course) && !isBlind(course);
  if (predictable) checkSecond(course, harmed, second);
  // Where the second run found nothing to write, a third one would see and do the very same.
  if (second.written.length > 0) {
    const third = await runAgain(course, 'third');
    if (third.written.length > 0) violations.push(`I3: the third run wrote ${third.written.join(', ')}`);
    if (third.end !== second.end)
      violations.push(`I3: the second run ended with ${second.end}, the third with ${third.end}`);
  }
  checkOperations(course);
  if (!expected || !predictable) return;
  const [wanted, got] = [expected.picture, paint(world.truth(), course.before, wish.version)].map((each) =>
    JSON.stringify(each),
  );
  if (wanted !== got) violations.push(`I3: it ended as ${got} and not as unharmed, ${wanted}`);
}

/** A run without harm, after the harmed one. */
interface Again {
  readonly end: string;
  /** Writes that took effect. */
  readonly written: readonly string[];
  readonly message: string;
}

async function runAgain(course: Course, which: string): Promise<Again> {
  const mark = course.world.journal.mark();
  const outcome = await runOnce(course);
  const written = course.world.journal.since(mark).map(({ operation }) => operation);
  judgeOutcome(course, which, outcome, true);
  const message = outcome.kind === 'refused' ? ` (${outcome.message})` : '';
  return { end: describeOutcome(outcome), written, message };
}

function checkSecond({ expected, violations }: Course, harmed: readonly StepOutcome[], second: Again): void {
  const wasDone = harmed.length === 1 && harmed[0]?.kind === 'done';
  if (wasDone && second.written.length > 0)
    violations.push(`I3: the step was done, and running again wrote ${second.written.join(', ')}`);
  if (!expected) return;
  const wanted = wasDone ? 'done' : expected.outcome;
  if (second.end !== wanted)
    violations.push(`I3: run again it ended with ${second.end}${second.message} and not with ${wanted}`);
}

/** Somebody else's update is over after a while, and two deployments have two wishes. */
function isFleeting({ state, cell }: Course): boolean {
  return state.trouble === 'busy-stack' || cell.harm.kind === 'two-deployments';
}

/** What a stale read still allowed may be begun, though a moment later it would be refused; approvals and goals hold all the same. */
function isBelated({ cell, expected }: Course): boolean {
  return cell.harm.kind === 'stale-read' && expected?.outcome !== 'done';
}

/** A failed deployment that cannot read whose canary it is moves users to blue all the same. */
function isBlind({ state, wish }: Course): boolean {
  return state.mark === 'other' && wish.move === 'rollback-after-failure';
}

/**
 * However often it ran, one stack operation and no task set too many.
 * Two deployments make one each, and the one that runs again makes another if the other's came last.
 */
function checkOperations({ world, mark, violations, before, cell }: Course): void {
  const tokens = new Set(
    world.journal
      .since(mark)
      .filter(({ operation }) => /^(CreateStack|UpdateStack)$/.test(operation))
      .map(({ input }) => (input as { ClientRequestToken?: string }).ClientRequestToken),
  );
  const most = cell.harm.kind === 'two-deployments' ? 3 : 1;
  if (tokens.size > most) violations.push(`I3: there were ${tokens.size} stack operations`);
  const { canary } = world.truth();
  const taskSets = Math.max(2, before.canary?.taskSets.length ?? 0);
  if (canary && canary.taskSets.length > taskSets) violations.push(`I3: there are ${canary.taskSets.length} task sets`);
  if (canary && canary.testRules.length > 1) violations.push(`I3: there are ${canary.testRules.length} test rules`);
}

/** A person rolls back: blue gets everything, weights first. */
async function rollBack(course: Course): Promise<void> {
  const { world, violations } = course;
  // What is told to scale down waits until the lag is over; the next release is to meet it.
  const idle = isFollowedAtOnce(course) ? undefined : course.wish.idle;
  const wish: Wish = { ...course.wish, move: 'rollback', idle };
  const exposed = world.truth();
  approveFor(world, wish, exposed);
  const mark = world.journal.mark();
  const outcome = await world.run(orderFor(world, wish), course.sabotage);
  course.outcomes.push(describeOutcome(outcome));
  if (saysNoStack(outcome, exposed)) return;
  if (outcome.kind !== 'done') {
    violations.push(`I4: Rollback ended with ${outcome.kind === 'killed' ? 'a kill' : JSON.stringify(outcome)}`);
    return;
  }
  const { canary } = world.truth();
  const missing = canary && exposed.canary ? missingOf(wish, exposed, world.truth()) : [];
  if (missing.length > 0) violations.push(`I4: after Rollback it is not true that ${missing.join(', and that ')}`);
  if (exposed.canary) violations.push(...findHaste(exposed.canary, world.journal.since(mark)));
}
