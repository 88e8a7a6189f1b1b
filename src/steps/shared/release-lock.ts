import type { Decision } from '../../canary/decision.ts';
import { lockOf } from '../../canary/lock.ts';
import type { Service } from '../../canary/service.ts';

/** The decision to release the lock, or undefined when there is none. */
export function releaseLock(service: Service): Decision | undefined {
  if (!lockOf(service)) return undefined;
  return {
    kind: 'change',
    reason: 'The canary is over; releasing its lock for the next deployment.',
    change: { kind: 'release-lock', serviceArn: service.arn },
  };
}
