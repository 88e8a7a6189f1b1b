import { describe, expect, it } from 'vitest';
import { decisionName, formatLease, type Lease, leaseOf, leaseTagKey } from '../../src/canary/lease.ts';

const green = 'ecs-svc/123';
const lease: Lease = {
  percent: 25,
  until: Date.UTC(2026, 10, 28, 16, 2, 11),
  back: 2.5,
  by: 'Deployments-12 Approve 25_',
};

const read = (text: string, of = green) => leaseOf({ tags: { [leaseTagKey]: text } }, of);

describe('the tag of a lease', () => {
  it('is one that a person can read', () => {
    expect(formatLease(lease, green)).toBe(
      'ecs-svc/123 25 until 2026-11-28T16:02:11Z then 2.5 by Deployments-12 Approve 25_',
    );
  });

  it.each([[lease], [{ ...lease, by: '' }]])('is read as it was written: %j', (written) => {
    expect(read(formatLease(written, green))).toEqual(written);
  });

  it('of another green counts for nothing', () => {
    expect(read(formatLease(lease, green), 'ecs-svc/124')).toBeUndefined();
  });

  it.each([
    '',
    'none',
    'for ever',
    'ecs-svc/123 25 until tomorrow then 0',
    'ecs-svc/123 25 until 2026-13-28T16:02:11Z then 0',
  ])('is no error if it is %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('has names of decisions that AWS accepts, whatever they are, and that read back the same', () => {
    for (const step of [
      'Approve 25%',
      ' a\n\tb ',
      '緑 🔥 "x" `y`',
      '🔥'.repeat(200),
      'x'.repeat(59) + ' '.repeat(9) + 'y'.repeat(99),
    ]) {
      const by = decisionName('Deployments-12', step);
      expect(by).toMatch(/^[\p{L}\p{N} +\-=._:/@]{1,120}$/u);
      expect(read(formatLease({ ...lease, by }, green))?.by).toBe(by);
    }
  });
});
