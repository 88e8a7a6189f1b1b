import { missingOf, saysNoStack } from '../judging/goals.ts';
import { findEarlyWrites } from '../judging/weights-first.ts';
import { runbookOwner } from '../step-runs/lock-owners.ts';
import { approveAfter } from './approval-rules.ts';
import { beginDeployment, type Deployment, nextStep, patience } from './deployment.ts';
import { judgeWorld } from './judge.ts';
import { letSettle, removeOrphans } from './operator-actions.ts';
import type { SequenceRun } from './sequence-run.ts';

/** However it went: a person can roll back, and the next release goes through. */
export async function end(
  sequenceRun: SequenceRun,
  runNextStep: (deployment: Deployment) => Promise<string>,
): Promise<void> {
  await checkRollback(sequenceRun);
  await judgeWorld(sequenceRun, { kind: 'runbook', injectedFault: { kind: 'none' } });
  await letSettle(sequenceRun.world);
  await removeOrphans(sequenceRun.world);
  await letSettle(sequenceRun.world);
  if (sequenceRun.violations.length === 0) await checkNextRelease(sequenceRun, runNextStep);
  await judgeWorld(sequenceRun, { kind: 'runbook', injectedFault: { kind: 'none' } });
}

/** Rollback by a person, with a healthy AWS, ends with everything on blue, weights first. */
async function checkRollback(sequenceRun: SequenceRun): Promise<void> {
  const { world, violations, history } = sequenceRun;
  const before = world.actualState();
  if (before.canary) world.approvals.approve(before.canary.blue.version, 100);
  const position = world.writeLog.position();
  const order = world.order('rollback', { lockOwner: runbookOwner, parameters: patience });
  const outcome = await world.run(order, sequenceRun.mutation);
  history.push(`the end, a person rolls back: ${JSON.stringify(outcome)}`);
  if (outcome.kind !== 'done' && !saysNoStack(outcome, before))
    violations.push(`I4: Rollback ended with ${JSON.stringify(outcome)}`);
  const missing = before.canary
    ? missingOf({ move: 'rollback', deployment: 0, version: '' }, before, world.actualState())
    : [];
  if (missing.length > 0) violations.push(`I4: after Rollback it is not true that ${missing.join(', and that ')}`);
  if (before.canary) violations.push(...findEarlyWrites(before.canary, world.writeLog.since(position)));
  approveAfter(sequenceRun, undefined, { move: 'rollback' });
}

async function checkNextRelease(
  sequenceRun: SequenceRun,
  runNextStep: (deployment: Deployment) => Promise<string>,
): Promise<void> {
  sequenceRun.deployments += 1;
  const version = sequenceRun.world.nextVersion();
  sequenceRun.versions.add(version);
  const deployment = beginDeployment(sequenceRun.deployments, version, { bad: false, takeOver: false });
  while (!deployment.over && !deployment.failed) {
    const { move } = nextStep(deployment);
    const said = await runNextStep(deployment);
    sequenceRun.history.push(`the end, the next release: ${said}`);
    if (deployment.failed) sequenceRun.violations.push(`I3: the next release fails at ${move}: ${said}`);
  }
}
