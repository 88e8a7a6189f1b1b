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
    expect(approvedShare(0, now, noted(`/weight ${planned}!`), maxIncrease)).toEqual({ greenPercent: planned });
  });

  it('applies to a promotion too', () => {
    expect(approvedPromotion(75, undefined, 25)).toEqual({ greenPercent: 100 });
    expect(approvedPromotion(74.9, noted('/weight 100!'), 25)).toEqual({ greenPercent: 100 });
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
