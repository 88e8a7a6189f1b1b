import type { Properties } from '../template/template.ts';
import type { HandlerContext } from './handler.ts';
import { tagChange } from './tags.ts';

/** Applies a change of tags to a load balancing resource. */
export async function retagElb(
  context: HandlerContext,
  arn: string,
  before: Properties,
  next: Properties,
): Promise<void> {
  const change = tagChange(before, next);
  if (!change) return;
  const ResourceArns = [arn];
  if (change.removed.length > 0) await context.call('elb', 'RemoveTags', { ResourceArns, TagKeys: change.removed });
  if (change.set.length > 0) await context.call('elb', 'AddTags', { ResourceArns, Tags: change.set });
}

/** What follows `loadbalancer/` or begins `targetgroup/` in an ARN, as the full names of CloudFormation and CloudWatch. */
export function fullName(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1).replace(/^loadbalancer\//, '');
}
