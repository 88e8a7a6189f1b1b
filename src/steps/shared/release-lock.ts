import type { Decision } from '../../canary/decision.ts';
import { lockOf } from '../../canary/lock.ts';
import type { Service } from '../../canary/service.ts';

/** The decision to take the mark of the working deployment off the service, or undefined when there is none. */
export function releaseLock(service: Service): Decision | undefined {
  if (!lockOf(service)) return undefined;
  return {
    kind: 'change',
    reason: 'The canary is over; freeing the service for the next deployment.',
    change: { kind: 'release-lock', serviceArn: service.arn },
  };
}
