import { InstallError } from '../../octopus/installer/install-error.ts';
import type { SpaceClient } from '../../octopus/installer/space-client.ts';
import type { Sighting } from '../check.ts';
import { RestError } from './rest.ts';

/** What the server says to a request that it may refuse: `accepted`, or `refused with` its status. */
export async function replyTo(call: Promise<unknown>): Promise<Sighting> {
  try {
    await call;
    return { answer: 'accepted' };
  } catch (error) {
    if (!(error instanceof RestError) || error.status === undefined) throw error;
    return { answer: `refused with ${error.status}`, detail: error.message };
  }
}

/** What the installer makes of the server's answer to a save of something outdated. */
export async function replyToOutdated(space: SpaceClient, path: string, outdated: object): Promise<Sighting> {
  try {
    await space.put(path, outdated, { doing: 'saving something outdated', landed: async () => undefined });
    return { answer: 'accepted' };
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    const isConflict = error.hint.startsWith('Somebody else changed it.');
    return { answer: isConflict ? 'a conflict' : 'another refusal', detail: error.message };
  }
}

/** One answer about many things: the good one, or `not all` with those that are otherwise. */
export function answerForAll(good: string, others: readonly string[]): Sighting {
  return others.length === 0 ? { answer: good } : { answer: 'not all', detail: others.join('; ') };
}
