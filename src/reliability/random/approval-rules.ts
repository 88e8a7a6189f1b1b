import { isDeploying } from '../../steps/step.ts';
import type { ActualCanary } from '../actual-state/actual-state.ts';
import { hasEverywhere, leastGreen, mostGreen } from '../actual-state/entry-points.ts';
import { deploymentOwner } from '../step-runs/lock-owners.ts';
import type { Deployment, ProcessStep } from './deployment.ts';
import type { Intervention } from './sequence.ts';
import type { SequenceRun } from './sequence-run.ts';

/**
 * The share that a person approves with a note; parsed independently of the product.
 * @param before the canary, in which somebody may have taken traffic from green: a larger share then needs a `!`
 * @returns undefined when the note approves nothing new
 */
export function approvedShare(
  { stepUse, percent = 100 }: ProcessStep,
  { proceed, note }: Intervention,
  before?: ActualCanary,
): number | undefined {
  if (!proceed || (stepUse !== 'shift-traffic' && stepUse !== 'promote')) return undefined;
  const isHeld = (share: number) =>
    before !== undefined && isTakenFrom(before) && share > leastGreen(before.entryPoints);
  if (!note.startsWith('/')) return isHeld(percent) ? undefined : percent;
  const [, weight, confirmed] = /^\/weight ([\d.]+)(!?)$/.exec(note) ?? [];
  if (weight === undefined || (confirmed === '' && isHeld(Number(weight)))) return undefined;
  return stepUse === 'promote' && Number(weight) !== 100 ? undefined : Number(weight);
}

/** Whether a Guard says that it took traffic from green, or green has less than was recorded. */
export function isTakenFrom({ isRetreated, recorded, entryPoints }: ActualCanary): boolean {
  // The record has one decimal.
  return isRetreated || Number(recorded ?? 0) - leastGreen(entryPoints) > 0.0501;
}

/** Records before a run what people approve by starting it. */
export function approveBefore(
  { world }: SequenceRun,
  deployment: Deployment,
  step: ProcessStep,
  intervention: Intervention,
): void {
  const { approvals } = world;
  const share = approvedShare(step, intervention);
  if (share !== undefined)
    approvals.approve(deployment.version, Math.max(share, approvals.allowed(deployment.version)));
  // The first version is all there is.
  if (isDeploying(step.stepUse) && !world.actualState().canary) approvals.approve(deployment.version, 100);
}

/** Records after a successful run what is approved from then on; nothing if another deployment owns the lock. */
export function approveAfter(run: SequenceRun, deployment: Deployment | undefined, step: ProcessStep): void {
  const { world } = run;
  const { canary } = world.actualState();
  if (!canary || (deployment && isLockedByOther(deployment, canary))) return;
  const { blue, green, tag, entryPoints } = canary;
  if (step.stepUse === 'shift-traffic' && deployment?.version === green.version && blue.version !== green.version)
    world.approvals.approve(green.version, mostGreen(entryPoints));
  if (tag === 'Blue' && hasEverywhere(entryPoints, 0) && !isDeploying(step.stepUse)) allowOnly(run, blue.version);
  if (tag === 'Green' && hasEverywhere(entryPoints, 100)) allowOnly(run, green.version);
}

/** Whether another deployment owns the lock. */
export function isLockedByOther({ number }: Deployment, { lock = 'nobody' }: ActualCanary): boolean {
  const [owner] = lock.split(' ');
  return owner !== 'nobody' && owner !== deploymentOwner(number).id;
}

function allowOnly({ world: { approvals }, versions }: SequenceRun, version: string): void {
  for (const other of versions) if (other !== version && approvals.allowed(other) > 0) approvals.approve(other, 0);
  if (approvals.allowed(version) < 100) approvals.approve(version, 100);
}
