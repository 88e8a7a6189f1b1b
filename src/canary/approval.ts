import { type NoteCommand, noteCommands, readApprovalNote } from './approval-note.ts';
import { OperatorError } from './operator-error.ts';
import { formatPercent } from './weights.ts';

/** What Octopus says of a manual intervention that ran in this deployment. */
export interface Approval {
  /** The name of the manual intervention. */
  readonly step: string;
  readonly approved: boolean;
  readonly notes: string;
  /** Who took responsibility, as Octopus displays them; empty when Octopus does not say. */
  readonly by: string;
}

/** The share a shift goes for, and what the person should know about how their note was read. */
export interface ApprovedShare {
  readonly greenPercent: number;
  /** Why green keeps what it has, where the note or a limit says so. */
  readonly held?: string;
  /** The same, with what it means for a shift, where it is not what the person plainly asked for. */
  readonly warning?: string;
}

/** Refuses unless the manual intervention ran in this deployment and a person approved it. */
export function refuseUnlessApproved(approval: Approval | undefined): void {
  if (!approval || approval.approved) return;
  throw new OperatorError(
    'not-approved',
    `The manual intervention "${approval.step}" was not approved in this deployment: it was skipped, renamed, aborted, or never ran. No traffic was moved.`,
    'Let a person proceed at that step, or correct EcsCanary.ApprovalStep if the step has another name.',
  );
}

/** The share that a note asks for, whatever comes of it: the planned one where it asks for none. @param now green's share, in percent */
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
): ApprovedShare {
  const command = commandOf(approval);
  switch (command.kind) {
    case 'hold':
      return { greenPercent: now, held: 'The note says /hold' };
    case 'rollback':
      throw rolledBackByOperator(approval, command.reason);
    case 'unreadable':
      return keep(
        now,
        `The note says "${command.line}", which cannot be read as a command (${command.why}); understood would be ${noteCommands}`,
      );
    case 'none':
      return limited(planned, now, false, maxIncrease);
    case 'weight':
      return limited(command.percent, now, command.confirmed, maxIncrease);
  }
}

/**
 * All of the traffic, unless the note does not plainly allow the promotion.
 * @throws OperatorError `rolled-back-by-operator`, `promotion-not-approved`
 */
export function approvedPromotion(now: number, approval: Approval | undefined, maxIncrease: number): ApprovedShare {
  const answer = approvedShare(100, now, approval, maxIncrease);
  if (answer.greenPercent === 100 && answer.held === undefined) return answer;
  throw new OperatorError(
    'promotion-not-approved',
    `Green was not promoted. ${answer.held ?? `The note asks for ${formatPercent(answer.greenPercent)}, not for the promotion`}.`,
    'This step changed nothing, and a Rollback step in the process now puts all traffic back on blue. To promote, deploy again and leave the note at that manual intervention empty, or make it a remark or /weight 100 (/weight 100! where EcsCanary.MaxIncrease asks for it).',
  );
}

function limited(wanted: number, now: number, confirmed: boolean, maxIncrease: number): ApprovedShare {
  const increase = wanted - now;
  // Tenths are not exact in binary: 35.1 - 10.1 comes out above 25.
  if (maxIncrease === 0 || confirmed || increase <= maxIncrease + 1e-9) return { greenPercent: wanted };
  return keep(
    now,
    `Going from ${formatPercent(now)} to ${formatPercent(wanted)} is more than the ${maxIncrease} percentage points that EcsCanary.MaxIncrease allows at once; the note must say /weight ${wanted}! to confirm it`,
  );
}

function keep(now: number, why: string): ApprovedShare {
  return {
    greenPercent: now,
    held: why,
    warning: `${why}. Green stays at ${formatPercent(now)}; the next manual intervention asks again.`,
  };
}

function rolledBackByOperator(approval: Approval | undefined, reason: string): OperatorError {
  return new OperatorError(
    'rolled-back-by-operator',
    `${approval?.by || 'The approver'} asked for a rollback at "${approval?.step ?? ''}": ${reason}`,
    'This step fails on purpose, so that the Rollback step runs.',
  );
}
