import type { Aws } from '../aws/aws.ts';
import type { Truth } from './actual-state.ts';
import { arrange } from './arrange.ts';
import type { Cell } from './cases.ts';
import { missingOf } from './goals.ts';
import type { Picture } from './snapshot.ts';
import type { StartingState } from './starting-state.ts';
import { findState } from './states.ts';
import { describeOutcome, type StepOutcome } from './step-order.ts';
import { approveFor, orderFor, type Wish } from './step-uses.ts';
import type { FaultWorld } from './world.ts';

/** What an unharmed run of the same step from the same state came to. */
export interface Expectation {
  readonly outcome: string;
  readonly picture: Picture;
}

/** Carries out the first, harmed run of a cell. @returns its outcome, or several when runs came together */
export type HarmfulRun = (
  world: FaultWorld,
  cell: Cell,
  wish: Wish,
  between: ((aws: Aws) => Aws) | undefined,
) => Promise<readonly StepOutcome[]>;

/** What a cell runs with. */
export interface CellKit {
  readonly world: FaultWorld;
  readonly harm: HarmfulRun;
  /** Undefined where nothing is known, for instance while expectations are being made. */
  readonly expected?: Expectation | undefined;
  /** Stands between every run and AWS; only tests of the checks themselves need it. */
  readonly sabotage?: (aws: Aws) => Aws;
}

/** A cell under way. */
export interface Course extends CellKit {
  readonly cell: Cell;
  readonly state: StartingState;
  readonly wish: Wish;
  readonly before: Truth;
  readonly foreign: ReadonlyMap<string, string>;
  readonly mark: number;
  readonly outcomes: string[];
  readonly violations: string[];
}

/** Arranges the state that a cell starts from, and looks at what is there. */
export async function begin(kit: CellKit, cell: Cell): Promise<Course> {
  const { world } = kit;
  const state = findState(cell.state);
  if (!state) throw new Error(`There is no state ${cell.state}.`);
  await arrange(world, state);
  const wish: Wish = { move: cell.move, deployment: 1, version: world.nextVersion(), idle: state.idle };
  const before = world.truth();
  // Whom arranging disturbed is not to be counted.
  await world.users.rest();
  world.watch.start(before.canary?.blue.version);
  approveFor(world, wish, before);
  const foreign = world.foreign();
  return { ...kit, cell, state, wish, before, foreign, mark: world.journal.mark(), outcomes: [], violations: [] };
}

/** Runs the cell's step without harm. */
export function runOnce({ world, wish, sabotage }: Course): Promise<StepOutcome> {
  return world.run(orderFor(world, wish), sabotage);
}

/** A run ends with its goal reached or with words for an operator, nothing else. */
export function judgeOutcome(course: Course, which: string, outcome: StepOutcome, alone: boolean): void {
  course.outcomes.push(describeOutcome(outcome));
  if (outcome.kind === 'defect') course.violations.push(`I6: the ${which} run ended with a defect: ${outcome.message}`);
  if (outcome.kind !== 'done' || !alone) return;
  const missing = missingOf(course.wish, course.before, course.world.truth());
  if (missing.length > 0)
    course.violations.push(
      `I6: the ${which} run said that it is done, but it is not true that ${missing.join(', and that ')}`,
    );
  if (course.wish.move === 'promote' && course.before.canary) disapproveOld(course);
}

/** After a promotion nobody is to meet the version before it, until a person rolls back. */
function disapproveOld({ world, before }: Course): void {
  const { blue, green } = before.canary ?? {};
  if (blue && blue.version !== green?.version) world.approvals.approve(blue.version, 0);
}

/** What was there before and is not ours must be as it was. */
export function checkForeign({ world, foreign, violations }: Course): void {
  const now = world.foreign();
  for (const [what, text] of foreign)
    if (now.get(what) !== text) violations.push(`I5: ${what} was ${text} and is ${now.get(what) ?? 'gone'}`);
}
