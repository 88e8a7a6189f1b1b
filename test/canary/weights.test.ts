import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleForShare, targetsNeeded } from '../../src/canary/capacity.ts';
import {
  allBlue,
  allGreen,
  describeSplit,
  greenPercentOf,
  sameSplit,
  servesOnly,
  weightsForGreen,
} from '../../src/canary/weights.ts';

describe('the weights for a share', () => {
  it('are whole, 0 to 999, never both 0, and give exactly the share, for every tenth of a percent', () => {
    for (let tenths = 0; tenths <= 1000; tenths += 1) {
      const weights = weightsForGreen(tenths / 10);
      for (const weight of [weights.blue, weights.green]) {
        expect(Number.isInteger(weight)).toBe(true);
        expect(weight).toBeGreaterThanOrEqual(0);
        expect(weight).toBeLessThanOrEqual(999);
      }
      expect(weights.blue + weights.green).toBeGreaterThan(0);
      expect(weights.green * 1000).toBe(tenths * (weights.blue + weights.green));
      expect(greenPercentOf(weights)).toBe(tenths / 10);
    }
  });

  it('read as percents where they are whole', () => {
    expect(weightsForGreen(0)).toEqual(allBlue);
    expect(weightsForGreen(10)).toEqual({ blue: 90, green: 10 });
    expect(weightsForGreen(2.5)).toEqual({ blue: 975, green: 25 });
    expect(weightsForGreen(100)).toEqual(allGreen);
  });

  it('are the same split on any scale, and both 0 is none', () => {
    const some = fc.record({ blue: fc.integer({ min: 1, max: 99 }), green: fc.integer({ min: 1, max: 99 }) });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 10 }), ({ blue, green }, factor) => {
        expect(sameSplit({ blue, green }, { blue: blue * factor, green: green * factor })).toBe(true);
        expect(sameSplit({ blue, green }, { blue: blue + 1, green })).toBe(false);
      }),
    );
    expect(sameSplit({ blue: 0, green: 0 }, { blue: 0, green: 0 })).toBe(false);
    expect(servesOnly({ blue: 0, green: 0 }, 'Blue')).toBe(false);
    expect(greenPercentOf({ blue: 0, green: 0 })).toBe(0);
  });

  it('are shown with at most one decimal', () => {
    expect(describeSplit({ blue: 2, green: 1 })).toBe('Blue 66.7 % / Green 33.3 %');
    expect(describeSplit(allGreen)).toBe('Blue 0 % / Green 100 %');
    expect(describeSplit({ blue: 0, green: 0 })).toBe('Blue 0 % / Green 0 % (no traffic is served)');
  });
});

describe('the capacity for a share', () => {
  it('is at least one target for any traffic, all targets for all traffic, and never less for more', () => {
    const share = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), share, share, (desired, some, other) => {
        expect(targetsNeeded(desired, Math.min(some, other))).toBeLessThanOrEqual(
          targetsNeeded(desired, Math.max(some, other)),
        );
        if (some > 0) expect(targetsNeeded(desired, some)).toBeGreaterThanOrEqual(1);
        expect(targetsNeeded(desired, some)).toBeLessThanOrEqual(desired);
      }),
    );
    expect(targetsNeeded(7, 100)).toBe(7);
    expect(targetsNeeded(7, 0)).toBe(0);
  });

  it('is provided by the scale that is set for it', () => {
    const share = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        share,
        fc.integer({ min: 1, max: 100 }),
        (desired, some, floor) => {
          const scale = scaleForShare(some, floor);
          expect(Number.isInteger(scale)).toBe(true);
          expect(scale).toBeGreaterThanOrEqual(floor);
          expect(scale).toBeLessThanOrEqual(100);
          expect(Math.ceil((desired * scale) / 100)).toBeGreaterThanOrEqual(targetsNeeded(desired, some));
        },
      ),
    );
  });
});
