import type { Weights } from './weights.ts';

/** One target group of a forward action, as the ELBv2 API shapes it. */
export interface ForwardGroup {
  readonly TargetGroupArn?: string | undefined;
  readonly Weight?: number | undefined;
}

/** A rule action as the ELBv2 API shapes it; fields that are not named here are carried back untouched. */
export interface RuleAction {
  readonly Type?: string | undefined;
  readonly TargetGroupArn?: string | undefined;
  readonly ForwardConfig?: { readonly TargetGroups?: readonly ForwardGroup[] | undefined } | undefined;
  readonly AuthenticateOidcConfig?: object | undefined;
}

/** A rule condition as the ELBv2 API shapes it. */
export interface RuleCondition {
  readonly Field?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** A listener rule as it is in force. */
export interface ListenerRule {
  readonly arn: string;
  /** 1 to 50000, or "default". */
  readonly priority: string;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly RuleAction[];
}

/** The target groups of the two colours. */
export interface ColourGroups {
  readonly blue: string;
  readonly green: string;
}

/** The groups a rule forwards to, with their weights. */
export function forwardGroups(rule: ListenerRule): readonly ForwardGroup[] {
  const action = rule.actions.find((candidate) => candidate.Type === 'forward');
  return (
    action?.ForwardConfig?.TargetGroups ??
    (action?.TargetGroupArn ? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }] : [])
  );
}

/** Whether the rule's forward action names both colours. */
export function forwardsToBoth(rule: ListenerRule, groups: ColourGroups): boolean {
  const arns = forwardGroups(rule).map((group) => group.TargetGroupArn);
  return arns.includes(groups.blue) && arns.includes(groups.green);
}

/** The weights in force for the two colours. */
export function weightsOf(rule: ListenerRule, groups: ColourGroups): Weights {
  const weight = (arn: string): number =>
    forwardGroups(rule).find((group) => group.TargetGroupArn === arn)?.Weight ?? 0;
  return { blue: weight(groups.blue), green: weight(groups.green) };
}

/** Target groups beside the two colours that the rule sends traffic to. */
export function foreignGroups(rule: ListenerRule, groups: ColourGroups): readonly string[] {
  return forwardGroups(rule)
    .filter((group) => (group.Weight ?? 0) > 0)
    .map((group) => group.TargetGroupArn ?? '')
    .filter((arn) => arn !== groups.blue && arn !== groups.green);
}

/**
 * All actions of the rule with only the two weights changed: ModifyRule replaces the whole list,
 * so stickiness, authentication, order and anything AWS adds later must travel back.
 */
export function actionsWithWeights(rule: ListenerRule, groups: ColourGroups, weights: Weights): readonly RuleAction[] {
  return rule.actions.map((action) => {
    if (action.Type === 'authenticate-oidc' && action.AuthenticateOidcConfig) {
      // DescribeRules never returns the client secret; this flag makes AWS keep the one it has.
      return { ...action, AuthenticateOidcConfig: { ...action.AuthenticateOidcConfig, UseExistingClientSecret: true } };
    }
    if (action.Type !== 'forward') return action;
    // DescribeRules may repeat the group beside ForwardConfig; only one of the two may be sent.
    const { TargetGroupArn: _repeated, ...rest } = action;
    const change = (group: ForwardGroup): ForwardGroup => {
      if (group.TargetGroupArn === groups.blue) return { ...group, Weight: weights.blue };
      return group.TargetGroupArn === groups.green ? { ...group, Weight: weights.green } : group;
    };
    return { ...rest, ForwardConfig: { ...action.ForwardConfig, TargetGroups: forwardGroups(rule).map(change) } };
  });
}

/** Conditions as a person reads them, for example `path-pattern /*; host-header example.com`. */
export function describeConditions(conditions: readonly RuleCondition[]): string {
  const parts = conditions.map((condition) => {
    const { Field, ...config } = condition;
    const values = plainValues(condition) ?? JSON.stringify(config);
    return `${Field ?? 'condition'} ${values}`;
  });
  return parts.length === 0 ? 'every request' : parts.join('; ');
}

function plainValues(condition: RuleCondition): string | undefined {
  return condition.Values && condition.Values.length > 0 ? condition.Values.join(', ') : undefined;
}
