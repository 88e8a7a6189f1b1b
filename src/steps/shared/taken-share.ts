import type { Caution } from '../../canary/approval.ts';
import { ledgerOf } from '../../canary/ledger.ts';
import { formatEntry, parseEntry } from '../../canary/ledger-entry.ts';
import { areAlike, leastGreen } from '../../canary/production-rules.ts';
import { describeRetreat, retreatOf } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import { sharesOf } from '../../canary/share-record.ts';
import { timeOfDay } from '../../canary/time-of-day.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { formatPercent } from '../../canary/weights.ts';
import type { GateEvidence } from './gate-evidence.ts';

/** Traffic that somebody took from green and that no shift has given back; shares in percent. */
export interface TakenShare {
  /** What happened, as a sentence. */
  readonly why: string;
  readonly from: number;
  readonly to: number;
  /** When it happened, at the earliest; epoch milliseconds by AWS's clock. */
  readonly since: number;
  /** Whether a larger share needs a note that repeats it; the end of a lease is no finding against green. */
  readonly needsNote: boolean;
}

/** What an approver must know of it. */
export function describeTaken({ why, needsNote }: TakenShare): string {
  return needsNote
    ? `${why} Green gets a larger share only if the note of the next approval names that share with an exclamation mark, such as "/weight 25!".`
    : why;
}

/**
 * What a Guard, or whoever else, took from green; undefined if nothing. A Guard that was killed before it could say so
 * leaves nothing behind but a share smaller than the recorded one, as does a person who sets weights by hand.
 * @param now epoch milliseconds by AWS's clock
 */
export function takenFrom(traffic: Traffic, now: number): TakenShare | undefined {
  const { service, green, productionRules } = traffic;
  const retreat = retreatOf(service, green.taskSet.id);
  if (retreat) {
    const { from, to, at: since, cause } = retreat;
    return { why: describeRetreat(retreat, now), from, to, since, needsNote: cause !== 'lease-ended' };
  }
  const last = sharesOf(traffic, now).at(-1);
  const least = leastGreen(productionRules);
  // The record has at most one decimal.
  if (last === undefined || last.percent - least < 0.0501) return undefined;
  const where = areAlike(productionRules) ? '' : ' at a production rule';
  const why = `Green has ${formatPercent(least)}${where}, less than the ${formatPercent(last.percent)} recorded at ${timeOfDay(last.at, now)} UTC: somebody has taken traffic from it.`;
  return { why, from: last.percent, to: least, since: last.at, needsNote: true };
}

/** What the approval of a run must confirm before green gets more; nothing once the run has begun to move traffic, so that nothing is left half done. */
export function cautionOf(traffic: Traffic, run: Run, evidence: GateEvidence | undefined): Caution {
  const { movedAt, awsNow } = run;
  const least = leastGreen(traffic.productionRules);
  const taken = takenFrom(traffic, awsNow);
  if (!taken?.needsNote) return { least };
  const { since, from, to, why } = taken;
  // What was taken after this run had recorded its share was taken from a finished shift.
  const isDone = sharesOf(traffic, awsNow).some(
    ({ at, percent }) => movedAt !== undefined && at >= movedAt && at <= since + 1000 && percent > to,
  );
  if (movedAt !== undefined && !isDone) return { least };
  return { least, taken: { why, from, isKnown: isKnown(traffic, taken, run, evidence) } };
}

/** Whether the approver could know of it: Octopus does not say when somebody approved. */
function isKnown(
  { service }: Traffic,
  { since, from }: TakenShare,
  { approval, lockOwner }: Run,
  evidence: GateEvidence | undefined,
): 'yes' | 'no' | 'perhaps' {
  const facts = { n: 1, chapter: 1, kind: 'share', at: 0, to: 0 } as const;
  // As it reads in a tag, where names are cut.
  const own = parseEntry(formatEntry({ ...facts, deployment: lockOwner.id, approvalStep: approval?.step ?? '' }));
  const entries = ledgerOf(service).filter(({ deployment }) => deployment === own?.deployment);
  const isOwn = (step: string | undefined) => step === own?.approvalStep;
  // An approval that was carried out before cannot know what came after.
  if (entries.some(({ kind, at, approvalStep: step }) => kind === 'share' && isOwn(step) && at <= since + 1000))
    return 'no';
  const isShown = evidence?.look !== undefined && evidence.look.at >= since && evidence.look.greenPercent < from;
  const isTold = entries.some(({ at, to, approvalStep: step }) => !isOwn(step) && at >= since && to < from);
  return isShown || isTold ? 'yes' : 'perhaps';
}
