import type { TemplateStep } from '../octopus/process/definition.ts';
import { requestedShare } from './requested-share.ts';

/** What a person approved at a manual intervention. */
export interface ApprovalRuling {
  /** The new version's approved share, in percent. */
  readonly share: number;
  /** Whether the next step must fail, so that the deployment rolls back. */
  readonly ends: boolean;
}

/** What may stand beside a share: a lease, which a promotion cannot have, and a reason to leave the allowed hours. */
function isBesides(command: string, promotion: boolean): boolean {
  const isLease = /^\/lease\s+(?=\d)(\d+d)?(\d+h)?(\d+m)?$/i.test(command);
  const isOverride =
    /^\/override\s+\S/i.test(command) && !/[^\p{L}\p{N}/]\/(weight|hold|rollback|lease|override)\b/iu.test(command);
  return isOverride || (isLease && !promotion);
}

/**
 * Parses the note of a manual intervention independently of the steps' parser, so that a step that misreads it is found.
 * @param next the step that follows the manual intervention
 * @param now the new version's share in percent
 * @param isTaken whether a Guard took traffic from it, which only a note may give back
 */
export function ruleOnNote(
  notes: string,
  next: TemplateStep | undefined,
  now: number,
  isTaken = false,
): ApprovalRuling {
  const planned = (next && requestedShare(next)) ?? now;
  const promotion = next?.stepId === 'promote';
  const held: ApprovalRuling = { share: now, ends: promotion };
  const typed = notes.split(/\r?\n/).filter((line) => line.trim().startsWith('/'));
  const commands = typed.filter((line) => !isBesides(line.trim(), promotion));
  if (commands.length > 1) return held;
  const command = commands[0]?.trim() ?? `/weight ${planned}`;
  if (/^\/rollback(\s|$)/i.test(command)) return { share: now, ends: true };
  const [, number, sure] = /^\/weight\s+(\d{1,3}(?:\.\d)?)[\s%]*(?:(!)\.?)?$/i.exec(command) ?? [];
  const share = Number(number);
  const limit = Number(next?.properties['EcsCanary.MaxIncrease'] ?? 0);
  const isDoubtful = (limit > 0 && share - now > limit) || (isTaken && share > now);
  if (!(share <= 100) || (isDoubtful && sure !== '!') || (promotion && share !== 100)) return held;
  return { share, ends: false };
}
