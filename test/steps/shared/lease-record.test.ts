import { describe, expect, it } from 'vitest';
import { formatLease, leaseTagKey } from '../../../src/canary/lease.ts';
import { sharesTagKey } from '../../../src/canary/share-record.ts';
import { describeLease, leaseTags, unleasedWarning } from '../../../src/steps/shared/lease-record.ts';
import { sampleTraffic } from '../../canary/sample-traffic.ts';

const start = Date.UTC(2026, 10, 28, 14);
const owner = { id: 'Deployments-12', isDeployment: true, release: '', environment: '', project: '' };
const approval = { step: 'Approve 25%', approved: true, notes: '', by: 'Ann' };
const run = { movedAt: start, awsNow: start + 999_000, lockOwner: owner, approval };

function traffic(shares: string, lease?: string) {
  const plain = sampleTraffic({ weights: { blue: 75, green: 25 } });
  const tags = { ...plain.service.tags, [sharesTagKey]: shares, ...(lease !== undefined && { [leaseTagKey]: lease }) };
  return { ...plain, service: { ...plain.service, tags } };
}

const ten = `${start / 1000 - 3600}=10`;
const twentyFive = `${ten} ${start / 1000}=25`;
const twoHours = 'green 25 until 2026-11-28T16:00:00Z then 10 by Deployments-12 Approve 25_';

describe('a lease is recorded', () => {
  it('with a larger share, from when it is in force, and with the share before', () => {
    expect(leaseTags(traffic(ten), 25, 120, true, run)).toEqual({ [leaseTagKey]: twoHours });
    expect(leaseTags(traffic(''), 25, 120, true, run)).toEqual({
      [leaseTagKey]: twoHours.replace('then 10', 'then 0'),
    });
  });

  it('only once, if the step runs again', () => {
    expect(leaseTags(traffic(twentyFive, twoHours), 25, 120, false, run)).toEqual({});
    expect(leaseTags(traffic(twentyFive, twoHours), 25, 120, false, { ...run, movedAt: start + 60_000 })).toEqual({});
  });

  it('again if another approval prolongs it', () => {
    const later = { ...run, movedAt: undefined, split: { text: '', since: 0, awsSince: start + 3600_000 } };
    const other = { ...later, approval: { ...approval, step: 'Approve 50%' } };
    expect(leaseTags(traffic(twentyFive, twoHours), 25, 60, false, other as never)).toEqual({
      [leaseTagKey]: 'green 25 until 2026-11-28T16:00:00Z then 10 by Deployments-12 Approve 50_',
    });
  });

  it('as none if a share without one follows, or if the share is no increase', () => {
    expect(leaseTags(traffic(twentyFive, twoHours), 50, 0, true, run)).toEqual({ [leaseTagKey]: 'none' });
    expect(leaseTags(traffic(twentyFive, twoHours), 10, 60, true, run)).toEqual({ [leaseTagKey]: 'none' });
    expect(unleasedWarning(traffic(twentyFive), 10, 60, run)).toHaveLength(1);
    expect(unleasedWarning(traffic(twentyFive), 50, 60, run)).toEqual([]);
  });

  it('from what green had, where somebody had taken more from it than was recorded', () => {
    const fifty = `${ten} ${start / 1000}=50`;
    const raised = { ...run, movedFrom: 0 };
    expect(leaseTags(traffic(fifty), 25, 120, true, raised)).toEqual({
      [leaseTagKey]: twoHours.replace('then 10', 'then 0'),
    });
    expect(unleasedWarning(traffic(`${fifty} ${start / 1000 + 60}=25`), 25, 120, raised)).toEqual([]);
    expect(leaseTags(traffic(fifty), 25, 120, true, { ...run, movedFrom: 50 })).toEqual({});
  });

  it('not at all where nobody asked for one', () => {
    expect(leaseTags(traffic(ten), 25, 0, true, run)).toEqual({});
  });
});

describe('the sentence about a lease', () => {
  it('says how long it runs', () => {
    expect(describeLease(traffic(twentyFive, twoHours), start + 600_000)).toEqual([
      'Green may keep 25 % until 16:00 UTC (1 h 50 min); then Guard steps back to 10 %.',
    ]);
  });

  it('says that it is over', () => {
    expect(describeLease(traffic(twentyFive, twoHours), start + 7200_000)).toEqual([
      'The lease on 25 % expired at 16:00 UTC; Guard steps back to 10 % when it next runs.',
    ]);
  });

  it('is not hidden by a share that a hand or a wrong clock put into the future', () => {
    const future = `${twentyFive} 1999999999=90`;
    expect(describeLease(traffic(future, twoHours), start + 600_000)).toHaveLength(1);
    expect(leaseTags(traffic(`${ten} 1999999999=5`), 25, 120, true, run)).toEqual({ [leaseTagKey]: twoHours });
    expect(unleasedWarning(traffic(`${ten} 1999999999=90`), 25, 60, run)).toEqual([]);
  });

  it.each([
    ['without a lease', twentyFive, undefined],
    ['if another share is in force', ten, twoHours],
    ['of another green', twentyFive, formatLease({ percent: 25, until: start, back: 0, by: '' }, 'other')],
  ])('is none %s', (_, shares, lease) => {
    expect(describeLease(traffic(shares, lease), start)).toEqual([]);
  });
});
