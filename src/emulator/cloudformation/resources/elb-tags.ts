import type { Properties } from '../template/template.ts';
import type { HandlerContext } from './handler.ts';
import { toPascal } from './shape.ts';
import { tagChange } from './tags.ts';

/** Applies tag changes to a load balancing resource. */
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

/** The full name in CloudFormation and CloudWatch: an ARN's part after `loadbalancer/`, or from `targetgroup/` on. */
export function fullName(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1).replace(/^loadbalancer\//, '');
}

/** The attributes of a property to write; undefined if they did not change. */
export function changedAttributes(before: Properties, next: Properties, property: string): unknown {
  if (JSON.stringify(before[property]) === JSON.stringify(next[property])) return undefined;
  return toPascal(next[property], {});
}
