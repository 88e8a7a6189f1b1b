import type { ServiceName } from './contract/service.ts';

export type FaultKind =
  /** Throttled; not applied. */
  | 'throttle'
  /** HTTP 500; not applied. */
  | 'internal-error'
  /** HTTP 503; not applied. */
  | 'unavailable'
  /** The connection is reset; not applied. */
  | 'reset-before'
  /** Applied, then the connection is reset. */
  | 'reset-after'
  /** Applied, and answered after `delaySeconds`. */
  | 'slow'
  /** Never answered; not applied. */
  | 'hang-before'
  /** Applied, and never answered. */
  | 'hang-after'
  /** A read gets the answer that it got before the last write, whoever made it. */
  | 'stale-read'
  /** GetMetricData loses half of the points, and says PartialData. */
  | 'partial-data'
  | 'access-denied'
  | 'expired-credentials';

/** Which calls go wrong, and how. Every attempt of a client counts as a call. */
export interface FaultOrder {
  readonly kind: FaultKind;
  /** Absent: any. */
  readonly service?: ServiceName;
  /** AWS's name, for example `ModifyRule`; absent: any. */
  readonly operation?: string;
  /** The number of the matching call to hit, counted from 1 from now on; absent: every matching call. */
  readonly occurrence?: number;
  /** With `occurrence`: how many calls to hit from that one on, 1 by default. */
  readonly times?: number;
  /** Emulated seconds, 5 by default; only for `slow`. */
  readonly delaySeconds?: number;
}

export interface Fault extends FaultOrder {
  readonly id: string;
  /** How many calls it has hit. */
  readonly fired: number;
}

/** The injected faults of an emulated AWS. */
export interface Faults {
  /** @throws TypeError that names every problem with the order */
  add(order: FaultOrder): Fault;
  list(): readonly Fault[];
  /** Removes every fault and cuts the connections that hang. */
  clear(): void;
  /** Resolves when that fault has hit a call; rejects if there is no such fault, or if it is cleared first. */
  fired(id: string): Promise<void>;
}

/** A fault that hits one call. */
export interface Strike {
  readonly kind: FaultKind;
  readonly delaySeconds: number;
  /** Records that the fault has hit the call. */
  landed(): void;
}

/** The faults as the API sees them. */
export interface FaultInjector extends Faults {
  /** The fault that is due for this call; a stale read needs an older answer, otherwise the call is answered normally. */
  strike(service: ServiceName, operation: string, hasOlderAnswer: boolean): Strike | undefined;
  /** Keeps a connection open without an answer until the faults are cleared. */
  hang(cut: () => void): void;
}
