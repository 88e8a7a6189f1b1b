import { expect, it } from 'vitest';
import type { CallRecord } from '../../../src/emulator/calls.ts';
import { describeFleet, figuresOf, type StepResult } from '../../../src/reliability/fleet/figures.ts';

const call = (operation: string, outcome: string, attempt: number): CallRecord => ({
  ...{ time: 0, realTime: 0, service: 'elb', userAgent: '', applied: outcome === 'ok' },
  ...{ operation, outcome, attempt },
});

const step = (seconds: number, more: Partial<StepResult> = {}): StepResult => ({
  ...{ canary: 'canary-1', step: 'Promote', release: 2, seconds },
  ...more,
});

it('a fleet is summed up in calls, throttling, retries, times and failures', () => {
  const figures = figuresOf(
    { canaries: 2, timeScale: 10 },
    [
      step(10),
      step(30),
      step(20),
      step(40, { canary: 'canary-2', failure: { code: 'timed-out', message: 'It took too long.' } }),
    ],
    [
      call('ModifyRule', 'Throttling', 1),
      call('ModifyRule', 'ok', 2),
      call('DescribeServices', 'ThrottlingException', 5),
      call('DescribeRules', 'RuleNotFound', 1),
    ],
    90,
  );
  expect(describeFleet(figures)).toEqual([
    '2 canaries at once on one account: 3 steps done, 1 failed.',
    '4 calls (2 per canary), 2 throttled (50.0 %), 2 retries; all 5 attempts of 1 calls were throttled, and their steps waited.',
    '15.0 min of emulated time in 90 s, at 10 times real speed.',
    '  Promote: median 30 s, at most 40 s',
    '  ModifyRule: 2 calls, 1 throttled',
    '  DescribeServices: 1 calls, 1 throttled',
    '  DescribeRules: 1 calls, 0 throttled',
    '✗ canary-2, Promote of 2.0: timed-out: It took too long.',
  ]);
});
