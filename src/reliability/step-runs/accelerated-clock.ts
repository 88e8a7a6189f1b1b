import type { Clock } from '../../runtime/clock.ts';

/** A clock for one step run: sleeps are shorter by this factor, and only sleeps make time pass, so a deadline is a number of polls. */
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
