/** Time, injected so that tests need not wait. */
export interface Clock {
  /** Epoch milliseconds that never go backwards. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  // The worker's clock may be set during a run, which must not lengthen or shorten a time limit.
  now: () => performance.timeOrigin + performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
