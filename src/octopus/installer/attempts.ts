import { explainFailure, isTransient, readFailure } from './rest-failure.ts';

/** How requests are tried: where, and how the time between two attempts passes. */
export interface AttemptSettings {
  readonly address: string;
  /** Waits so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Hears of an attempt that failed and is made again. */
  readonly retrying: (sentence: string) => void;
}

const delays: readonly number[] = [500, 1000, 2000, 4000];

/** Reads, and tries again when the server or the network has a bad moment. @throws InstallError */
export function attemptRead<T>(settings: AttemptSettings, doing: string, read: () => Promise<T>): Promise<T> {
  return attempt(settings, doing, read, async () => undefined);
}

/**
 * Writes. When nobody can know whether a write was carried out, it looks before it writes again.
 * @param landed what was written, if it is there; undefined if it is not
 * @throws InstallError
 */
export function attemptWrite<T>(
  settings: AttemptSettings,
  doing: string,
  write: () => Promise<T>,
  landed: () => Promise<T | undefined>,
): Promise<T> {
  return attempt(settings, doing, write, landed);
}

async function attempt<T>(
  settings: AttemptSettings,
  doing: string,
  act: () => Promise<T>,
  landed: () => Promise<T | undefined>,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await withTimeout(act());
    } catch (error) {
      const failure = readFailure(error);
      if (failure === undefined) throw error;
      const delay = delays[failures];
      if (!isTransient(failure) || delay === undefined) throw explainFailure(failure, doing, settings.address, error);
      const reason = failure.kind === 'answer' ? `Octopus answered ${failure.status}` : failure.code;
      settings.retrying(`${reason} while ${doing}; trying again in ${delay / 1000} s.`);
      await settings.pause(delay);
      const there = await landed();
      if (there !== undefined) return there;
    }
  }
}

const patience = 120_000;

// Octopus's client waits for ever by itself.
async function withTimeout<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`no answer within ${patience / 1000} s`), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(error), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
