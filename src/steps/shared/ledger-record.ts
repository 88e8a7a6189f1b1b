import type { Tags } from '../../canary/change.ts';
import type { Artifact, Decision } from '../../canary/decision.ts';
import type { EntryMark } from '../../canary/entry-mark.ts';
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
import type { GateEvidence } from './gate-evidence.ts';
import { ledgerArtifact } from './ledger-artifact.ts';

/** What a run knows about the decision that it carries out. */
export type DecidingRun = Pick<
  Run,
  'approval' | 'awsNow' | 'entryRefusal' | 'lockOwner' | 'movedAt' | 'movedFrom' | 'requestIds' | 'split' | 'startedAt'
>;

/** What was decided, or what moved the traffic; shares in percent. */
export interface Decided {
  readonly kind: EntryKind;
  readonly to: number;
  /** Green's share before, if neither this run nor the ledger knows it better. */
  readonly from?: number;
  readonly evidence?: GateEvidence | undefined;
  readonly mark?: EntryMark | undefined;
  /** In place of what the approver wrote. */
  readonly note?: string | undefined;
}

/** What a step does about the ledger. */
export interface Bookkeeping {
  /** The tag to write along; undefined if nothing is left to record. */
  readonly entry: Tags | undefined;
  readonly warnings: readonly string[];
  readonly artifacts: readonly Artifact[];
}

/** Keeps the ledger for a decision. @param step whose policy must allow it */
export function keepLedger(service: Service, decided: Decided, run: DecidingRun, step: StepId): Bookkeeping {
  const own = entryOf(service, decided, run);
  const recorded = recordedEntry(service, own, run);
  return {
    entry: entryTags(service, decided, run),
    warnings: unledgeredWarning(service, run, step),
    artifacts: [
      ledgerArtifact(service, recorded ? asRecorded(own, recorded) : own, recorded, decided.evidence?.figures),
    ],
  };
}

/** The recorded entry, with the whole of what the tag has only the beginning of, as far as this run knows it. */
function asRecorded(own: LedgerEntry, recorded: LedgerEntry): LedgerEntry {
  const { n: _n, chapter: _chapter, at: _at, from: _from, seconds: _seconds, mark: _mark, ...texts } = own;
  return { ...recorded, ...texts };
}

/** The tag that records a decision; undefined if it is recorded, if AWS refused that, or if there is no room. */
export function entryTags(service: Service, decided: Decided, run: DecidingRun): Tags | undefined {
  if (run.entryRefusal !== undefined) return undefined;
  const entry = entryOf(service, decided, run);
  if (recordedEntry(service, entry, run)) return undefined;
  const tags = tagsForEntry(service, entry);
  return Object.keys(tags).length === 0 ? undefined : tags;
}

/** The decision to write an entry that no other write took along; undefined without one. */
export function recordEntry(
  service: Service,
  entry: Tags | undefined,
  reason: string,
): Extract<Decision, { kind: 'change' }> | undefined {
  return entry && { kind: 'change', reason, change: { kind: 'record', serviceArn: service.arn, tags: {}, entry } };
}

/** The entry for a decision, with everything that this run knows. */
function entryOf(service: Service, decided: Decided, run: DecidingRun): LedgerEntry {
  const { kind, to, evidence, mark, note = run.approval?.notes } = decided;
  const { movedAt, split, approval, lockOwner, requestIds } = run;
  const from = run.movedFrom ?? decided.from ?? ledgerOf(service).at(-1)?.to;
  return nextEntry(service, {
    kind,
    // Of the first look, not of each: a repeated write must be the same one.
    at: movedAt ?? split?.awsSince ?? run.awsNow,
    ...(from !== undefined && { from }),
    to,
    ...(movedAt !== undefined && split && { seconds: Math.max(0, (split.since - run.startedAt.getTime()) / 1000) }),
    ...(approval && { approvalStep: approval.step }),
    ...(approval?.by && { by: approval.by }),
    ...(lockOwner.id !== '' && { deployment: lockOwner.id }),
    ...(evidence && { evidence: toEntryEvidence(evidence) }),
    ...(requestIds && { requestIds }),
    ...(mark && { mark }),
    ...(note && { note }),
  });
}

function toEntryEvidence({ figures: _figures, look: _look, ...evidence }: GateEvidence): EntryEvidence {
  return evidence;
}

/** A warning if the decision is not in the ledger, for which no step fails. */
export function unledgeredWarning(service: Service, { entryRefusal }: DecidingRun, step: StepId): readonly string[] {
  const lacks = 'The entry for this step is missing from the ledger';
  if (entryRefusal !== undefined)
    return [
      `${lacks}. ${entryRefusal} The tags are EcsCanaryLog01 to EcsCanaryLog16; policies/${step}.json allows them.`,
    ];
  if (hasRoom(service)) return [];
  return [
    `${lacks}, because the ECS service ${service.name} has too many other tags: AWS allows 50, and the canary needs at least seven of them.`,
  ];
}

/** If a step runs twice at once, both runs move the traffic; the second one decided nothing. */
const sameMoment = 120_000;

/**
 * The entry of the same decision of the same deployment: the last one of the ledger, if no traffic moved since, or that
 * of this very run, which another writer's may follow.
 */
function recordedEntry(service: Service, entry: LedgerEntry, { movedAt }: DecidingRun): LedgerEntry | undefined {
  // As it reads in a tag, where names are cut.
  const same = parseEntry(formatEntry(entry));
  const entries = ledgerOf(service);
  const isLast = (each: LedgerEntry) =>
    each === entries.at(-1) && (movedAt === undefined || each.at >= movedAt - sameMoment);
  return entries.findLast(
    (each) =>
      each.kind === same?.kind &&
      each.to === same.to &&
      each.deployment === same.deployment &&
      each.approvalStep === same.approvalStep &&
      (each.at === same.at || isLast(each)),
  );
}
