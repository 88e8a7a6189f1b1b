import { type NoteCommand, type NoteExtras, noteCommands, readApprovalNote } from './approval-note.ts';
import type { EntryMark } from './entry-mark.ts';
import { OperatorError } from './operator-error.ts';
import { formatPercent } from './weights.ts';

/** What Octopus reports about a manual intervention in this deployment. */
export interface Approval {
  /** The name of the manual intervention. */
  readonly step: string;
  readonly approved: boolean;
  readonly notes: string;
  /** The approver's name as Octopus displays it; empty when Octopus gives none. */
  readonly by: string;
}

/** The share to shift to, and what the approver should know about how the note was read. */
export interface ApprovedShare extends NoteExtras {
  readonly greenPercent: number;
  /** Why green keeps its share, if the note or a limit says so. */
  readonly held?: string;
  /** The same with its effect on the shift, if the note did not clearly ask for it. */
  readonly warning?: string;
  /** What the ledger has to say about it. */
  readonly mark?: EntryMark;
  /** A warning, before traffic moves, if the approver gives green traffic that a Guard had taken. */
  readonly overruled?: readonly string[];
  /** The command that asks again for the share that green did not get. */
  readonly repeat?: string;
}

/** What stands against an increase, besides its size. */
export interface Caution {
  /** Green's smallest share at any production rule, in percent, from which an increase counts. */
  readonly least: number;
  /** What was taken from green: no increase then goes without a note that confirms it. */
  readonly taken?: {
    /** As a sentence. */
    readonly why: string;
    /** Green's share before, in percent. */
    readonly from: number;
    /** Whether the approver knew of it. */
    readonly isKnown: 'yes' | 'no' | 'perhaps';
  };
}

/** Refuses unless the manual intervention ran in this deployment and a person approved it. */
export function refuseUnlessApproved(approval: Approval | undefined): void {
  if (!approval || approval.approved) return;
  throw new OperatorError(
    'not-approved',
    `The manual intervention "${approval.step}" was not approved in this deployment: it was skipped, renamed, aborted, or never ran. No traffic was moved.`,
    'Have someone proceed at that step, or correct EcsCanary.ApprovalStep if the step has a different name.',
  );
}

/** The share that the note asks for, before any limit; the planned share if it asks for none. @param now green's share, in percent */
export function askedShare(planned: number, now: number, approval: Approval | undefined): number {
  const command = commandOf(approval);
  if (command.kind === 'none') return planned;
  return command.kind === 'weight' ? command.percent : now;
}

function commandOf(approval: Approval | undefined): NoteCommand {
  return approval ? readApprovalNote(approval.notes) : { kind: 'none' };
}

/**
 * What the approval allows: the planned share, or what the note says instead.
 * @param now green's share at present, in percent
 * @param maxIncrease percentage points green may gain without the note repeating the share with `!`; 0 is no limit
 * @throws OperatorError `rolled-back-by-operator`
 */
export function approvedShare(
  planned: number,
  now: number,
  approval: Approval | undefined,
  maxIncrease: number,
  caution: Caution = { least: now },
): ApprovedShare {
  const command = commandOf(approval);
  const within = (share: number): ApprovedShare => limited(share, now, approval, maxIncrease, caution);
  const repeat = (share: number): string => `/weight ${share}${within(share).held === undefined ? '' : '!'}`;
  switch (command.kind) {
    case 'hold':
      return { greenPercent: now, held: 'The note says /hold', repeat: repeat(planned) };
    case 'rollback':
      throw rolledBackByOperator(approval, command.reason);
    case 'unreadable':
      return keep(
        now,
        'held-by-note',
        `The note says "${command.line}", which is not a valid command (${command.why}). Valid commands: ${noteCommands}`,
        repeat(planned),
      );
    case 'none':
      return withExtras(within(planned), command);
    case 'weight':
      return isConfirmed(command, maxIncrease, caution)
        ? withExtras({ greenPercent: command.percent, mark: 'confirmed' }, command)
        : withExtras(within(command.percent), command);
  }
}

/**
 * All of the traffic; refuses unless the note clearly allows the promotion.
 * @throws OperatorError `rolled-back-by-operator`, `promotion-not-approved`
 */
export function approvedPromotion(
  now: number,
  approval: Approval | undefined,
  maxIncrease: number,
  caution?: Caution,
): ApprovedShare {
  const answer = approvedShare(100, now, approval, maxIncrease, caution);
  const isWhole = answer.greenPercent === 100 && answer.leaseMinutes === undefined;
  if (isWhole && answer.held === undefined) return answer;
  const asked = answer.leaseMinutes === undefined ? formatPercent(answer.greenPercent) : 'a lease';
  throw new OperatorError(
    'promotion-not-approved',
    `Green was not promoted. ${answer.held ?? `The note asks for ${asked}, not for promotion`}.`,
    'This step changed nothing. A Rollback step in the process now returns all traffic to blue. To promote, deploy again and leave the note empty, or enter a remark or /weight 100 (/weight 100! if EcsCanary.MaxIncrease requires it, or if traffic was taken from green).',
  );
}

/** A share that is kept keeps its own lease, too. */
function withExtras(share: ApprovedShare, { leaseMinutes, override }: NoteExtras): ApprovedShare {
  if (share.held !== undefined) return share;
  return { ...share, ...(leaseMinutes !== undefined && { leaseMinutes }), ...(override !== undefined && { override }) };
}

type Weight = Extract<NoteCommand, { kind: 'weight' }>;

/** A `!` that the limit asked for anyway says nothing about what the approver may not have known. */
function isConfirmed({ confirmed, percent }: Weight, maxIncrease: number, { taken }: Caution): boolean {
  if (!confirmed || taken === undefined || taken.isKnown === 'yes') return confirmed;
  return taken.isKnown === 'perhaps' && !isTooMuch(percent - taken.from, maxIncrease);
}

/** Tenths are not exact in binary: 35.1 - 10.1 comes out above 25. */
function isTooMuch(increase: number, maxIncrease: number): boolean {
  return maxIncrease !== 0 && increase > maxIncrease + 1e-9;
}

function limited(
  wanted: number,
  now: number,
  approval: Approval | undefined,
  maxIncrease: number,
  { least, taken }: Caution,
): ApprovedShare {
  const increase = wanted - least;
  const repeat = `/weight ${wanted}!`;
  if (taken && increase > 1e-9)
    return keep(now, 'held-by-guard', `${taken.why} ${howToConfirm(wanted, approval, taken)}`, repeat);
  if (!isTooMuch(increase, maxIncrease)) return { greenPercent: wanted };
  return keep(
    now,
    'held-by-limit',
    `An increase from ${formatPercent(least)} to ${formatPercent(wanted)} exceeds the ${maxIncrease} percentage points that EcsCanary.MaxIncrease allows at once; the note must say /weight ${wanted}! to confirm it`,
    repeat,
  );
}

function howToConfirm(
  wanted: number,
  approval: Approval | undefined,
  { isKnown }: NonNullable<Caution['taken']>,
): string {
  if (!approval)
    return 'Without an approval step nobody can confirm a larger share: set EcsCanary.ApprovalStep, or roll back and deploy again';
  const command = commandOf(approval);
  if (command.kind !== 'weight' || !command.confirmed)
    return `To raise green's share again, the note must say /weight ${wanted}!`;
  const vain =
    isKnown === 'no'
      ? 'This approval had already been carried out by then'
      : 'The ! in the note may only be there because of EcsCanary.MaxIncrease';
  return `${vain}, so it does not confirm a larger share. To raise green's share again, the note of the next approval must say /weight ${wanted}!`;
}

function keep(now: number, mark: EntryMark, why: string, repeat: string): ApprovedShare {
  return {
    greenPercent: now,
    held: why,
    mark,
    repeat,
    warning: `${why}. Green stays at ${formatPercent(now)}.`,
  };
}

function rolledBackByOperator(approval: Approval | undefined, reason: string): OperatorError {
  return new OperatorError(
    'rolled-back-by-operator',
    `${approval?.by || 'The approver'} requested a rollback at "${approval?.step ?? ''}": ${reason}`,
    'This step fails on purpose so that the Rollback step runs.',
  );
}
