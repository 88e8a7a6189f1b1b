import { describe, expect, it } from 'vitest';
import { injectedFaults } from '../../../src/reliability/cases/case.ts';
import { planCases } from '../../../src/reliability/cases/plan-cases.ts';

describe('the plan', () => {
  const plan = planCases({ stepUse: 'promote', state: 'tenth' }, recording(), 1);
  const looks = Array(3).fill(['DescribeStacks', 'GetMetricData']).flat();
  const watchPlan = planCases({ stepUse: 'watch-minute', state: 'tenth' }, { operations: looks, writes: [] }, 1);
  const has = (injectedFault: object) =>
    plan.some((testCase) => JSON.stringify(testCase.injectedFault) === JSON.stringify(injectedFault));

  it('puts every fault at the first, second and last call of each operation', () => {
    for (const occurrence of [1, 2, 4])
      expect(has({ kind: 'unavailable', operation: 'DescribeRules', occurrence, times: 1 })).toBe(true);
    expect(has({ kind: 'unavailable', operation: 'DescribeRules', occurrence: 3, times: 1 })).toBe(false);
    const kinds = new Set([...plan, ...watchPlan].map(({ injectedFault }) => injectedFault.kind));
    expect([...kinds].sort()).toEqual(injectedFaults.map(({ kind }) => kind).sort());
  });

  it('denies Watch Canary its figures for a whole run, gives it only some of them, and skips faults that cannot happen to it', () => {
    const denied = { kind: 'access-denied', operation: 'GetMetricData', occurrence: 1, times: 7 } as const;
    const part = { kind: 'partial-data', operation: 'GetMetricData', occurrence: 3, times: 1 } as const;
    for (const injectedFault of [denied, part])
      expect(watchPlan).toContainEqual({ stepUse: 'watch-minute', state: 'tenth', injectedFault, next: 'retry' });
    const ofFigures = watchPlan.filter(({ injectedFault: fault }) => JSON.stringify(fault).includes('GetMetricData'));
    expect(ofFigures.filter(({ injectedFault }) => injectedFault.kind === 'stale-read')).toEqual([]);
  });

  it('kills around each write, and also tests an immediate rollback', () => {
    for (const kind of ['kill-before', 'kill-after'])
      for (const next of ['retry', 'rollback'])
        expect(plan).toContainEqual({
          ...{ stepUse: 'promote', state: 'tenth', next },
          injectedFault: { kind, operation: 'ModifyRule', occurrence: 1 },
        });
  });
});

function recording() {
  const poll = ['DescribeStacks', 'DescribeRules'];
  return { operations: [...poll, ...poll, 'ModifyRule', 'DescribeRules', 'DescribeRules'], writes: ['ModifyRule'] };
}
