import { setTimeout as sleep } from 'node:timers/promises';
import { delayCalls } from '../step-runs/delayed-calls.ts';
import { describeOutcome, type StepOutcome } from '../step-runs/step-order.ts';
import { type FaultWorld, runbook } from '../world/world.ts';
import { consentTo, settleConsent } from './approval-rules.ts';
import {
  advance,
  beginDeployment,
  type Deployment,
  nextStep,
  orderOf,
  type ProcessStep,
  patience,
} from './deployment.ts';
import { type Between, runWithFault } from './fault-injection.ts';
import { allWrites, judgeRun, judgeWorld } from './judge.ts';
import { changeByHand } from './operator-actions.ts';
import { end } from './recovery.ts';
import type { Act, Gate, InjectedFault, Lane, Play } from './sequence.ts';
import { beginGame, type Game, judgeTag } from './sequence-run.ts';

/** How a play went. */
export interface PlayResult {
  /** What happened, a line for each act. */
  readonly story: readonly string[];
  /** Each step that ran with what came of it, as `promote: done`. */
  readonly met: readonly string[];
  /** Each a sentence that begins with the invariant; empty when all held. */
  readonly violations: readonly string[];
}

/** Carries out the acts one after the other, and stops at the first violation. */
export async function perform(
  world: FaultWorld,
  { acts }: Play,
  sabotage: Between = (aws) => aws,
): Promise<PlayResult> {
  const game = beginGame(world, sabotage);
  const forget = world.writeLog.onWrite((entry) => {
    if (!game.byHand) judgeTag(game, entry);
  });
  try {
    for (const act of acts) {
      game.story.push(`${JSON.stringify(act)}: ${await carryOut(game, act)}`);
      game.calm = isRun(act) ? game.lanes[act.lane] : undefined;
      await judgeWorld(game, act);
      if (game.violations.length > 0) break;
    }
    if (game.violations.length === 0)
      await end(game, (deployment) => goOn(game, deployment, proceed, { kind: 'none' }));
  } catch (error) {
    game.violations.push(`The play itself broke: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    forget();
  }
  return { story: game.story, met: game.met, violations: [...new Set(game.violations)] };
}

function isRun(act: Act): act is Extract<Act, { kind: 'go-on' | 'again' }> {
  return act.kind === 'go-on' || act.kind === 'again';
}

const proceed: Gate = { proceed: true, note: '' };

/** @returns what came of it */
async function carryOut(game: Game, act: Act): Promise<string> {
  switch (act.kind) {
    case 'release':
      return release(game, act.lane, act);
    case 'go-on':
      return goOn(game, laneOf(game, act.lane), act.gate, act.injectedFault);
    case 'again':
      return again(game, game.lanes[act.lane], act.injectedFault);
    case 'together':
      return together(game, act);
    case 'cancel': {
      const lane = game.lanes[act.lane];
      if (lane) lane.over = true;
      return lane ? 'cancelled' : 'nothing to cancel';
    }
    case 'runbook':
      return rollBack(game, act.injectedFault);
    case 'time':
      await sleep((act.seconds * 1000) / game.world.emulator.options.timeScale);
      return 'passed';
    default:
      return (await changeByHand(game, act)) ? 'done by hand' : 'not possible';
  }
}

function release(
  game: Game,
  lane: Lane,
  { bad, takeOver }: { readonly bad: boolean; readonly takeOver: boolean },
): string {
  if (game.lanes[lane] && !game.lanes[lane]?.over) return 'a deployment is under way';
  game.deployments += 1;
  // Where nothing serves yet a version that never starts would keep CloudFormation busy for hours.
  const fails = bad && game.world.actualState().canary !== undefined;
  const version = `${game.world.nextVersion()}${fails ? '--crash-loop' : ''}`;
  game.versions.add(version);
  game.lanes[lane] = beginDeployment(game.deployments, version, { bad: fails, takeOver });
  return `Deployments-${game.deployments} of ${version}`;
}

function laneOf(game: Game, lane: Lane): Deployment {
  release(game, lane, { bad: false, takeOver: false });
  return game.lanes[lane] as Deployment;
}

/** Octopus goes on: a person who aborts fails the deployment, and then Rollback runs. */
async function goOn(game: Game, deployment: Deployment, gate: Gate, injectedFault: InjectedFault): Promise<string> {
  const needsApproval = /^(shift-traffic|promote)$/.test(nextStep(deployment).move);
  if (needsApproval && !gate.proceed) deployment.failed = true;
  return runStep(game, { deployment, step: nextStep(deployment), gate, injectedFault });
}

async function again(game: Game, deployment: Deployment | undefined, injectedFault: InjectedFault): Promise<string> {
  if (!deployment?.last || deployment.over) return 'nothing to run again';
  const { step, gate, done } = deployment.last;
  const mark = game.world.writeLog.mark();
  const said = await runStep(game, { deployment, step, gate, injectedFault });
  const writes = game.world.writeLog.since(mark).map(({ operation }) => operation);
  const isMisled = injectedFault.kind === 'fault' && injectedFault.fault === 'stale-read';
  if (done && game.calm === deployment && !isMisled && writes.some((operation) => allWrites.has(operation)))
    game.violations.push(`I3: ${step.move} was done, and run again it wrote ${writes.join(', ')}`);
  return said;
}

async function together(game: Game, { gate, seed }: Extract<Act, { kind: 'together' }>): Promise<string> {
  const two = [laneOf(game, 0), laneOf(game, 1)];
  const runs = two.map((deployment, index) => {
    if (!gate.proceed && /^(shift-traffic|promote)$/.test(nextStep(deployment).move)) deployment.failed = true;
    const between = delayCalls(seed * 2 + index);
    return runStep(game, { deployment, step: nextStep(deployment), gate, injectedFault: { kind: 'none' }, between });
  });
  const said = await Promise.all(runs);
  for (const deployment of two) if (deployment.last?.done) settleConsent(game, deployment, deployment.last.step);
  return said.join(' | ');
}

interface Running {
  readonly deployment: Deployment;
  readonly step: ProcessStep;
  readonly gate: Gate;
  readonly injectedFault: InjectedFault;
  /** Set where another deployment runs at the same time. */
  readonly between?: Between;
}

async function runStep(game: Game, running: Running): Promise<string> {
  const { world, sabotage } = game;
  const { deployment, step, gate, injectedFault, between = (aws) => aws } = running;
  const before = world.actualState();
  consentTo(game, deployment, step, gate);
  const mark = world.writeLog.mark();
  const order = orderOf(world, deployment, step, gate);
  const outcome = await runWithFault(world, order, injectedFault, (aws) => sabotage(between(aws)));
  const entries = world.writeLog.since(mark);
  const isStackChanged = entries.some(
    ({ input }) => (input as { ClientRequestToken?: string }).ClientRequestToken === order.token,
  );
  if (isStackChanged) {
    deployment.stackTokens.add(order.token);
    for (const other of game.lanes) if (other && other !== deployment) other.disturbed = true;
  }
  const alone = running.between === undefined;
  const writes = entries.map(({ operation }) => operation);
  judgeRun(game, { deployment, step, gate, injectedFault, before, outcome, alone, writes });
  follow(game, running, outcome);
  if (alone && outcome.kind === 'done') settleConsent(game, deployment, step);
  return `${step.move}${step.percent ? ` ${step.percent}` : ''}: ${tell(outcome)}`;
}

/** The deployment goes on from the outcome. */
function follow(game: Game, { deployment, step, gate }: Running, outcome: StepOutcome): void {
  game.met.push(`${step.move}: ${describeOutcome(outcome)}`);
  const done = outcome.kind === 'done';
  if (done && step.move === 'prepare-blue') deployment.first = outcome.outputs['FirstDeployment'] === 'True';
  advance(deployment, step, outcome.kind);
  deployment.last = { step, gate, done };
}

/** A person who rolls back in a runbook allows blue everything. */
async function rollBack(game: Game, injectedFault: InjectedFault): Promise<string> {
  const { world } = game;
  const { canary } = world.actualState();
  if (canary) world.approvals.approve(canary.blue.version, 100);
  const order = world.order('rollback', { lockOwner: runbook, parameters: patience });
  const outcome = await runWithFault(world, order, injectedFault, game.sabotage);
  game.met.push(`rollback: ${describeOutcome(outcome)}`);
  if (outcome.kind === 'defect') game.violations.push(`I6: the runbook ended with a defect: ${outcome.message}`);
  if (outcome.kind === 'done') settleConsent(game, undefined, { move: 'rollback' });
  return tell(outcome);
}

function tell(outcome: StepOutcome): string {
  return outcome.kind === 'refused' ? `${outcome.code} (${outcome.message})` : describeOutcome(outcome);
}
