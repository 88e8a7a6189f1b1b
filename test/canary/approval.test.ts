import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Approval,
  approvedPromotion,
  approvedShare,
  type Caution,
  refuseUnlessApproved,
} from '../../src/canary/approval.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';

const approval = (notes: string, more: Partial<Approval> = {}): Approval => ({
  step: 'Approve 50%',
  approved: true,
  notes,
  by: 'Ann',
  ...more,
});

function refusal(run: () => unknown): OperatorError {
  try {
    run();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('refuseUnlessApproved', () => {
  it('passes an approved step, and a step that needs no approval', () => {
    expect(() => refuseUnlessApproved(approval(''))).not.toThrow();
    expect(() => refuseUnlessApproved(undefined)).not.toThrow();
  });

  it('refuses otherwise, and names the manual intervention and the parameter', () => {
    const { code, message, hint } = refusal(() => refuseUnlessApproved(approval('/weight 25', { approved: false })));
    expect(code).toBe('not-approved');
    expect(message).toContain('"Approve 50%" was not approved in this deployment');
    expect(message).toContain('No traffic was moved');
    expect(hint).toContain('EcsCanary.ApprovalStep');
  });
});

describe('answerOfGate', () => {
  it.each<[string, number]>([
    ['', 50],
    ['all well', 50],
    ['/weight 25', 25],
    ['/weight 2.5', 2.5],
    ['/weight 0', 0],
    ['/weight 100', 100],
  ])('%j gives %d', (note, greenPercent) => {
    expect(approvedShare(50, 10, approval(note), 0)).toEqual({ greenPercent });
  });

  it('an exclamation mark confirms the share, needed or not, which the ledger keeps', () => {
    expect(approvedShare(50, 10, approval('/weight 50!'), 0)).toEqual({ greenPercent: 50, mark: 'confirmed' });
  });

  it('without an approval step the planned share applies', () => {
    expect(approvedShare(50, 10, undefined, 0)).toEqual({ greenPercent: 50 });
  });

  it('/hold keeps the share without a warning: it is what the person asked for', () => {
    expect(approvedShare(50, 10, approval('/hold'), 0)).toEqual({
      greenPercent: 10,
      held: 'The note says /hold',
      repeat: '/weight 50',
    });
  });

  it('an unreadable note keeps the share, and the warning says what was read and which commands exist', () => {
    const { greenPercent, warning } = approvedShare(50, 2.5, approval('fine\n/weight 25,5'), 0);
    expect(greenPercent).toBe(2.5);
    expect(warning).toContain('"/weight 25,5"');
    expect(warning).toContain('after a dot');
    expect(warning).toContain(
      '/hold or /rollback reason; with /weight or alone, also /lease 2h and /override reason, each on its own line',
    );
    expect(warning).toContain('Green stays at 2.5 %');
  });

  it.each<[string, number, Caution['taken'], string]>([
    ['/hold', 0, undefined, '/weight 50'],
    ['/wieght 50', 0, undefined, '/weight 50'],
    ['/hold', 25, undefined, '/weight 50!'],
    ['/weight 60', 25, undefined, '/weight 60!'],
    ['', 25, undefined, '/weight 50!'],
    ['/hold', 0, { why: 'Guard took traffic.', from: 25, isKnown: 'yes' }, '/weight 50!'],
  ])(
    '%j with a limit of %d and a retreat %j names the command that repeats the skipped share: %s',
    (note, limit, taken, repeat) => {
      const caution = { least: 10, ...(taken && { taken }) };
      expect(approvedShare(50, 10, approval(note), limit, caution)).toMatchObject({ greenPercent: 10, repeat });
    },
  );

  it('/rollback throws, with who, where and why', () => {
    const { code, message, hint } = refusal(() => approvedShare(50, 10, approval('/rollback 5xx'), 0));
    expect(code).toBe('rolled-back-by-operator');
    expect(message).toBe('Ann requested a rollback at "Approve 50%": 5xx');
    expect(hint).toContain('fails on purpose');
    expect(refusal(() => approvedShare(50, 10, approval('/rollback', { by: '' }), 0)).message).toBe(
      'The approver requested a rollback at "Approve 50%": no reason given',
    );
  });
});

describe('a largest increase', () => {
  it.each<[planned: number, now: number, note: string, max: number, greenPercent: number]>([
    [50, 10, '', 40, 50],
    [50, 10, '', 39.9, 10],
    [50, 10, 'go', 25, 10],
    [50, 10, '/weight 35', 25, 35],
    [50, 10, '/weight 35.1', 25, 10],
    [50, 10, '/weight 50', 25, 10],
    [50, 10, '/weight 50!', 25, 50],
    [50, 10, '/weight 80!', 25, 80],
    [10, 50, '', 0.1, 10],
    [50, 60, '/weight 0', 0.1, 0],
    [50, 50, '', 0.1, 50],
    [50, 10, '', 0, 50],
    [35.1, 10.1, '', 25, 35.1],
    [60, 100 / 3, '', 26.6, 100 / 3],
  ])('from a plan of %d at %d with the note %j and at most %d', (planned, now, note, max, greenPercent) => {
    expect(approvedShare(planned, now, approval(note), max).greenPercent).toBe(greenPercent);
  });

  it('says what the note must say', () => {
    expect(approvedShare(50, 10, approval('/weight 72.5'), 25).warning).toBe(
      'An increase from 10 % to 72.5 % exceeds the 25 percentage points that EcsCanary.MaxIncrease allows at once; ' +
        'the note must say /weight 72.5! to confirm it. Green stays at 10 %.',
    );
  });

  it('in tenths: up to the limit passes, one tenth more does not, and a confirmation always does', () => {
    const tenth = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(tenth, tenth, fc.integer({ min: 1, max: 1000 }), (now, wanted, max) => {
        const answer = (note: string) => approvedShare(wanted / 10, now / 10, approval(note), max / 10).greenPercent;
        expect(answer('')).toBe(wanted - now <= max ? wanted / 10 : now / 10);
        expect(answer(`/weight ${wanted / 10}`)).toBe(answer(''));
        expect(answer(`/weight ${wanted / 10}!`)).toBe(wanted / 10);
      }),
      { numRuns: 1000 },
    );
  });
});

it('for any note, green gets the planned share, its current share, or a number from the note', () => {
  const word = fc.constantFrom('/weight', '/hold', '/promote', 'go', ' ', '\n', '7', '3', '.', '!', '%', ',');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 7 }), (words) => {
      const note = words.join('');
      const { greenPercent } = approvedShare(50, 10, approval(note), 0);
      expect([50, 10, ...(note.match(/\d+(?:\.\d)?/g) ?? []).map(Number)]).toContain(greenPercent);
    }),
    { numRuns: 2000 },
  );
});

describe('answerOfPromotion', () => {
  it.each<[string, number]>([
    ['', 0],
    ['all well', 0],
    ['/weight 100', 0],
    ['/weight 100!', 0],
    ['/weight 100!', 25],
    ['', 50],
  ])('%j with at most %d passes', (note, max) => {
    expect(() => approvedPromotion(50, approval(note), max)).not.toThrow();
  });

  it.each<[string, number, string]>([
    ['/weight 50', 0, 'The note asks for 50 %, not for promotion.'],
    ['/weight 99.9', 0, 'The note asks for 99.9 %, not for promotion.'],
    ['/hold', 0, 'The note says /hold.'],
    ['/promote', 0, '"/promote"'],
    ['/weight 100 please', 0, '"/weight 100 please"'],
    ['', 49.9, 'the note must say /weight 100!'],
    ['/weight 100', 49.9, 'the note must say /weight 100!'],
  ])('%j with at most %d is refused', (note, max, why) => {
    const { code, message, hint } = refusal(() => approvedPromotion(50, approval(note), max));
    expect(code).toBe('promotion-not-approved');
    expect(message).toMatch(/^Green was not promoted\. /);
    expect(message).toContain(why);
    // No manual intervention comes after the promotion's, and the failure rolls back.
    expect(message).not.toMatch(/stays at|asks again/);
    expect(hint).toContain('Rollback');
  });

  it('a share that green already has does not justify a promotion', () => {
    expect(refusal(() => approvedPromotion(100, approval('/hold'), 0)).code).toBe('promotion-not-approved');
  });

  it('/rollback fails with the reason', () => {
    const { code, message } = refusal(() => approvedPromotion(50, approval('/rollback slow'), 0));
    expect(code).toBe('rolled-back-by-operator');
    expect(message).toContain('slow');
  });
});
