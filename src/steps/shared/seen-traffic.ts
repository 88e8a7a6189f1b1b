import type { Seen } from '../../canary/remember.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** What of the traffic a run has to remember. */
export function seenTraffic({ service, productionRules }: Traffic): Seen {
  return { service, productionRules };
}
