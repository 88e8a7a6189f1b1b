import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerState } from './state.ts';

/** Where actions are to be put, and what is there now. */
export interface ActionPlace {
  readonly loadBalancer: LoadBalancerState;
  readonly protocol: string;
  readonly port: number;
  readonly existing: readonly Action[];
}
