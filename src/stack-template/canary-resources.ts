import type { RulesOnBlue } from '../canary/bypass-rules.ts';

/** The resources of a canary, by logical id. */
export interface CanaryResources {
  readonly blueTaskSet: string;
  readonly greenTaskSet: string;
  readonly blueTargetGroup: string;
  readonly greenTargetGroup: string;
  readonly service: string;
}

/** The resources that were found. */
export type LocatedResources = { readonly [K in keyof CanaryResources]?: string };

/** What the operator may name if a template is ambiguous: logical ids, blank or absent when not given. */
export type ShapeOverrides = { readonly [K in keyof CanaryResources]?: string | undefined } & {
  /** Logical ids of the production rules, or of listeners for their default actions; empty means all of the template's. */
  readonly listenerRules?: readonly string[];
  /** ARNs of production rules outside the template. */
  readonly listenerRuleArns?: readonly string[];
  /** Logical ids, or ARNs, of listeners that only testers use. */
  readonly testListeners?: readonly string[];
  /** Whether bypass rules to blue are intended. */
  readonly rulesOnBlue?: RulesOnBlue;
};
