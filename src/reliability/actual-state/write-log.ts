import type { Emulator } from '../../emulator/emulator.ts';

/** One write that took effect in the emulated AWS, regardless of its caller and its answer. */
export interface Entry {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly operation: string;
  readonly input: object;
}

/** Every write that took effect, in order, without refused, interrupted and replayed ones. */
export interface WriteLog {
  readonly position: () => number;
  readonly since: (position: number) => readonly Entry[];
  /** Calls the listener after each entry. @returns a function that stops this */
  readonly onWrite: (listener: (entry: Entry) => void) => () => void;
}

/** Records every write from now on. */
export function keepWriteLog({ onWrite }: Pick<Emulator, 'onWrite'>): WriteLog {
  const entries: Entry[] = [];
  const listeners: ((entry: Entry) => void)[] = [];
  onWrite((entry) => {
    entries.push(entry);
    for (const listener of listeners) listener(entry);
  });
  return {
    position: () => entries.length,
    since: (position) => entries.slice(position),
    onWrite: (listener) => {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
}
