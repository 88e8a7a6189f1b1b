/** Time, injected so that tests need not wait. */
export interface Clock {
  /** Epoch milliseconds as of the start, from which they only grow. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  // The worker's own clock may be set meanwhile, which must neither stretch nor cut a time limit.
  now: () => performance.timeOrigin + performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
