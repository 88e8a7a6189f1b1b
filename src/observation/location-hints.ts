import type { StackResource } from '../aws/aws.ts';

/** Values of the location parameters. */
export interface LocationHints {
  readonly blueTaskSetLogicalId: string | undefined;
  readonly greenTaskSetLogicalId: string | undefined;
  readonly blueTargetGroupLogicalId: string | undefined;
  readonly greenTargetGroupLogicalId: string | undefined;
  readonly serviceLogicalId: string | undefined;
  /** Logical ids of rules, or of listeners for their default actions; empty for all of the stack. */
  readonly listenerRuleLogicalId: readonly string[];
  /** ARNs of rules, or of listeners for their default actions, beside those of the stack. */
  readonly listenerRuleArn: readonly string[];
  /** ARNs or logical ids of listeners that only testers use. */
  readonly testListener: readonly string[];
}

/** All left blank, as for a stack that is plain by itself. */
export const noHints: LocationHints = {
  blueTaskSetLogicalId: undefined,
  greenTaskSetLogicalId: undefined,
  blueTargetGroupLogicalId: undefined,
  greenTargetGroupLogicalId: undefined,
  serviceLogicalId: undefined,
  listenerRuleLogicalId: [],
  listenerRuleArn: [],
  testListener: [],
};

/** What was given to look in, and what came of it. */
export interface Search {
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly problems: string[];
  readonly missing: string[];
  readonly found: string[];
}

/** Logical ids for a sentence. */
export function listIds(resources: readonly StackResource[]): string {
  return resources.length === 0 ? 'none' : resources.map((resource) => resource.logicalId).join(', ');
}
