import { type Approval, type ApprovedShare, refuseUnlessApproved } from '../../canary/approval.ts';
import { ledgerOf } from '../../canary/ledger.ts';
import { formatEntry, parseEntry } from '../../canary/ledger-entry.ts';
import { refuseChangedGreen, refuseLockedByOther, refuseUnlessLockedBy } from '../../canary/lock.ts';
import { leastGreen, mostGreen } from '../../canary/production-rules.ts';
import { describeRetreat, retreatOf } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { entriesSince, shareRecordOf } from '../../canary/share-record.ts';
import { refuseNothingToShift, type Traffic } from '../../canary/traffic.ts';
import { tellOverruledGuard } from './overruled-guard.ts';

/**
 * Checks what must hold before a person's decision moves traffic: the lock, the approval, and which green it covers.
 * @param answerOf what the person decided, given the largest share that green has at any rule, in percent, what a Guard did to green, and the approval
 */
export function requireApproval(
  traffic: Traffic,
  run: Run,
  answerOf: (now: number, retreat: string | undefined, approval: Approval | undefined) => ApprovedShare,
): ApprovedShare {
  const { service, productionRules, stable, green } = traffic;
  refuseLostLock(service, run);
  // If an approval is due, the missing approval and lock are only consequences of this.
  if (run.approval) refuseNothingToShift(traffic);
  refuseUnlessApproved(run.approval);
  if (run.approval) refuseUnlessLockedBy(service, run.lockOwner);
  const approval = isSpent(traffic, run) ? withoutConfirmation(run.approval) : run.approval;
  const given = answerOf(mostGreen(productionRules), retreatBefore(traffic, run), approval);
  const answer = tellOverruledGuard(given, traffic, run);
  const asksNothing =
    answer.greenPercent === 0 || answer.held !== undefined || onlyLowers(answer.greenPercent, productionRules, run);
  if (asksNothing) return answer;
  refuseNothingToShift(traffic);
  // Only the green that was checked may keep or gain a share.
  if (stable === 'Blue') refuseChangedGreen(service, green.taskSet.id);
  return answer;
}

/** What a Guard did before this run moved any traffic; from then on, the approval goes first, and nothing is left half done. */
function retreatBefore({ service, green }: Traffic, { movedAt, awsNow }: Run): string | undefined {
  const retreat = retreatOf(service, green.taskSet.id);
  if (!retreat) return undefined;
  const isDone = entriesSince(shareRecordOf(service), green.taskSet.createdAt).some(
    ({ at, percent }) => movedAt !== undefined && at >= movedAt && at <= retreat.at + 1000 && percent > retreat.to,
  );
  return movedAt === undefined || isDone ? describeRetreat(retreat, awsNow) : undefined;
}

/** Whether the approval was carried out before a Guard took traffic from green, so that it cannot know of that. */
function isSpent({ service, green }: Traffic, { approval, lockOwner }: Run): boolean {
  const retreat = retreatOf(service, green.taskSet.id);
  if (!retreat || !approval) return false;
  const facts = { n: 1, chapter: 1, kind: 'share', at: 0, to: 0 } as const;
  // As it reads in a tag, where names are cut.
  const own = parseEntry(formatEntry({ ...facts, deployment: lockOwner.id, approvalStep: approval.step }));
  return ledgerOf(service).some(
    ({ kind, at, deployment, approvalStep }) =>
      kind === 'share' &&
      deployment === own?.deployment &&
      approvalStep === own?.approvalStep &&
      at <= retreat.at + 1000,
  );
}

function withoutConfirmation(approval: Approval | undefined): Approval | undefined {
  return approval && { ...approval, notes: approval.notes.replaceAll(/^(\s*\/weight\b[^!\n]*)!/gim, '$1') };
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
