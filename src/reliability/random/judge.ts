import type { ActualState } from '../actual-state/actual-state.ts';
import { greenShare } from '../actual-state/entry-points.ts';
import { missingOf } from '../judging/goals.ts';
import { stepWrites } from '../judging/weights-first.ts';
import type { StepOutcome } from '../step-runs/step-order.ts';
import { deployment as lockOwnerOf } from '../world/world.ts';
import { allowedBy, isTakenFrom } from './approval-rules.ts';
import type { Deployment, ProcessStep } from './deployment.ts';
import type { Act, Gate, InjectedFault } from './sequence.ts';
import type { Game } from './sequence-run.ts';

/** A run of a step of a deployment, as it was. */
export interface Ran {
  readonly deployment: Deployment;
  readonly step: ProcessStep;
  readonly gate: Gate;
  readonly injectedFault: InjectedFault;
  readonly before: ActualState;
  readonly outcome: StepOutcome;
  /** Whether nothing else ran meanwhile. */
  readonly alone: boolean;
  /** Writes that took effect. */
  readonly writes: readonly string[];
}

/** What a run says is true, and it leaves alone what is another's. */
export function judgeRun(game: Game, ran: Ran): void {
  const { deployment, step, before, outcome, alone } = ran;
  const name = `${step.move} of ${lockOwnerOf(deployment.number).id}`;
  if (outcome.kind === 'defect') game.violations.push(`I6: ${name} ended with a defect: ${outcome.message}`);
  if (!alone) return;
  const writes = ran.writes.filter((operation) => allWrites.has(operation));
  const isOthers = before.canary !== undefined && isTakenFrom(deployment, before.canary);
  // A read from before the last write may hide what somebody else did just then.
  const isMisled = ran.injectedFault.kind === 'fault' && ran.injectedFault.fault === 'stale-read';
  if (isOthers && !isMisled && !deployment.takeOver && writes.length > 0)
    game.violations.push(`I5: ${name} wrote ${writes.join(', ')} although the canary was ${before.canary?.mark}`);
  if (outcome.kind !== 'done' || isMisled) return;
  const missing = step.move === 'shift-traffic' ? missingShare(game, ran) : goalsMissing(game, ran);
  if (missing.length > 0)
    game.violations.push(`I6: ${name} said that it is done, but it is not true that ${missing.join(', and that ')}`);
}

/** What steps write, stack operations included. */
export const allWrites: ReadonlySet<string> = new Set([
  ...stepWrites,
  ...['CreateStack', 'UpdateStack', 'DeleteStack', 'CancelUpdateStack'],
]);

function missingShare({ world }: Game, { step, gate, before }: Ran): readonly string[] {
  const { canary } = world.actualState();
  if (!canary || !before.canary) return canary ? [] : ['there is a canary'];
  const allowed = allowedBy(step, gate);
  return canary.entryPoints.flatMap(({ ruleArn, name, weights }) => {
    const was = before.canary?.entryPoints.find((entryPoint) => entryPoint.ruleArn === ruleArn);
    const share = allowed ?? (was && greenShare(was.weights));
    return greenShare(weights) === share ? [] : [`green has ${share} % at ${name}`];
  });
}

function goalsMissing({ world }: Game, { deployment, step, before }: Ran): readonly string[] {
  const request = { move: step.move, deployment: deployment.number, version: deployment.version };
  return missingOf(request, before, world.actualState());
}

/** What must hold after every act, whoever did what. */
export async function judgeWorld(game: Game, act: Act): Promise<void> {
  const { world, foreign, violations, lanes } = game;
  violations.push(...(await world.watch.injectedFault()));
  const now = world.foreign();
  for (const [what, text] of foreign)
    if (now.get(what) !== text) violations.push(`I5: ${what} was ${text} and is ${now.get(what) ?? 'gone'}`);
  const { canary, stack } = world.actualState();
  if (canary && canary.testRules.length > 1) violations.push(`I3: there are ${canary.testRules.length} test rules`);
  if (canary && canary.taskSets.length > 3 && !stack?.endsWith('_IN_PROGRESS'))
    violations.push(`I3: there are ${canary.taskSets.length} task sets after ${act.kind}`);
  for (const lane of lanes)
    if (lane && !lane.bad && !lane.disturbed && lane.stackTokens.size > (lane.first ? 1 : 2))
      violations.push(`I3: ${lockOwnerOf(lane.number).id} made ${lane.stackTokens.size} stack operations`);
}
