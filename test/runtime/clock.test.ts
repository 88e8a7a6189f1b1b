import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it.each([-10, 10])('a worker whose clock is set by %i hours meanwhile keeps to its time limit', (hours) => {
  const before = systemClock.now();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
  const passed = systemClock.now() - before;
  expect(passed).toBeGreaterThanOrEqual(0);
  expect(passed).toBeLessThan(3_600_000);
});
