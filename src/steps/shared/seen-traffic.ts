import type { Seen } from '../../canary/remember.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** The part of the traffic that a run has to remember. */
export function seenTraffic({ productionRules }: Traffic): Seen {
  return { productionRules };
}
