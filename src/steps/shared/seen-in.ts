import type { Seen } from '../../canary/remember.ts';
import type { StackOperation } from '../../canary/run.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** The part of a step's state that a run has to remember. */
export function seenIn({
  operation,
  traffic,
}: {
  readonly kind?: string;
  readonly operation?: StackOperation | undefined;
  readonly traffic?: Pick<Traffic, 'productionRules'>;
}): Seen {
  return { operation, ...(traffic && { productionRules: traffic.productionRules }) };
}
