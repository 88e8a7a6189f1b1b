import { missingOf, saysNoStack } from '../judging/goals.ts';
import { findEarlyWrites } from '../judging/weights-first.ts';
import { runbookOwner } from '../step-runs/lock-owners.ts';
import { approveAfter } from './approval-rules.ts';
import { beginDeployment, type Deployment, nextStep, patience } from './deployment.ts';
import { judgeWorld } from './judge.ts';
import { letSettle, removeOrphans } from './operator-actions.ts';
import type { SequenceRun } from './sequence-run.ts';

/** Checks that, after any sequence, a person can roll back and the next release succeeds. */
export async function checkRecovery(
  run: SequenceRun,
  runNextStep: (deployment: Deployment) => Promise<string>,
): Promise<void> {
  await checkRollback(run);
  await judgeWorld(run, { kind: 'runbook', injectedFault: { kind: 'none' } });
  await letSettle(run.world);
  await removeOrphans(run.world);
  await letSettle(run.world);
  if (run.violations.length === 0) await checkNextRelease(run, runNextStep);
  await judgeWorld(run, { kind: 'runbook', injectedFault: { kind: 'none' } });
}

/** Checks that a person's Rollback without faults puts everything on blue, weights first. */
async function checkRollback(run: SequenceRun): Promise<void> {
  const { world, violations, history } = run;
  const before = world.actualState();
  if (before.canary) world.approvals.approve(before.canary.blue.version, 100);
  const position = world.writeLog.position();
  const order = world.order('rollback', { lockOwner: runbookOwner, parameters: patience });
  const outcome = await world.run(order, run.mutation);
  history.push(`at the end a person rolls back: ${JSON.stringify(outcome)}`);
  if (outcome.kind !== 'done' && !saysNoStack(outcome, before))
    violations.push(`I4: Rollback ended with ${JSON.stringify(outcome)}`);
  const missing = before.canary
    ? missingOf({ stepUse: 'rollback', deployment: 0, version: '' }, before, world.actualState())
    : [];
  if (missing.length > 0) violations.push(`I4: after Rollback it is not true that ${missing.join(', and that ')}`);
  if (before.canary) violations.push(...findEarlyWrites(before.canary, world.writeLog.since(position)));
  approveAfter(run, undefined, { stepUse: 'rollback' });
}

async function checkNextRelease(
  run: SequenceRun,
  runNextStep: (deployment: Deployment) => Promise<string>,
): Promise<void> {
  run.deployments += 1;
  const version = run.world.nextVersion();
  run.versions.add(version);
  const deployment = beginDeployment(run.deployments, version, { bad: false, takeOver: false });
  while (!deployment.over && !deployment.failed) {
    const { stepUse } = nextStep(deployment);
    const said = await runNextStep(deployment);
    run.history.push(`at the end the next release: ${said}`);
    if (deployment.failed) run.violations.push(`I3: the next release fails at ${stepUse}: ${said}`);
  }
}
