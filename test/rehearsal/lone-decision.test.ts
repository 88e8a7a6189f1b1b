import { describe, expect, it } from 'vitest';
import type { StepResult } from '../../src/rehearsal/deployment.ts';
import { decideAlone } from '../../src/rehearsal/lone-decision.ts';
import type { PlayedRelease } from '../../src/rehearsal/played-release.ts';
import { confirmVerdict, judgeVerdict, verdictOf } from '../../src/rehearsal/watched-verdict.ts';

const result = (stepId: string, verdict?: string, status = 'succeeded') =>
  ({
    step: { kind: 'template', stepId, name: `Step ${stepId}` },
    outputs: verdict === undefined ? {} : { Verdict: verdict },
    status,
  }) as unknown as StepResult;
const shift = { result: result('shift-traffic'), errors: 0 };
const watch = (verdict: string, errors = 0) => ({ result: result('watch', verdict), errors });
const skipped = { result: result('watch', undefined, 'skipped'), errors: 0 };

const asked = { step: { slug: 'approve-50' } } as Parameters<typeof decideAlone>[1];

describe('without a person', () => {
  it.each([
    ['Worse', 0, false, 'the summary says that green is worse'],
    ['CannotTell', 0, true, undefined],
    ['CannotTell', 3, false, undefined],
    ['CannotTell', 3, true, 'it is too early to tell whether green is worse, and users saw 3 errors'],
    ['NoEvidence', 1, true, 'it is too early to tell whether green is worse, and users saw 1 error'],
    ['NoWorse', 3, true, undefined],
    ['Better', 3, true, undefined],
  ])('%s, with %d errors, before the promotion %s', (verdict, errors, isLast, reason) => {
    const decision = decideAlone({ abortAt: undefined }, asked, [shift, watch(verdict, errors)], isLast);
    expect(decision).toEqual(reason === undefined ? { proceed: true, notes: '' } : { proceed: false, notes: reason });
  });

  it('what users saw decides where nobody watched', () => {
    const decide = (errors: number) =>
      decideAlone({ abortAt: undefined }, asked, [{ ...shift, errors }, skipped, shift], false);
    expect(decide(0).proceed).toBe(true);
    expect(decide(2)).toEqual({ proceed: false, notes: 'users saw 2 errors' });
  });

  it('after a Guard took the traffic, a summary that begins with it is reason enough', () => {
    const told = result('watch', 'NoEvidence');
    const summary = { Summary: 'Guard took green from 25 % to 0 % at 02:14 UTC.' };
    const after = { result: { ...told, outputs: { ...told.outputs, ...summary } }, errors: 0 };
    expect(decideAlone({ abortAt: undefined }, asked, [watch('NoWorse'), after], false)).toEqual({
      ...{ proceed: false, notes: 'the summary says that Guard took the traffic from green' },
    });
  });

  it('the planned abort comes first', () => {
    expect(decideAlone({ abortAt: 'approve-50' }, asked, [watch('NoWorse')], false).notes).toMatch(/on purpose/);
  });
});

describe('the asserted verdict', () => {
  const played = (...stages: readonly { readonly result: StepResult }[]) =>
    [{ plan: { number: '1.1.0' }, stages }] as unknown as readonly PlayedRelease[];

  it.each([
    [['Worse'], []],
    [['NoWorse', 'Worse'], []],
    [[], []],
    [
      ['NoWorse', 'Better'],
      ['Release 1.1.0: the verdict of Step watch is Worse, but --assert-verdict expects NoWorse or Better.'],
    ],
  ] as const)('%j', (wanted, problems) => {
    expect(judgeVerdict(played(watch('CannotTell'), shift, watch('Worse'), skipped), wanted)).toEqual(problems);
  });

  it('is confirmed, if it was given', () => {
    const releases = played(watch('CannotTell'), shift, watch('Worse'), skipped);
    expect(confirmVerdict(releases, ['NoWorse', 'Worse'])).toEqual([
      '✓ The verdict of Step watch is Worse, as --assert-verdict expects.',
    ]);
    expect(confirmVerdict(releases, [])).toEqual([]);
    expect(confirmVerdict(releases, ['CannotTell'])).toEqual([]);
    expect(confirmVerdict(played(shift, skipped), ['Worse'])).toEqual([]);
  });

  it('is missed by a release that nobody watched', () => {
    expect(judgeVerdict(played(shift, skipped), ['Worse'])).toEqual([
      'Release 1.1.0 ended before any Watch step ran, but --assert-verdict expects Worse.',
    ]);
  });

  it('is missed by a watch that gave none', () => {
    const failed = { result: result('watch', undefined, 'failed') };
    expect(judgeVerdict(played(failed), ['CannotTell'])).toEqual([
      'Release 1.1.0: the verdict of Step watch is missing, but --assert-verdict expects CannotTell.',
    ]);
  });
});

it('the verdict is that of the last watch that ran, if the step knows it', () => {
  expect(verdictOf([watch('Better'), skipped])).toBe('Better');
  expect(verdictOf([shift])).toBeUndefined();
  expect(verdictOf([watch('Splendid')])).toBeUndefined();
});
