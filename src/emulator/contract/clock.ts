/** A clock that starts at the real time and runs `scale` times as fast. */
export interface EmulatedClock {
  /** The current emulated time. */
  now(): Date;
  /** Runs the callback after that many emulated seconds; returns a function that cancels it. */
  after(seconds: number, callback: () => void): () => void;
  /** Resolves after that many emulated seconds. Never rejects, and never resolves after close. */
  sleep(seconds: number): Promise<void>;
  /** Cancels all pending callbacks, so that the process can end. */
  close(): void;
}

export function createClock(scale: number): EmulatedClock {
  const startedAt = Date.now();
  const timers = new Set<NodeJS.Timeout>();
  const after = (seconds: number, callback: () => void): (() => void) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        callback();
      },
      (seconds * 1000) / scale,
    );
    timers.add(timer);
    return () => {
      timers.delete(timer);
      clearTimeout(timer);
    };
  };
  return {
    now: () => new Date(startedAt + (Date.now() - startedAt) * scale),
    after,
    sleep: (seconds) => new Promise((resolve) => after(seconds, resolve)),
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
