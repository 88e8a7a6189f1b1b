import type { ServiceName } from './contract/service.ts';

/** A write that took effect: an operation that changes something and succeeded, whatever its client was told. */
export interface Write {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly service: ServiceName;
  /** AWS's name, for example `ModifyRule`. */
  readonly operation: string;
  /** SDK-shaped. */
  readonly input: object;
}

/** Calls a listener for every later write. @returns a function that ends the subscription */
export type OnWrite = (listener: (write: Write) => void) => () => void;

/** Reports writes to listeners. */
export interface WriteEvents {
  tell(write: Write): void;
  readonly onWrite: OnWrite;
}

export function createWriteEvents(): WriteEvents {
  const listeners = new Set<(write: Write) => void>();
  return {
    tell: (write) => {
      for (const listener of listeners) listener(write);
    },
    onWrite: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
