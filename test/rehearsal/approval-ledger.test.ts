import { describe, expect, it } from 'vitest';
import { createApprovalLedger, type ServedRequest } from '../../src/rehearsal/approval-ledger.ts';

const requests = (from: number, count: number, greenEvery: number): readonly ServedRequest[] =>
  Array.from({ length: count }, (_, index) => ({
    time: from + index,
    taskDefinitionArn: greenEvery > 0 && index % greenEvery === 0 ? 'app:2' : 'app:1',
  }));

function ledger() {
  const entries = createApprovalLedger();
  entries.approve(0, 'app:1', 100);
  entries.approve(1000, 'app:2', 10);
  entries.approve(2000, 'app:2', 100);
  entries.approve(3000, 'app:2', 0);
  return entries;
}

describe('createApprovalLedger', () => {
  it('finds nothing when every version keeps to its share', () => {
    const traffic = [
      ...requests(0, 500, 0),
      ...requests(1000, 500, 10),
      ...requests(2000, 500, 1),
      ...requests(3000, 500, 0),
    ];
    expect(ledger().findExcess(traffic)).toEqual([]);
  });

  it('one request to an unapproved version is too many', () => {
    expect(ledger().findExcess([{ time: 5, taskDefinitionArn: 'app:2' }])).toEqual([
      { taskDefinitionArn: 'app:2', ceiling: 0, requests: 1, total: 1 },
    ]);
    expect(ledger().findExcess([{ time: 3001, taskDefinitionArn: 'app:2' }])).toHaveLength(1);
  });

  it('half of the requests are too many for an approval of 10%', () => {
    expect(ledger().findExcess(requests(1000, 500, 2))).toEqual([
      { taskDefinitionArn: 'app:2', ceiling: 10, requests: 250, total: 500 },
    ]);
  });

  it('random routing may vary a little', () => {
    expect(ledger().findExcess(requests(1000, 90, 8))).toEqual([]);
  });

  it('judges each entry point separately: a share that is right overall may be wrong at one', () => {
    const at = (entryPoint: string, traffic: readonly ServedRequest[]) =>
      traffic.map((request) => ({ ...request, entryPoint }));
    const traffic = [...at('HTTP:80 /*', requests(1000, 450, 0)), ...at('HTTP:80 /api/*', requests(1000, 50, 1))];
    expect(ledger().findExcess(requests(1000, 500, 10))).toEqual([]);
    expect(ledger().findExcess(traffic)).toEqual([
      { taskDefinitionArn: 'app:2', entryPoint: 'HTTP:80 /api/*', ceiling: 10, requests: 50, total: 50 },
    ]);
  });

  it('judges users who are kept on blue by the version approved for blue, not by the split', () => {
    const entries = ledger();
    entries.approve(0, 'app:1', 100, 'kept');
    entries.approve(4000, 'app:2', 100, 'kept');
    entries.approve(5000, 'app:1', 0, 'kept');
    entries.approve(2500, 'app:1', 0);
    const kept = (traffic: readonly ServedRequest[]) => traffic.map((request) => ({ ...request, isKept: true }));
    expect(
      entries.findExcess(kept([...requests(0, 3900, 0), ...requests(4000, 900, 2), ...requests(5000, 90, 1)])),
    ).toEqual([]);
    expect(entries.findExcess(kept([{ time: 2100, taskDefinitionArn: 'app:2' }]))).toHaveLength(1);
    expect(entries.findExcess(kept([{ time: 5100, taskDefinitionArn: 'app:1' }]))).toHaveLength(1);
  });
});
