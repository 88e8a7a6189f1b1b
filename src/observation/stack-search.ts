import type { StackResource } from '../aws/aws.ts';

/** What to search, and the results so far. */
export interface Search {
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly problems: string[];
  readonly missing: string[];
  readonly found: string[];
}

/** Logical ids as part of a sentence. */
export function listIds(resources: readonly StackResource[]): string {
  return resources.length === 0 ? 'none' : resources.map((resource) => resource.logicalId).join(', ');
}
