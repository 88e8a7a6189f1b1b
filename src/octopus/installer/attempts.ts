import { explainFailure, isTransient, type RequestContext, readFailure } from './rest-failure.ts';

/** The server that requests go to, and how to wait between attempts. */
export interface AttemptSettings extends RequestContext {
  /** Waits for that many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Called when an attempt failed and will be repeated. */
  readonly retrying: (sentence: string) => void;
}

const delays: readonly number[] = [500, 1000, 2000, 4000];

/** Reads, and retries transient failures of the server or the network. @throws InstallError */
export function attemptRead<T>(settings: AttemptSettings, doing: string, read: () => Promise<T>): Promise<T> {
  return attempt(settings, doing, read, async () => undefined);
}

/**
 * Writes. Where the outcome of a write is unknown, it checks before it writes again.
 * @param landed reads back what was written; undefined if it is not there
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
      return await act();
    } catch (error) {
      const failure = readFailure(error);
      if (failure === undefined) throw error;
      const delay = delays[failures];
      if (!isTransient(failure) || delay === undefined) throw explainFailure(failure, doing, settings, error);
      const reason = failure.kind === 'answer' ? `Octopus answered ${failure.status}` : failure.code;
      settings.retrying(`${reason} while ${doing}; trying again in ${delay / 1000} s.`);
      await settings.pause(delay);
      const there = await landed();
      if (there !== undefined) return there;
    }
  }
}
