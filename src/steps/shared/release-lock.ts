import type { Decision } from '../../canary/decision.ts';
import { occupationOf } from '../../canary/lock.ts';
import type { Service } from '../../canary/service.ts';

/** The decision to take the mark of the working deployment off the service, or undefined when there is none. */
export function freeCanary(service: Service): Decision | undefined {
  if (!occupationOf(service)) return undefined;
  return {
    kind: 'change',
    reason: 'The canary is over; freeing the service for the next deployment.',
    change: { kind: 'free-canary', serviceArn: service.arn },
  };
}
