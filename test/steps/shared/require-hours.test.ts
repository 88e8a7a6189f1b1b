import { describe, expect, it } from 'vitest';
import { weightsForGreen } from '../../../src/canary/weights.ts';
import { allowedHours } from '../../../src/parameters/calendar-parameters.ts';
import { refuseOutsideHours } from '../../../src/steps/shared/require-hours.ts';
import { sampleTraffic } from '../../canary/sample-traffic.ts';

/** A Saturday. */
const awsNow = Date.UTC(2026, 10, 28, 14);
const times = { allowedHours: allowedHours.parse('Mon-Fri 09:00-17:00'), freezes: [], timeZone: 'UTC' };

/** Gives green that share where it has these at several production rules. */
function shift(shares: readonly number[], percent: number, movedAt?: number): readonly string[] {
  const [weights, ...others] = shares.map((share) => weightsForGreen(share));
  const { productionRules } = sampleTraffic({ ...(weights && { weights }), others });
  const run = { approval: undefined, awsNow, ...(movedAt !== undefined && { movedAt }) };
  return refuseOutsideHours(productionRules, percent, undefined, times, run);
}

describe('outside the allowed hours, where production rules have different shares', () => {
  it.each<[string, readonly number[], number]>([
    ['the smaller share is raised to the larger one', [25, 0], 25],
    ['one share is raised while the other is lowered', [50, 0], 25],
    ['one of three shares is raised', [25, 25, 10], 25],
  ])('a shift is refused if %s', (_, shares, percent) => {
    expect(() => shift(shares, percent)).toThrow(expect.objectContaining({ code: 'outside-hours' }));
    // A run that has begun to move traffic leaves no rule half moved.
    expect(shift(shares, percent, awsNow - 1000)).toEqual([]);
  });

  it.each<[string, readonly number[], number]>([
    ['all shares are lowered', [50, 25], 10],
    ['the larger share is lowered to the smaller one', [50, 25], 25],
    ['green loses everything', [50, 0], 0],
  ])('a shift goes on if %s', (_, shares, percent) => {
    expect(shift(shares, percent)).toEqual([]);
  });
});
