import { setTimeout as sleep } from 'node:timers/promises';
import { delayCalls } from '../step-runs/delayed-calls.ts';
import { runbookOwner } from '../step-runs/lock-owners.ts';
import { type AwsWrapper, describeOutcome, type StepOutcome } from '../step-runs/step-order.ts';
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
import { allWrites, judgeRun, judgeWorld } from './judge.ts';
import { performOperatorAction } from './operator-actions.ts';
import { checkRecovery } from './recovery.ts';
import type { Action, Intervention, Sequence, SequenceFault, Slot } from './sequence.ts';
import { runWithFault } from './sequence-fault.ts';
import { beginSequenceRun, judgeTag, type SequenceRun } from './sequence-run.ts';
import { guard, watchAlone, watchBeside } from './watching.ts';

/** The result of a sequence. */
export interface SequenceResult {
  /** What happened, one line per action. */
  readonly history: readonly string[];
  /** Each step that ran, with its outcome, such as `promote: done`. */
  readonly outcomes: readonly string[];
  /** Sentences that start with the invariant; empty when all held. */
  readonly violations: readonly string[];
}

/** Performs the actions in order, and stops at the first violation. */
export async function runSequence(
  world: FaultWorld,
  { actions }: Sequence,
  mutation: AwsWrapper = (aws) => aws,
): Promise<SequenceResult> {
  const run = beginSequenceRun(world, mutation);
  const forget = world.writeLog.onWrite((entry) => {
    if (!run.isOperatorActing) judgeTag(run, entry);
  });
  try {
    for (const action of actions) {
      run.history.push(`${JSON.stringify(action)}: ${await carryOut(run, action)}`);
      // A watch on its own disturbs nothing.
      if (action.kind !== 'watch' || action.beside)
        run.undisturbed = isRun(action) ? run.slots[action.slot] : undefined;
      await judgeWorld(run, action);
      if (run.violations.length > 0) break;
    }
    if (run.violations.length === 0)
      await checkRecovery(run, (deployment) => runNextStep(run, deployment, proceed, { kind: 'none' }));
  } catch (error) {
    run.violations.push(`The sequence itself broke: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    forget();
  }
  return {
    history: run.history,
    outcomes: run.outcomes,
    violations: [...new Set(run.violations)],
  };
}

function isRun(action: Action): action is Extract<Action, { kind: 'next-step' | 'repeat-step' }> {
  return action.kind === 'next-step' || action.kind === 'repeat-step';
}

const proceed: Intervention = { proceed: true, note: '' };

/** @returns its outcome */
async function carryOut(run: SequenceRun, action: Action): Promise<string> {
  switch (action.kind) {
    case 'release':
      return release(run, action.slot, action);
    case 'next-step':
      return runNextStep(run, deploymentIn(run, action.slot), action.intervention, action.injectedFault);
    case 'repeat-step':
      return repeatStep(run, run.slots[action.slot], action.injectedFault);
    case 'concurrent-steps':
      return runConcurrently(run, action);
    case 'watch': {
      if (!action.beside) return tell(await watchAlone(run, action));
      const [said, outcome] = await Promise.all([
        runNextStep(run, deploymentIn(run, 0), proceed, { kind: 'none' }),
        watchBeside(run, action),
      ]);
      return `${said} | ${tell(outcome)}`;
    }
    case 'guard':
      return tell(await guard(run, action));
    case 'cancel': {
      const slot = run.slots[action.slot];
      if (slot) slot.over = true;
      return slot ? 'cancelled' : 'nothing to cancel';
    }
    case 'runbook':
      return rollBack(run, action.injectedFault);
    case 'time':
      await sleep((action.seconds * 1000) / run.world.emulator.options.timeScale);
      return 'passed';
    default:
      return (await performOperatorAction(run, action)) ? 'done by hand' : 'not possible';
  }
}

function release(
  run: SequenceRun,
  slot: Slot,
  { bad, takeOver }: { readonly bad: boolean; readonly takeOver: boolean },
): string {
  if (run.slots[slot] && !run.slots[slot]?.over) return 'a deployment is under way';
  run.deployments += 1;
  // While nothing serves yet, a version that never starts would keep CloudFormation busy for hours.
  const fails = bad && run.world.actualState().canary !== undefined;
  const version = `${run.world.nextVersion()}${fails ? '--crash-loop' : ''}`;
  run.versions.add(version);
  run.slots[slot] = beginDeployment(run.deployments, version, { bad: fails, takeOver });
  return `Deployments-${run.deployments} of ${version}`;
}

function deploymentIn(run: SequenceRun, slot: Slot): Deployment {
  release(run, slot, { bad: false, takeOver: false });
  return run.slots[slot] as Deployment;
}

/** Continues the deployment; if a person aborts, it fails and Rollback runs. */
async function runNextStep(
  run: SequenceRun,
  deployment: Deployment,
  intervention: Intervention,
  injectedFault: SequenceFault,
): Promise<string> {
  const needsApproval = /^(shift-traffic|promote)$/.test(nextStep(deployment).stepUse);
  if (needsApproval && !intervention.proceed) deployment.failed = true;
  return runStep(run, { deployment, step: nextStep(deployment), intervention, injectedFault });
}

async function repeatStep(
  run: SequenceRun,
  deployment: Deployment | undefined,
  injectedFault: SequenceFault,
): Promise<string> {
  if (!deployment?.last || deployment.over) return 'nothing to repeat';
  const { step, intervention, done } = deployment.last;
  const position = run.world.writeLog.position();
  const said = await runStep(run, { deployment, step, intervention, injectedFault });
  const writes = run.world.writeLog.since(position).map(({ operation }) => operation);
  const isMisled = injectedFault.kind === 'fault' && injectedFault.fault === 'stale-read';
  if (done && run.undisturbed === deployment && !isMisled && writes.some((operation) => allWrites.has(operation)))
    run.violations.push(`I3: ${step.stepUse} was done, but running it again wrote ${writes.join(', ')}`);
  return said;
}

async function runConcurrently(
  run: SequenceRun,
  { intervention, seed }: Extract<Action, { kind: 'concurrent-steps' }>,
): Promise<string> {
  const two = [deploymentIn(run, 0), deploymentIn(run, 1)];
  const runs = two.map((deployment, index) => {
    if (!intervention.proceed && /^(shift-traffic|promote)$/.test(nextStep(deployment).stepUse))
      deployment.failed = true;
    const delay = delayCalls(seed * 2 + index);
    return runStep(run, {
      deployment,
      step: nextStep(deployment),
      intervention,
      injectedFault: { kind: 'none' },
      delay,
    });
  });
  const said = await Promise.all(runs);
  for (const deployment of two) if (deployment.last?.done) approveAfter(run, deployment, deployment.last.step);
  return said.join(' | ');
}

interface StepRun {
  readonly deployment: Deployment;
  readonly step: ProcessStep;
  readonly intervention: Intervention;
  readonly injectedFault: SequenceFault;
  /** Set when another deployment runs at the same time. */
  readonly delay?: AwsWrapper;
}

async function runStep(run: SequenceRun, running: StepRun): Promise<string> {
  const { world, mutation } = run;
  const { deployment, step, intervention, injectedFault, delay = (aws) => aws } = running;
  const before = world.actualState();
  approveBefore(run, deployment, step, intervention);
  const position = world.writeLog.position();
  const order = orderOf(world, deployment, step, intervention);
  const outcome = await runWithFault(world, order, injectedFault, (aws) => mutation(delay(aws)));
  const entries = world.writeLog.since(position);
  const isStackChanged = entries.some(
    ({ input }) => (input as { ClientRequestToken?: string }).ClientRequestToken === order.token,
  );
  if (isStackChanged) {
    deployment.stackTokens.add(order.token);
    for (const other of run.slots) if (other && other !== deployment) other.disturbed = true;
  }
  const alone = running.delay === undefined;
  const writes = entries.map(({ operation }) => operation);
  judgeRun(run, { deployment, step, intervention, injectedFault, before, outcome, alone, writes });
  follow(run, running, outcome);
  if (alone && outcome.kind === 'done') approveAfter(run, deployment, step);
  return `${step.stepUse}${step.percent ? ` ${step.percent}` : ''}: ${tell(outcome)}`;
}

/** Continues the deployment after the outcome. */
function follow(run: SequenceRun, { deployment, step, intervention }: StepRun, outcome: StepOutcome): void {
  run.outcomes.push(`${step.stepUse}: ${describeOutcome(outcome)}`);
  const done = outcome.kind === 'done';
  if (done && step.stepUse === 'prepare-blue') deployment.first = outcome.outputs['FirstDeployment'] === 'True';
  advance(deployment, step, outcome.kind);
  deployment.last = { step, intervention, done };
}

/** A person who rolls back in a runbook approves everything for blue. */
async function rollBack(run: SequenceRun, injectedFault: SequenceFault): Promise<string> {
  const { world } = run;
  const { canary } = world.actualState();
  if (canary) world.approvals.approve(canary.blue.version, 100);
  const order = world.order('rollback', { lockOwner: runbookOwner, parameters: patience });
  const outcome = await runWithFault(world, order, injectedFault, run.mutation);
  run.outcomes.push(`rollback: ${describeOutcome(outcome)}`);
  if (outcome.kind === 'defect') run.violations.push(`I6: the runbook ended with a defect: ${outcome.message}`);
  if (outcome.kind === 'done') approveAfter(run, undefined, { stepUse: 'rollback' });
  return tell(outcome);
}

function tell(outcome: StepOutcome): string {
  return outcome.kind === 'refused' ? `${outcome.code} (${outcome.message})` : describeOutcome(outcome);
}
