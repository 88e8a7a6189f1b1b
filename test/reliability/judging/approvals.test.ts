import { expect, it } from 'vitest';
import { createApprovals } from '../../../src/reliability/judging/approvals.ts';

it('a reduced share still counts for as long as a node may lag, and no longer', () => {
  let now = 1000;
  const approvals = createApprovals(() => now);
  approvals.approve('v1', 50);
  now = 2000;
  approvals.approve('v1', 0);
  expect([1500, 2000, 2600].map((time) => approvals.allowed('v1', time))).toEqual([50, 0, 0]);
  expect([2000, 2400, 2999, 3000].map((time) => approvals.allowed('v1', time, 1000))).toEqual([50, 50, 50, 0]);
  expect(approvals.allowed('v1')).toBe(0);
  expect(approvals.allowed('v2', 2500, 1000)).toBe(0);
});

it('a later approval does not count earlier', () => {
  let now = 1000;
  const approvals = createApprovals(() => now);
  now = 2000;
  approvals.approve('v1', 50);
  expect(approvals.allowed('v1', 1999, 1000)).toBe(0);
});
