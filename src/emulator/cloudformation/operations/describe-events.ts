import type { CloudFormation } from '../state.ts';
import { requireMember, requireStack } from './lookup.ts';
import { page } from './paging.ts';

/** DescribeStackEvents, newest first. */
export function describeStackEvents(
  cloud: CloudFormation,
  request: { readonly StackName?: string; readonly NextToken?: string },
): object {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'brackets');
  const newestFirst = stack.events.toReversed();
  const { items, ...next } = page(
    newestFirst,
    ({ EventId }) => EventId,
    request.NextToken,
    cloud.world.options.pageSize,
  );
  return { StackEvents: items, ...next };
}
