import { setTimeout as sleep } from 'node:timers/promises';
import { delayCalls } from '../step-runs/delayed-calls.ts';
import { runbookOwner } from '../step-runs/lock-owners.ts';
import { describeOutcome, type StepOutcome } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';
import { approveAfter, approveBefore } from './approval-rules.ts';
import {
  advance,
  beginDeployment,
  type Deployment,
  nextStep,
  orderOf,
  type ProcessStep,
  patience,
} from './deployment.ts';
import { type AwsWrapper, runWithFault } from './fault-injection.ts';
import { allWrites, judgeRun, judgeWorld } from './judge.ts';
import { performOperatorAction } from './operator-actions.ts';
import { end } from './recovery.ts';
import type { Action, InjectedFault, Intervention, Sequence, Slot } from './sequence.ts';
import { beginSequenceRun, judgeTag, type SequenceRun } from './sequence-run.ts';

/** How a sequence went. */
export interface SequenceResult {
  /** What happened, a line for each action. */
  readonly history: readonly string[];
  /** Each step that finished with what came of it, as `promote: done`. */
  readonly outcomes: readonly string[];
  /** Each a sentence that begins with the invariant; empty when all held. */
  readonly violations: readonly string[];
}

/** Carries out the actions one after the other, and stops at the first violation. */
export async function runSequence(
  world: FaultWorld,
  { actions }: Sequence,
  mutation: AwsWrapper = (aws) => aws,
): Promise<SequenceResult> {
  const sequenceRun = beginSequenceRun(world, mutation);
  const forget = world.writeLog.onWrite((entry) => {
    if (!sequenceRun.isOperatorActing) judgeTag(sequenceRun, entry);
  });
  try {
    for (const action of actions) {
      sequenceRun.history.push(`${JSON.stringify(action)}: ${await carryOut(sequenceRun, action)}`);
      sequenceRun.undisturbed = isRun(action) ? sequenceRun.slots[action.slot] : undefined;
      await judgeWorld(sequenceRun, action);
      if (sequenceRun.violations.length > 0) break;
    }
    if (sequenceRun.violations.length === 0)
      await end(sequenceRun, (deployment) => runNextStep(sequenceRun, deployment, proceed, { kind: 'none' }));
  } catch (error) {
    sequenceRun.violations.push(`The sequence itself broke: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    forget();
  }
  return {
    history: sequenceRun.history,
    outcomes: sequenceRun.outcomes,
    violations: [...new Set(sequenceRun.violations)],
  };
}

function isRun(action: Action): action is Extract<Action, { kind: 'next-step' | 'repeat-step' }> {
  return action.kind === 'next-step' || action.kind === 'repeat-step';
}

const proceed: Intervention = { proceed: true, note: '' };

/** @returns what came of it */
async function carryOut(sequenceRun: SequenceRun, action: Action): Promise<string> {
  switch (action.kind) {
    case 'release':
      return release(sequenceRun, action.slot, action);
    case 'next-step':
      return runNextStep(
        sequenceRun,
        deploymentIn(sequenceRun, action.slot),
        action.intervention,
        action.injectedFault,
      );
    case 'repeat-step':
      return repeatStep(sequenceRun, sequenceRun.slots[action.slot], action.injectedFault);
    case 'concurrent-steps':
      return runConcurrently(sequenceRun, action);
    case 'cancel': {
      const slot = sequenceRun.slots[action.slot];
      if (slot) slot.over = true;
      return slot ? 'cancelled' : 'nothing to cancel';
    }
    case 'runbook':
      return rollBack(sequenceRun, action.injectedFault);
    case 'time':
      await sleep((action.seconds * 1000) / sequenceRun.world.emulator.options.timeScale);
      return 'passed';
    default:
      return (await performOperatorAction(sequenceRun, action)) ? 'done by hand' : 'not possible';
  }
}

function release(
  sequenceRun: SequenceRun,
  slot: Slot,
  { bad, takeOver }: { readonly bad: boolean; readonly takeOver: boolean },
): string {
  if (sequenceRun.slots[slot] && !sequenceRun.slots[slot]?.over) return 'a deployment is under way';
  sequenceRun.deployments += 1;
  // Where nothing serves yet a version that never starts would keep CloudFormation busy for hours.
  const fails = bad && sequenceRun.world.actualState().canary !== undefined;
  const version = `${sequenceRun.world.nextVersion()}${fails ? '--crash-loop' : ''}`;
  sequenceRun.versions.add(version);
  sequenceRun.slots[slot] = beginDeployment(sequenceRun.deployments, version, { bad: fails, takeOver });
  return `Deployments-${sequenceRun.deployments} of ${version}`;
}

function deploymentIn(sequenceRun: SequenceRun, slot: Slot): Deployment {
  release(sequenceRun, slot, { bad: false, takeOver: false });
  return sequenceRun.slots[slot] as Deployment;
}

/** Octopus goes on: a person who aborts fails the deployment, and then Rollback runs. */
async function runNextStep(
  sequenceRun: SequenceRun,
  deployment: Deployment,
  intervention: Intervention,
  injectedFault: InjectedFault,
): Promise<string> {
  const needsApproval = /^(shift-traffic|promote)$/.test(nextStep(deployment).move);
  if (needsApproval && !intervention.proceed) deployment.failed = true;
  return runStep(sequenceRun, { deployment, step: nextStep(deployment), intervention, injectedFault });
}

async function repeatStep(
  sequenceRun: SequenceRun,
  deployment: Deployment | undefined,
  injectedFault: InjectedFault,
): Promise<string> {
  if (!deployment?.last || deployment.over) return 'nothing to run repeatStep';
  const { step, intervention, done } = deployment.last;
  const position = sequenceRun.world.writeLog.position();
  const said = await runStep(sequenceRun, { deployment, step, intervention, injectedFault });
  const writes = sequenceRun.world.writeLog.since(position).map(({ operation }) => operation);
  const isMisled = injectedFault.kind === 'fault' && injectedFault.fault === 'stale-read';
  if (
    done &&
    sequenceRun.undisturbed === deployment &&
    !isMisled &&
    writes.some((operation) => allWrites.has(operation))
  )
    sequenceRun.violations.push(`I3: ${step.move} was done, and run repeatStep it wrote ${writes.join(', ')}`);
  return said;
}

async function runConcurrently(
  sequenceRun: SequenceRun,
  { intervention, seed }: Extract<Action, { kind: 'concurrent-steps' }>,
): Promise<string> {
  const two = [deploymentIn(sequenceRun, 0), deploymentIn(sequenceRun, 1)];
  const runs = two.map((deployment, index) => {
    if (!intervention.proceed && /^(shift-traffic|promote)$/.test(nextStep(deployment).move)) deployment.failed = true;
    const between = delayCalls(seed * 2 + index);
    return runStep(sequenceRun, {
      deployment,
      step: nextStep(deployment),
      intervention,
      injectedFault: { kind: 'none' },
      between,
    });
  });
  const said = await Promise.all(runs);
  for (const deployment of two) if (deployment.last?.done) approveAfter(sequenceRun, deployment, deployment.last.step);
  return said.join(' | ');
}

interface StepRun {
  readonly deployment: Deployment;
  readonly step: ProcessStep;
  readonly intervention: Intervention;
  readonly injectedFault: InjectedFault;
  /** Set where another deployment runs at the same time. */
  readonly between?: AwsWrapper;
}

async function runStep(sequenceRun: SequenceRun, running: StepRun): Promise<string> {
  const { world, mutation } = sequenceRun;
  const { deployment, step, intervention, injectedFault, between = (aws) => aws } = running;
  const before = world.actualState();
  approveBefore(sequenceRun, deployment, step, intervention);
  const position = world.writeLog.position();
  const order = orderOf(world, deployment, step, intervention);
  const outcome = await runWithFault(world, order, injectedFault, (aws) => mutation(between(aws)));
  const entries = world.writeLog.since(position);
  const isStackChanged = entries.some(
    ({ input }) => (input as { ClientRequestToken?: string }).ClientRequestToken === order.token,
  );
  if (isStackChanged) {
    deployment.stackTokens.add(order.token);
    for (const other of sequenceRun.slots) if (other && other !== deployment) other.disturbed = true;
  }
  const alone = running.between === undefined;
  const writes = entries.map(({ operation }) => operation);
  judgeRun(sequenceRun, { deployment, step, intervention, injectedFault, before, outcome, alone, writes });
  follow(sequenceRun, running, outcome);
  if (alone && outcome.kind === 'done') approveAfter(sequenceRun, deployment, step);
  return `${step.move}${step.percent ? ` ${step.percent}` : ''}: ${tell(outcome)}`;
}

/** The deployment goes on from the outcome. */
function follow(sequenceRun: SequenceRun, { deployment, step, intervention }: StepRun, outcome: StepOutcome): void {
  sequenceRun.outcomes.push(`${step.move}: ${describeOutcome(outcome)}`);
  const done = outcome.kind === 'done';
  if (done && step.move === 'prepare-blue') deployment.first = outcome.outputs['FirstDeployment'] === 'True';
  advance(deployment, step, outcome.kind);
  deployment.last = { step, intervention, done };
}

/** A person who rolls back in a runbook allows blue everything. */
async function rollBack(sequenceRun: SequenceRun, injectedFault: InjectedFault): Promise<string> {
  const { world } = sequenceRun;
  const { canary } = world.actualState();
  if (canary) world.approvals.approve(canary.blue.version, 100);
  const order = world.order('rollback', { lockOwner: runbookOwner, parameters: patience });
  const outcome = await runWithFault(world, order, injectedFault, sequenceRun.mutation);
  sequenceRun.outcomes.push(`rollback: ${describeOutcome(outcome)}`);
  if (outcome.kind === 'defect') sequenceRun.violations.push(`I6: the runbook ended with a defect: ${outcome.message}`);
  if (outcome.kind === 'done') approveAfter(sequenceRun, undefined, { move: 'rollback' });
  return tell(outcome);
}

function tell(outcome: StepOutcome): string {
  return outcome.kind === 'refused' ? `${outcome.code} (${outcome.message})` : describeOutcome(outcome);
}
