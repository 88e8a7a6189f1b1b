import type { ServiceName } from './contract/service.ts';

export type FaultKind =
  /** Refused for too many calls; not applied. */
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
  /** A read gets the answer that it got before the last write of anybody. */
  | 'stale-read'
  | 'access-denied'
  | 'expired-credentials';

/** Which calls go wrong, and how. Every try of a client counts as a call. */
export interface FaultOrder {
  readonly kind: FaultKind;
  /** Absent: any. */
  readonly service?: ServiceName;
  /** AWS's name, for example `ModifyRule`; absent: any. */
  readonly operation?: string;
  /** Only this one of the matching calls from now on, from 1; absent: every matching call. */
  readonly occurrence?: number;
  /** With `occurrence`: so many calls from that one on, 1 unless given. */
  readonly times?: number;
  /** Emulated seconds, 5 unless given; for `slow` alone. */
  readonly delaySeconds?: number;
}

export interface Fault extends FaultOrder {
  readonly id: string;
  /** How many calls it has hit. */
  readonly fired: number;
}

/** What is to go wrong in an emulated AWS. */
export interface Faults {
  /** @throws TypeError that names every problem of the order */
  add(order: FaultOrder): Fault;
  list(): readonly Fault[];
  /** Forgets every fault and cuts the connections that hang. */
  clear(): void;
  /** Resolves when that fault has hit a call; rejects when there is no such fault, or it is cleared before. */
  fired(id: string): Promise<void>;
}

/** A fault that hits one call. */
export interface Strike {
  readonly kind: FaultKind;
  readonly delaySeconds: number;
  /** Says that the call has met its fault. */
  landed(): void;
}

/** The faults as the API sees them. */
export interface FaultInjector extends Faults {
  /** The fault whose turn it is at this call; a stale read needs an older answer, or else the call goes well. */
  strike(service: ServiceName, operation: string, hasOlderAnswer: boolean): Strike | undefined;
  /** Keeps a connection that is never answered, until it is cut. */
  hang(cut: () => void): void;
}
