import type { Clock } from '../runtime/clock.ts';

/** A clock on which everything, deadlines included, passes so many times as fast as it does for people. */
export function createHurriedClock(times: number): Clock {
  const startedAt = Date.now();
  return {
    now: () => startedAt + (Date.now() - startedAt) * times,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / times)),
  };
}
