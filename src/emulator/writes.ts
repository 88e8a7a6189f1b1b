import type { ServiceName } from './contract/service.ts';

/** A write that took effect: an operation that changes something and was carried out with success, whatever its client was told. */
export interface Write {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly service: ServiceName;
  /** AWS's name, for example `ModifyRule`. */
  readonly operation: string;
  /** SDK-shaped. */
  readonly input: object;
}

/** Has a listener called for every write. @returns what ends that */
export type OnWrite = (listener: (write: Write) => void) => () => void;

/** Tells of writes. */
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
