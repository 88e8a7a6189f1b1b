import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerState } from './state.ts';

/** The place for actions, and the current actions there. */
export interface ActionPlace {
  readonly loadBalancer: LoadBalancerState;
  readonly protocol: string;
  readonly port: number;
  readonly existing: readonly Action[];
}
