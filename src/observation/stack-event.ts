import type { StackEvent } from '../aws/aws.ts';

/** For example "GreenTaskSet (TaskSet): CREATE_FAILED: the reason". */
export function describeEvent(event: StackEvent): string {
  const type = event.type.slice(event.type.lastIndexOf('::') + 2);
  return `${event.logicalId} (${type}): ${event.status}${event.reason ? `: ${event.reason}` : ''}`;
}
