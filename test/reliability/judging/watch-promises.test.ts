import { describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/emulator/calls.ts';
import {
  findWriteCalls,
  judgeWatchOutcome,
  type WatchExpectation,
} from '../../../src/reliability/judging/watch-promises.ts';
import type { StepOutcome } from '../../../src/reliability/step-runs/step-order.ts';

const good: WatchExpectation = { hasCanary: true, isHarmed: false, fails: false, fault: undefined };
const served = { blue: { requests: 90, errors: 0 }, green: { requests: 10, errors: 0 } };
const figures = { RequestsBlue: '90', ErrorsBlue: '0', RequestsGreen: '10', ErrorsGreen: '0' };

const done = (verdict: string, outputs: Readonly<Record<string, string>> = figures): StepOutcome => ({
  kind: 'done',
  outputs: { Verdict: verdict, Summary: '**Card**', Evidence: JSON.stringify({ verdict }), ...outputs },
});

const refused = (code: string): StepOutcome => ({ kind: 'refused', code, message: 'Why.', hint: 'What.' });

const judge = (outcome: StepOutcome, expected: Partial<WatchExpectation> = {}) =>
  judgeWatchOutcome(outcome, { ...good, ...expected }, served);

describe('the judge of Watch Canary', () => {
  it('accepts true figures, none, and the failure that was asked for', () => {
    expect(judge(done('CannotTell'))).toEqual([]);
    expect(judge(done('NoEvidence', {}))).toEqual([]);
    expect(judge(done('Worse'), { isHarmed: true })).toEqual([]);
    expect(judge(refused('green-worse'), { isHarmed: true, fails: true })).toEqual([]);
    expect(judge({ kind: 'killed' })).toEqual([]);
  });

  it.each<[string, RegExp, StepOutcome, Partial<WatchExpectation>]>([
    ['calls an equally good green worse', /equally good green worse/, done('Worse'), {}],
    ['fails for an equally good green', /ended with green-worse/, refused('green-worse'), { fails: true }],
    ['fails although it only asks', /ended with green-worse/, refused('green-worse'), { isHarmed: true }],
    [
      'succeeds although it must fail',
      /although green is worse and it must fail/,
      done('Worse'),
      { isHarmed: true, fails: true },
    ],
    [
      'gives zeros for nothing',
      /Green "0" requests and "0" errors/,
      done('NoEvidence', { ...figures, RequestsGreen: '0' }),
      {},
    ],
    ['gives errors without requests', /Green "" requests/, done('NoEvidence', { ...figures, RequestsGreen: '' }), {}],
    [
      'counts requests that nobody made',
      /Green "11" requests/,
      done('CannotTell', { ...figures, RequestsGreen: '11' }),
      {},
    ],
    ['invents errors', /Green "10" requests and "9" errors/, done('CannotTell', { ...figures, ErrorsGreen: '9' }), {}],
    [
      'contradicts its evidence',
      /its evidence says/,
      done('Better', { ...figures, Evidence: '{"verdict":"Worse"}' }),
      {},
    ],
    ['has no card', /summary of 0 characters/, done('CannotTell', { ...figures, Summary: '' }), {}],
    ['waits for ever', /ended with timed-out/, refused('timed-out'), {}],
    [
      'fails because CloudWatch denies',
      /ended with aws-access-denied/,
      refused('aws-access-denied'),
      { fault: { kind: 'access-denied', operation: 'GetMetricData' } },
    ],
  ])('finds a watch that %s', (_what, violation, outcome, expected) => {
    expect(judge(outcome, expected)).toEqual([expect.stringMatching(violation)]);
  });

  it('excuses what every step fails with', () => {
    expect(judge(refused('stack-missing'), { hasCanary: false })).toEqual([]);
    expect(judge(refused('aws-credentials'), { fault: { kind: 'expired-credentials' } })).toEqual([]);
    const denied = { kind: 'access-denied', operation: 'DescribeServices' };
    expect(judge(refused('aws-access-denied'), { fault: denied })).toEqual([]);
  });

  it('finds calls that write, even those that AWS refused', () => {
    const calls = ['DescribeRules', 'ModifyRule', 'GetMetricData', 'TagResource', 'TagResource'].map(
      (operation) => ({ operation, outcome: 'AccessDenied' }) as CallRecord,
    );
    expect(findWriteCalls({ calls: () => calls }, 0)).toHaveLength(2);
    expect(findWriteCalls({ calls: () => calls }, 5)).toEqual([]);
  });
});
