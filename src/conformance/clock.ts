import { Interrupted, NotSeen } from './check.ts';

/** Time as the platform has it. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Rejects with Interrupted once the run is stopped. */
  readonly sleep: (seconds: number) => Promise<void>;
  /** The seconds after which to give up, which are more where time runs fast on a busy machine. */
  readonly patience: (seconds: number) => number;
}

/** Real time. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
  patience: (seconds) => seconds,
};

/** The same clock, whose sleeps end with Interrupted when the signal is aborted. */
export function stoppable(clock: Clock, signal: AbortSignal): Clock {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Interrupted());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  // It may be rejected while nobody sleeps.
  stopped.catch(() => {});
  return { ...clock, sleep: (seconds) => Promise.race([clock.sleep(seconds), stopped]) };
}

/**
 * Looks again and again until something holds, at first every second.
 * @param what completes "gave up before …"
 * @throws NotSeen after that many seconds
 */
export async function pollUntil<Seen>(
  clock: Clock,
  what: string,
  look: () => Promise<Seen>,
  holds: (seen: Seen) => boolean,
  { seconds = 3600, every = 5 } = {},
): Promise<Seen> {
  const deadline = clock.now() + clock.patience(seconds) * 1000;
  for (let pause = 1; ; pause = Math.min(pause * 1.5, every)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (clock.now() > deadline) throw new NotSeen(`gave up after ${seconds / 60} minutes, before ${what}`);
    await clock.sleep(pause);
  }
}
