import { createHash } from 'node:crypto';
import { type EntryCounts, type EntryEvidence, entryVerdicts } from '../../canary/ledger-entry.ts';

/** What the approver saw. */
export interface GateEvidence extends EntryEvidence {
  /** When Watch Canary looked, in epoch milliseconds by AWS's clock, and green's largest share then, in percent. */
  readonly look?: { readonly at: number; readonly greenPercent: number };
  /** Everything that Watch Canary wrote, for the artifact. */
  readonly figures?: unknown;
}

/**
 * What the approver saw, from the output variable `Evidence` of Watch Canary.
 * @returns undefined for anything else, such as a variable that Octopus could not resolve: no shift fails for it
 */
export function readGateEvidence(text: string): GateEvidence | undefined {
  const evidence = parseObject(text);
  const verdict = entryVerdicts.find((known) => known === evidence['verdict']);
  if (evidence['format'] !== 1 || verdict === undefined) return undefined;
  const [green, blue] = [countsOf(evidence['green']), countsOf(evidence['blue'])];
  return {
    verdict,
    ...(green && { green }),
    ...(blue && { blue }),
    ...lookOf(evidence),
    figures: evidence,
    hash: createHash('sha256').update(text).digest('hex'),
  };
}

function lookOf({ lookedAt, greenPercent }: Readonly<Record<string, unknown>>): Pick<GateEvidence, 'look'> {
  const at = Date.parse(String(lookedAt));
  return Number.isNaN(at) || typeof greenPercent !== 'number' ? {} : { look: { at, greenPercent } };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return toObject(JSON.parse(text));
  } catch {
    return {};
  }
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function countsOf(colour: unknown): EntryCounts | undefined {
  const { errors, requests } = toObject(colour);
  return isCount(errors) && isCount(requests) ? { errors, requests } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 1e12;
}
