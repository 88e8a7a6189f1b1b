import { type ApprovedShare, refuseUnlessApproved } from '../../canary/approval.ts';
import { lockOf, refuseChangedGreen, refuseLockedByOther, refuseUnlessLockedBy } from '../../canary/lock.ts';
import { leastGreen, mostGreen } from '../../canary/production-rules.ts';
import type { Service } from '../../canary/service.ts';
import type { Traffic } from '../../canary/traffic.ts';
import type { Run } from '../step.ts';

/**
 * What must hold before a person's decision moves traffic: whose canary it is, that they approved, and of which green.
 * @param answerOf what the person decided, given the largest share that green has at any door, in percent
 */
export function requireApproval(
  { service, productionRules, stable, green }: Traffic,
  run: Run,
  answerOf: (now: number) => ApprovedShare,
): ApprovedShare {
  refuseLostLock(service, run);
  refuseUnlessApproved(run.approval);
  if (run.approval) refuseUnlessLockedBy(service, run.lockOwner);
  const answer = answerOf(mostGreen(productionRules));
  const isRetreat =
    answer.greenPercent === 0 || answer.held !== undefined || onlyTakes(answer.greenPercent, productionRules, run);
  // A share that green keeps or gains is for the green that was checked alone; a retreat asks nothing.
  if (!isRetreat && stable === 'Blue') refuseChangedGreen(service, green.taskSet.id);
  return answer;
}

/** Whether that share only takes traffic from green; one that this run brought a rule down to is kept there while the others follow. */
function onlyTakes(greenPercent: number, productionRules: Traffic['productionRules'], run: Run): boolean {
  if (greenPercent > leastGreen(productionRules)) return false;
  if (greenPercent < mostGreen(productionRules)) run.loweredTo = greenPercent;
  return run.loweredTo === greenPercent;
}

/** Refuses when another deployment has the canary, or when this run saw its own mark and it is gone: a person rolled back meanwhile. */
export function refuseLostLock(service: Service, run: Run): void {
  refuseLockedByOther(service, run.lockOwner);
  run.heldLock ||= lockOf(service)?.id === run.lockOwner.id;
  if (run.heldLock) refuseUnlessLockedBy(service, run.lockOwner);
}
