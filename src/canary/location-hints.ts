/** Which resource of a stack is which part of the canary, where the stack alone leaves it open: what `EcsCanary.Parts` says. */
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

/** The keys of the lines of `EcsCanary.Parts`. */
export const partKeys = [
  'BlueTaskSet',
  'GreenTaskSet',
  'BlueTargetGroup',
  'GreenTargetGroup',
  'Service',
  'ListenerRule',
  'TestListener',
] as const;
export type PartKey = (typeof partKeys)[number];

/** A line of `EcsCanary.Parts`, as an error tells it. */
export function partLine(key: PartKey, value = 'LOGICAL_ID'): string {
  return `${key}=${value}`;
}

/** The words of an error that asks for a line. */
export function addPartLine(key: PartKey, value?: string): string {
  return `add the line ${partLine(key, value)} to EcsCanary.Parts`;
}

/** The words of an error about a line that is there. */
export function partSays(key: PartKey, value: string): string {
  return `EcsCanary.Parts says ${partLine(key, value)}`;
}
