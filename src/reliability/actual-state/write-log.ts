import type { Emulator } from '../../emulator/emulator.ts';

/** One write that took effect in the emulated AWS, whoever made it and whatever was answered. */
export interface Entry {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly operation: string;
  readonly input: object;
}

/** Every write that took effect, in its order; what was refused, cut off before, or only repeated in words is not here. */
export interface WriteLog {
  readonly position: () => number;
  readonly since: (position: number) => readonly Entry[];
  /** Called at once after each entry. @returns what ends that */
  readonly onWrite: (listener: (entry: Entry) => void) => () => void;
}

/** Keeps every write from now on. */
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
