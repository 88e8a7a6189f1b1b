import type { ServiceName } from '../contract/service.ts';
import type { Fault, FaultInjector, FaultOrder, Strike } from '../faults.ts';
import { orderProblems } from './order-problems.ts';

/** A fault injector without faults. */
export function createFaults(): FaultInjector {
  const planned = new Map<string, Planned>();
  const hanging = new Set<() => void>();
  let added = 0;
  return {
    add: (order) => {
      const problems = orderProblems(order);
      if (problems.length > 0) throw new TypeError(`This fault is invalid: ${problems.join(' ')}`);
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
  /** Matching calls since the fault was added. */
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
  // Nobody may be waiting for the fault when it is cleared.
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
