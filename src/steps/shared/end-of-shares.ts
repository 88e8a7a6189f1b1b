import type { Tags } from '../../canary/change.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { appendShare, formatRecord, shareRecordOf, sharesTagKey } from '../../canary/share-record.ts';

type EndingRun = Pick<Run, 'movedAt' | 'split' | 'awsNow' | 'entryRefusal'>;

/**
 * An entry of the ledger, if there is one, and the end of the record of shares, where green lost the last one: a new
 * canary may run on the same green, and a share that is only recorded would pass for one that was taken. Undefined if
 * nothing is left to write, or if AWS refused it.
 */
export function withEndOfShares(service: Service, entry: Tags | undefined, run: EndingRun): Tags | undefined {
  const tags = run.entryRefusal === undefined ? { ...entry, ...endOfShares(service, run) } : {};
  return Object.keys(tags).length === 0 ? undefined : tags;
}

function endOfShares(service: Service, run: EndingRun): Tags {
  const record = shareRecordOf(service);
  if (!record.entries.at(-1)?.percent) return {};
  const at = run.movedAt ?? run.split?.awsSince ?? run.awsNow;
  return { [sharesTagKey]: formatRecord(appendShare(record, { at, percent: 0 }, { createdAt: new Date(0) })) };
}
