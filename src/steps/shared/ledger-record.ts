import type { Tags } from '../../canary/change.ts';
import type { Decision } from '../../canary/decision.ts';
import { hasRoom, ledgerOf, nextEntry, tagsForEntry } from '../../canary/ledger.ts';
import {
  type EntryEvidence,
  type EntryKind,
  formatEntry,
  type LedgerEntry,
  parseEntry,
} from '../../canary/ledger-entry.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import type { StepId } from '../step.ts';

/** What a run knows about the decision that it carries out. */
export type DecidingRun = Pick<
  Run,
  'approval' | 'awsNow' | 'entryDenied' | 'lockOwner' | 'movedAt' | 'movedFrom' | 'requestIds' | 'split' | 'startedAt'
>;

/** What was decided, or what moved the traffic; shares in percent. */
export interface Decided {
  readonly kind: EntryKind;
  readonly to: number;
  /** Green's share before, if neither this run nor the ledger knows it better. */
  readonly from?: number;
  readonly evidence?: EntryEvidence | undefined;
  /** In place of what the approver wrote. */
  readonly note?: string | undefined;
}

/** The tag that records a decision; undefined if it is recorded, if AWS refused that, or if there is no room. */
export function entryTags(service: Service, decided: Decided, run: DecidingRun): Tags | undefined {
  if (run.entryDenied !== undefined) return undefined;
  const entry = entryOf(service, decided, run);
  if (isRecorded(service, entry, run)) return undefined;
  const tags = tagsForEntry(service, entry);
  return Object.keys(tags).length === 0 ? undefined : tags;
}

/** The decision to write an entry that no other write took along; undefined without one. */
export function recordEntry(service: Service, entry: Tags | undefined, reason: string): Decision | undefined {
  return entry && { kind: 'change', reason, change: { kind: 'record', serviceArn: service.arn, tags: {}, entry } };
}

/** The entry for a decision, with everything that this run knows. */
export function entryOf(service: Service, decided: Decided, run: DecidingRun): LedgerEntry {
  const { kind, to, evidence, note = run.approval?.notes } = decided;
  const { movedAt, split, approval, lockOwner, requestIds } = run;
  const from = run.movedFrom ?? decided.from ?? ledgerOf(service).at(-1)?.to;
  return nextEntry(service, {
    kind,
    // Of the first look, not of each: a repeated write must be the same one.
    at: movedAt ?? split?.awsSince ?? run.awsNow,
    ...(from !== undefined && { from }),
    to,
    ...(movedAt !== undefined && split && { seconds: (split.since - run.startedAt.getTime()) / 1000 }),
    ...(approval && { by: approval.by, approvalStep: approval.step }),
    ...(lockOwner.id !== '' && { deployment: lockOwner.id }),
    ...(evidence && { evidence }),
    ...(requestIds && { requestIds }),
    ...(note !== undefined && { note }),
  });
}

/** A warning if the decision is not in the ledger, for which no step fails. */
export function unledgeredWarning(service: Service, { entryDenied }: DecidingRun, step: StepId): readonly string[] {
  const lacks = 'The ledger of the canary lacks this entry';
  if (entryDenied !== undefined)
    return [
      `${lacks}. ${entryDenied} The tags are EcsCanaryLog01 to EcsCanaryLog16; policies/${step}.json allows them.`,
    ];
  if (hasRoom(service)) return [];
  return [
    `${lacks}, because the ECS service ${service.name} has too many other tags: AWS allows 50, and the canary needs at least seven of them.`,
  ];
}

/** Whether the last entry is of the same decision of the same deployment, and traffic did not move since. */
function isRecorded(service: Service, entry: LedgerEntry, { movedAt }: DecidingRun): boolean {
  const last = ledgerOf(service).at(-1);
  // As it reads in a tag, where names are cut.
  const same = parseEntry(formatEntry(entry));
  if (!last || !same) return false;
  const isSame =
    last.kind === same.kind &&
    last.to === same.to &&
    last.deployment === same.deployment &&
    last.approvalStep === same.approvalStep;
  return isSame && !(movedAt !== undefined && last.at < movedAt);
}
