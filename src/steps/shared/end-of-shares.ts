import type { Tags } from '../../canary/change.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { appendShare, formatRecord, shareRecordOf, sharesTagKey } from '../../canary/share-record.ts';

/**
 * The record of shares with its end, where green lost the last one: a new canary may run on the same green, and a Guard
 * would take a share that is only recorded for one that was taken. Empty if the record has ended already.
 */
export function endOfShares(service: Service, run: Pick<Run, 'movedAt' | 'split' | 'awsNow'>): Tags {
  const record = shareRecordOf(service);
  if (!record.entries.at(-1)?.percent) return {};
  const at = run.movedAt ?? run.split?.awsSince ?? run.awsNow;
  return { [sharesTagKey]: formatRecord(appendShare(record, { at, percent: 0 }, { createdAt: new Date(0) })) };
}
