import { describe, expect, it } from 'vitest';
import { approvedPromotion, approvedShare } from '../../src/canary/approval.ts';

const noted = (notes: string) => ({ step: 'Approve', approved: true, notes, by: 'Ann' });

describe('the largest increase', () => {
  it.each([
    [10, 35, 25, 35],
    [10, 35.1, 25, 10],
    // As binary numbers these are slightly further apart.
    [7.2, 32.2, 25, 32.2],
    [3.3, 8.3, 5, 8.3],
    [14.4, 64.4, 50, 64.4],
    [0.3, 33.6, 33.3, 33.6],
    [7.2, 32.3, 25, 7.2],
    [10.1, 35.2, 25, 10.1],
    [0, 0.3, 0.2, 0],
    [0.1, 0.3, 0.2, 0.3],
    [90, 10, 5, 10],
    [0, 100, 100, 100],
    [0, 100, 0, 100],
  ])('from %d to %d with at most %d gives %d', (now, planned, maxIncrease, given) => {
    expect(approvedShare(planned, now, undefined, maxIncrease).greenPercent).toBe(given);
    expect(approvedShare(0, now, noted(`/weight ${planned}`), maxIncrease).greenPercent).toBe(given);
    expect(approvedShare(0, now, noted(`/weight ${planned}!`), maxIncrease)).toEqual({
      greenPercent: planned,
      mark: 'confirmed',
    });
  });

  it('counts from the rule at which green has the smallest share', () => {
    const caution = { least: 0 };
    expect(approvedShare(25, 25, noted(''), 10, caution).held).toContain('An increase from 0 % to 25 %');
    expect(approvedShare(10, 25, noted(''), 10, caution)).toEqual({ greenPercent: 10 });
    expect(approvedShare(25, 25, noted('/weight 25!'), 10, caution)).toEqual({ greenPercent: 25, mark: 'confirmed' });
  });

  it('makes a confirmation worth nothing against what the approver may not have known', () => {
    const taken = (isKnown: 'yes' | 'no' | 'perhaps') => ({
      least: 0,
      taken: { why: 'Guard took it.', from: 25, isKnown },
    });
    const share = (note: string, most: number, isKnown: 'yes' | 'no' | 'perhaps') =>
      approvedShare(50, 0, noted(note), most, taken(isKnown)).greenPercent;
    expect(share('/weight 50!', 20, 'perhaps')).toBe(0);
    expect(share('/weight 50!', 20, 'yes')).toBe(50);
    // Without it, or with a larger one, nothing but the retreat can have asked for the confirmation.
    expect(share('/weight 50!', 0, 'perhaps')).toBe(50);
    expect(share('/weight 50!', 25, 'perhaps')).toBe(50);
    expect(share('/weight 25!', 20, 'perhaps')).toBe(25);
    expect(share('/weight 25!', 0, 'no')).toBe(0);
    expect(share('/weight 50', 0, 'yes')).toBe(0);
    expect(share('/weight 0', 20, 'no')).toBe(0);
    const { warning } = approvedShare(50, 0, noted('/weight 50!'), 20, taken('perhaps'));
    expect(warning).toBe(
      "Guard took it. The ! in the note may only be there because of EcsCanary.MaxIncrease, so it does not confirm a larger share. To raise green's share again, the note of the next approval must say /weight 50!. Green stays at 0 %.",
    );
  });

  it('applies to a promotion too', () => {
    expect(approvedPromotion(75, undefined, 25)).toEqual({ greenPercent: 100 });
    expect(approvedPromotion(74.9, noted('/weight 100!'), 25)).toEqual({ greenPercent: 100, mark: 'confirmed' });
    for (const approval of [undefined, noted('/weight 100'), noted('well done')])
      expect(() => approvedPromotion(74.9, approval, 25)).toThrow(
        expect.objectContaining({ code: 'promotion-not-approved' }),
      );
  });

  it('refuses a promotion of a green that already has all traffic if the note says /hold', () => {
    for (const note of ['/hold', '/weight 50', '/weight ten'])
      expect(() => approvedPromotion(100, noted(note), 0)).toThrow(
        expect.objectContaining({ code: 'promotion-not-approved' }),
      );
  });
});
