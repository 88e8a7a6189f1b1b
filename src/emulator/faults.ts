import { orderProblems } from './faults/order-problems.ts';
import type { ServiceName } from './world.ts';

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

export function createFaults(): FaultInjector {
  const planned = new Map<string, Planned>();
  const hanging = new Set<() => void>();
  let added = 0;
  return {
    add: (order) => {
      const problems = orderProblems(order);
      if (problems.length > 0) throw new TypeError(`This fault cannot be: ${problems.join(' ')}`);
      added += 1;
      const plan = planFault({ ...order, id: `fault-${added}`, fired: 0 });
      planned.set(plan.fault.id, plan);
      return plan.fault;
    },
    list: () => [...planned.values()].map(({ fault }) => fault),
    clear: () => {
      for (const plan of planned.values()) plan.giveUp(new Error(`${plan.fault.id} was cleared before it hit a call.`));
      planned.clear();
      for (const cut of hanging) cut();
      hanging.clear();
    },
    fired: (id) => planned.get(id)?.hit ?? Promise.reject(new Error(`There is no fault ${id}.`)),
    strike: (service, operation, hasOlderAnswer) => {
      const matching = [...planned.values()].filter(({ fault }) => matches(fault, service, operation));
      for (const plan of matching) plan.met += 1;
      const struck = matching.find((plan) => isDue(plan) && (hasOlderAnswer || plan.fault.kind !== 'stale-read'));
      return struck && strikeOf(struck);
    },
    hang: (cut) => void hanging.add(cut),
  };
}

interface Planned {
  fault: Fault;
  /** Matching calls since it was planned. */
  met: number;
  readonly hit: Promise<void>;
  readonly succeed: () => void;
  readonly giveUp: (reason: Error) => void;
}

function planFault(fault: Fault): Planned {
  let succeed = (): void => {};
  let giveUp = (_reason: Error): void => {};
  const hit = new Promise<void>((resolve, reject) => {
    succeed = resolve;
    giveUp = reject;
  });
  // A fault that nobody waits for may be cleared without anybody to be told.
  hit.catch(() => {});
  return { fault, met: 0, hit, succeed, giveUp };
}

function matches(order: FaultOrder, service: ServiceName, operation: string): boolean {
  return (order.service ?? service) === service && (order.operation ?? operation) === operation;
}

function isDue({ fault: { occurrence, times = 1 }, met }: Planned): boolean {
  return occurrence === undefined || (met >= occurrence && met < occurrence + times);
}

function strikeOf(plan: Planned): Strike {
  return {
    kind: plan.fault.kind,
    delaySeconds: plan.fault.delaySeconds ?? 5,
    landed: () => {
      plan.fault = { ...plan.fault, fired: plan.fault.fired + 1 };
      plan.succeed();
    },
  };
}
