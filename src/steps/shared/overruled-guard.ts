import type { ApprovedShare } from '../../canary/approval.ts';
import { retreatOf } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { formatPercent } from '../../canary/weights.ts';

/** What was approved and, if the approver gives green traffic that a Guard had taken, that fact, with a warning before it moves. */
export function tellOverruledGuard(
  answer: ApprovedShare,
  { service, green }: Pick<Traffic, 'service' | 'green'>,
  { movedAt, approval }: Pick<Run, 'movedAt' | 'approval'>,
): ApprovedShare {
  const retreat = retreatOf(service, green.taskSet.id);
  const { mark, greenPercent } = answer;
  if (mark !== 'confirmed' || !retreat || greenPercent <= retreat.to) return answer;
  // Nobody confirmed against a retreat that came while the traffic moved.
  if (movedAt !== undefined && retreat.at > movedAt) return answer;
  // A share given again after its lease goes against nothing that Guard found.
  if (retreat.cause === 'lease-ended') return answer;
  const who = `${approval?.by || 'The approver'} overrules Guard at "${approval?.step ?? ''}"`;
  const overruled = [`${who}: green gets ${formatPercent(greenPercent)}.`];
  return { ...answer, mark: 'overruled-guard', ...(movedAt === undefined && { overruled }) };
}
