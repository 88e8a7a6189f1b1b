import type { Clock } from '../../runtime/clock.ts';

/** A clock for one run of a step: sleeps are so many times shorter, and only they make time pass, so that a deadline is a number of polls. */
export function createAcceleratedClock(times: number): Clock {
  let now = Date.now();
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds / times));
      now += milliseconds;
    },
  };
}
