import { describe, expect, it } from 'vitest';
import { scaleForShare, targetsNeeded } from '../../src/canary/capacity.ts';

describe('the healthy targets that a share needs', () => {
  it.each([
    [0, 0, 0],
    [0, 10, 1],
    [1, 0, 0],
    [1, 0.1, 1],
    [1, 50, 1],
    [1, 100, 1],
    [2, 49, 1],
    [2, 50, 1],
    [2, 50.1, 2],
    [3, 33, 1],
    [3, 33.3, 1],
    [3, 33.4, 2],
    [3, 34, 2],
    [3, 66.7, 3],
    [4, 24.9, 1],
    [4, 25, 1],
    [4, 25.1, 2],
    [4, 75.1, 4],
    [5, 10, 1],
    [5, 20, 1],
    [5, 21, 2],
    [5, 99, 5],
    [7, 10, 1],
    [7, 15, 2],
    [7, 29, 3],
    [10, 0.1, 1],
    [10, 10, 1],
    [10, 11, 2],
    [10, 90.1, 10],
    [100, 2.5, 3],
    [100, 33.3, 34],
    [1000, 0.1, 1],
    [1000, 99.9, 999],
  ])('of %d tasks for a share of %d percent are %d, a begun one counted in full', (desired, share, needed) => {
    expect(targetsNeeded(desired, share)).toBe(needed);
  });

  it.each([[-1], [-0.1]])('are none for a share of %d percent', (share) => expect(targetsNeeded(10, share)).toBe(0));
});

describe('the scale that a share needs', () => {
  it.each([
    [0, 1, 1],
    [0, 100, 100],
    [0.1, 1, 1],
    [2.5, 1, 3],
    [10, 1, 10],
    [10, 20, 20],
    [20, 20, 20],
    [20.1, 20, 21],
    [33.3, 1, 34],
    [50, 100, 100],
    [99.1, 1, 100],
    [99.9, 50, 100],
    [100, 1, 100],
  ])('of %d percent, where at least %d are wanted, is %d, a begun percent counted in full', (share, floor, scale) => {
    expect(scaleForShare(share, floor)).toBe(scale);
  });
});
