import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { takePage } from './paging.ts';
import type { ElbState } from './state.ts';

/** AWS's default quotas, which the emulator tells but does not enforce. */
export function describeAccountLimits(state: ElbState, input: DescribeAccountLimitsInput): DescribeAccountLimitsOutput {
  const all = Object.entries(quotas).map(([Name, most]) => ({ Name, Max: String(most) }));
  const { items, ...rest } = takePage(all, input, state.world.options.pageSize);
  return { Limits: [...items], ...rest };
}

const quotas = {
  'application-load-balancers': 50,
  'listeners-per-application-load-balancer': 50,
  'network-load-balancers': 50,
  'rules-per-application-load-balancer': 100,
  'target-groups': 3000,
  'target-groups-per-action-on-application-load-balancer': 5,
  'target-groups-per-application-load-balancer': 100,
  'targets-per-application-load-balancer': 1000,
};
