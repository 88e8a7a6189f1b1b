import type { LedgerEntry } from './ledger-entry.ts';

/** An entry for programs: shares in percent, times in ISO 8601; what is not known is null. */
export function entryAsJson(entry: LedgerEntry): Readonly<Record<string, unknown>> {
  const { n, chapter, kind, at, from, to, seconds, by, deployment, approvalStep, evidence, requestIds } = entry;
  return {
    n,
    chapter,
    at: new Date(at).toISOString(),
    kind,
    fromPercent: from ?? null,
    toPercent: to,
    seconds: seconds ?? null,
    by: by ?? null,
    deployment: deployment ?? null,
    approvalStep: approvalStep ?? null,
    verdict: evidence?.verdict ?? null,
    green: evidence?.green ?? null,
    blue: evidence?.blue ?? null,
    evidenceSha256: evidence?.hash ?? null,
    requestIds: requestIds ?? [],
    mark: entry.mark ?? null,
    note: entry.note ?? null,
  };
}
