import { type ApprovedShare, type Caution, refuseUnlessApproved } from '../../canary/approval.ts';
import { refuseChangedGreen, refuseLockedByOther, refuseUnlessLockedBy } from '../../canary/lock.ts';
import { leastGreen, mostGreen } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { refuseNothingToShift, type Traffic } from '../../canary/traffic.ts';
import type { GateEvidence } from './gate-evidence.ts';
import { tellOverruledGuard } from './overruled-guard.ts';
import { cautionOf } from './taken-share.ts';

/**
 * Checks what must hold before a person's decision moves traffic: the lock, the approval, and which green it covers.
 * @param answerOf what the person decided, given the largest share that green has at any rule, in percent, and what an increase must confirm
 * @param evidence what the approver saw
 */
export function requireApproval(
  traffic: Traffic,
  run: Run,
  answerOf: (now: number, caution: Caution) => ApprovedShare,
  evidence?: GateEvidence,
): ApprovedShare {
  const { service, productionRules, stable, green } = traffic;
  refuseLostLock(service, run);
  // If an approval is due, the missing approval and lock are only consequences of this.
  if (run.approval) refuseNothingToShift(traffic);
  refuseUnlessApproved(run.approval);
  if (run.approval) refuseUnlessLockedBy(service, run.lockOwner);
  const given = answerOf(mostGreen(productionRules), cautionOf(traffic, run, evidence));
  const answer = tellOverruledGuard(given, traffic, run);
  const asksNothing =
    answer.greenPercent === 0 || answer.held !== undefined || onlyLowers(answer.greenPercent, productionRules, run);
  if (asksNothing) return answer;
  refuseNothingToShift(traffic);
  // Only the green that was checked may keep or gain a share.
  if (stable === 'Blue') refuseChangedGreen(service, green.taskSet.id);
  return answer;
}

/** Whether that share only lowers green; a rule that this run already lowered stays there while the others follow. */
function onlyLowers(greenPercent: number, productionRules: Traffic['productionRules'], { loweredTo }: Run): boolean {
  if (greenPercent > leastGreen(productionRules)) return false;
  return greenPercent < mostGreen(productionRules) || loweredTo === greenPercent;
}

/** Refuses when another deployment holds the lock, or when this run lost it: a person rolled back in the meantime. */
export function refuseLostLock(service: Service, run: Run): void {
  refuseLockedByOther(service, run.lockOwner);
  if (run.heldLock) refuseUnlessLockedBy(service, run.lockOwner);
}
