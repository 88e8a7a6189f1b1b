import type { ActualState } from '../actual-state/actual-state.ts';
import { greenShare } from '../actual-state/entry-points.ts';
import { missingOf } from '../judging/goals.ts';
import { stepWrites } from '../judging/weights-first.ts';
import { deploymentOwner } from '../step-runs/lock-owners.ts';
import type { StepOutcome } from '../step-runs/step-order.ts';
import { approvedShare, isLockedByOther, isTakenFrom } from './approval-rules.ts';
import type { Deployment, ProcessStep } from './deployment.ts';
import type { Action, Intervention, SequenceFault } from './sequence.ts';
import type { SequenceRun } from './sequence-run.ts';

/** A finished run of a deployment's step. */
export interface FinishedRun {
  readonly deployment: Deployment;
  readonly step: ProcessStep;
  readonly intervention: Intervention;
  readonly injectedFault: SequenceFault;
  readonly before: ActualState;
  readonly outcome: StepOutcome;
  /** Whether nothing else ran at the same time. */
  readonly alone: boolean;
  /** Writes that took effect. */
  readonly writes: readonly string[];
}

/** Checks that a run's result is true, and that it did not touch another deployment's canary. */
export function judgeRun(run: SequenceRun, finished: FinishedRun): void {
  const { deployment, step, before, outcome, alone } = finished;
  const name = `${step.stepUse} of ${deploymentOwner(deployment.number).id}`;
  if (outcome.kind === 'defect') run.violations.push(`I6: ${name} ended with a defect: ${outcome.message}`);
  if (!alone) return;
  const writes = finished.writes.filter((operation) => allWrites.has(operation));
  const isOthers = before.canary !== undefined && isLockedByOther(deployment, before.canary);
  // A stale read may hide what somebody else has just done.
  const isMisled = finished.injectedFault.kind === 'fault' && finished.injectedFault.fault === 'stale-read';
  if (isOthers && !isMisled && !deployment.takeOver && writes.length > 0)
    run.violations.push(`I5: ${name} wrote ${writes.join(', ')} although the canary was ${before.canary?.lock}`);
  if (outcome.kind !== 'done' || isMisled) return;
  const missing = step.stepUse === 'shift-traffic' ? missingShare(run, finished) : goalsMissing(run, finished);
  if (missing.length > 0)
    run.violations.push(`I6: ${name} reported success, but it is not true that ${missing.join(', and that ')}`);
}

/** What steps write, stack operations included. */
export const allWrites: ReadonlySet<string> = new Set([
  ...stepWrites,
  ...['CreateStack', 'UpdateStack', 'DeleteStack', 'CancelUpdateStack'],
]);

function missingShare(
  { world }: SequenceRun,
  { deployment, step, intervention, before }: FinishedRun,
): readonly string[] {
  const { canary } = world.actualState();
  if (!canary || !before.canary) return canary ? [] : ['there is a canary'];
  const allowed = approvedShare(step, intervention, before.canary);
  // An approval that was carried out before somebody took its share confirms nothing when its step runs again.
  const isSpent = deployment.last?.step === step && isTakenFrom(before.canary);
  return canary.entryPoints.flatMap(({ ruleArn, name, weights }) => {
    const was = before.canary?.entryPoints.find((entryPoint) => entryPoint.ruleArn === ruleArn);
    const old = was && greenShare(was.weights);
    const [share, now] = [allowed ?? old, greenShare(weights)];
    return now === share || (isSpent && now === old) ? [] : [`green has ${share} % at ${name}`];
  });
}

function goalsMissing({ world }: SequenceRun, { deployment, step, before }: FinishedRun): readonly string[] {
  const request = { stepUse: step.stepUse, deployment: deployment.number, version: deployment.version };
  return missingOf(request, before, world.actualState());
}

/** Checks what must hold after every action. */
export async function judgeWorld(run: SequenceRun, action: Action): Promise<void> {
  const { world, foreign, violations, slots } = run;
  violations.push(...(await world.watch.violations()));
  const now = world.foreign();
  for (const [what, text] of foreign)
    if (now.get(what) !== text) violations.push(`I5: ${what} was ${text} and is ${now.get(what) ?? 'gone'}`);
  const { canary, stack } = world.actualState();
  if (canary && canary.testRules.length > 1) violations.push(`I3: there are ${canary.testRules.length} test rules`);
  if (canary && canary.taskSets.length > 3 && !stack?.endsWith('_IN_PROGRESS'))
    violations.push(`I3: there are ${canary.taskSets.length} task sets after ${action.kind}`);
  for (const slot of slots)
    if (slot && !slot.bad && !slot.disturbed && slot.stackTokens.size > (slot.first ? 1 : 2))
      violations.push(`I3: ${deploymentOwner(slot.number).id} made ${slot.stackTokens.size} stack operations`);
}
