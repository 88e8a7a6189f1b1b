import { missingOf, saysNoStack } from '../judging/goals.ts';
import { findHaste } from '../judging/weights-first.ts';
import { runbook } from '../world/world.ts';
import { settleConsent } from './approval-rules.ts';
import { beginDeployment, type Deployment, nextStep, patience } from './deployment.ts';
import { judgeWorld } from './judge.ts';
import { letSettle, removeOrphans } from './operator-actions.ts';
import type { Game } from './sequence-run.ts';

/** However it went: a person can roll back, and the next release goes through. */
export async function end(game: Game, goOn: (deployment: Deployment) => Promise<string>): Promise<void> {
  await rollBackWell(game);
  await judgeWorld(game, { kind: 'runbook', injectedFault: { kind: 'none' } });
  await letSettle(game.world);
  await removeOrphans(game.world);
  await letSettle(game.world);
  if (game.violations.length === 0) await releaseWell(game, goOn);
  await judgeWorld(game, { kind: 'runbook', injectedFault: { kind: 'none' } });
}

/** Rollback by a person, with a healthy AWS, ends with everything on blue, weights first. */
async function rollBackWell(game: Game): Promise<void> {
  const { world, violations, story } = game;
  const before = world.actualState();
  if (before.canary) world.approvals.approve(before.canary.blue.version, 100);
  const mark = world.writeLog.mark();
  const order = world.order('rollback', { lockOwner: runbook, parameters: patience });
  const outcome = await world.run(order, game.sabotage);
  story.push(`the end, a person rolls back: ${JSON.stringify(outcome)}`);
  if (outcome.kind !== 'done' && !saysNoStack(outcome, before))
    violations.push(`I4: Rollback ended with ${JSON.stringify(outcome)}`);
  const missing = before.canary
    ? missingOf({ move: 'rollback', deployment: 0, version: '' }, before, world.actualState())
    : [];
  if (missing.length > 0) violations.push(`I4: after Rollback it is not true that ${missing.join(', and that ')}`);
  if (before.canary) violations.push(...findHaste(before.canary, world.writeLog.since(mark)));
  settleConsent(game, undefined, { move: 'rollback' });
}

async function releaseWell(game: Game, goOn: (deployment: Deployment) => Promise<string>): Promise<void> {
  game.deployments += 1;
  const version = game.world.nextVersion();
  game.versions.add(version);
  const deployment = beginDeployment(game.deployments, version, { bad: false, takeOver: false });
  while (!deployment.over && !deployment.failed) {
    const { move } = nextStep(deployment);
    const said = await goOn(deployment);
    game.story.push(`the end, the next release: ${said}`);
    if (deployment.failed) game.violations.push(`I3: the next release fails at ${move}: ${said}`);
  }
}
