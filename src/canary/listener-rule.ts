import { regionOf } from './region-option.ts';
import type { Weights } from './weights.ts';

/** One target group of a forward action, as the ELBv2 API shapes it. */
export interface ForwardGroup {
  readonly TargetGroupArn?: string | undefined;
  readonly Weight?: number | undefined;
}

/** A rule action as the ELBv2 API shapes it; fields that are not named here are sent back unchanged. */
export interface RuleAction {
  readonly Type?: string | undefined;
  readonly TargetGroupArn?: string | undefined;
  readonly ForwardConfig?:
    | {
        readonly TargetGroups?: readonly ForwardGroup[] | undefined;
        readonly TargetGroupStickinessConfig?:
          | { readonly Enabled?: boolean | undefined; readonly DurationSeconds?: number | undefined }
          | undefined;
      }
    | undefined;
  readonly AuthenticateOidcConfig?: object | undefined;
}

/** A rule condition as the ELBv2 API shapes it. */
export interface RuleCondition {
  readonly Field?: string | undefined;
  readonly Values?: readonly string[] | undefined;
  readonly QueryStringConfig?: {
    readonly Values?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
  };
  readonly HttpHeaderConfig?: {
    readonly HttpHeaderName?: string | undefined;
    readonly Values?: readonly string[] | undefined;
  };
  readonly HostHeaderConfig?: { readonly Values?: readonly string[] | undefined };
  readonly PathPatternConfig?: { readonly Values?: readonly string[] | undefined };
  readonly SourceIpConfig?: { readonly Values?: readonly string[] | undefined };
  /** In a template, the text of a condition of which only AWS knows a part. */
  readonly Unknown?: string;
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

/** A rule's ARN names its listener: `…:listener-rule/app/lb/lb-id/listener-id/rule-id`. */
export function listenerArnOf(ruleArn: string): string {
  return ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}

/** The ARN of the load balancer that a listener or rule belongs to: `…:loadbalancer/app/name/id`. */
export function loadBalancerArnOf(arn: string): string {
  const [service = '', ...path] = arn.split('/');
  return [service.replace(/:listener(-rule)?$/, ':loadbalancer'), ...path.slice(0, 3)].join('/');
}

/** The groups a rule forwards to, with their weights. */
export function forwardGroups(rule: ListenerRule): readonly ForwardGroup[] {
  const action = rule.actions.find((candidate) => candidate.Type === 'forward');
  return (
    action?.ForwardConfig?.TargetGroups ??
    (action?.TargetGroupArn ? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }] : [])
  );
}

/** How long a visitor stays with their first group regardless of the weights, in seconds; 0 without stickiness. */
export function stickySeconds(rule: ListenerRule): number {
  const stickiness = rule.actions.find(({ Type }) => Type === 'forward')?.ForwardConfig?.TargetGroupStickinessConfig;
  return stickiness?.Enabled ? (stickiness.DurationSeconds ?? 0) : 0;
}

/** How many of the two colours the rule's forward action names. */
export function coloursIn(rule: ListenerRule, groups: ColourGroups): number {
  const arns = forwardGroups(rule).map((group) => group.TargetGroupArn);
  return [groups.blue, groups.green].filter((arn) => arns.includes(arn)).length;
}

/** A group that AWS returns without a weight has weight 1. */
const weightOf = ({ Weight = 1 }: ForwardGroup): number => Weight;

/** The weights in force for the two colours. */
export function weightsOf(rule: ListenerRule, groups: ColourGroups): Weights {
  const weight = (arn: string): number => {
    const named = forwardGroups(rule).find((group) => group.TargetGroupArn === arn);
    return named ? weightOf(named) : 0;
  };
  return { blue: weight(groups.blue), green: weight(groups.green) };
}

/** Target groups other than the two colours to which the rule sends traffic. */
export function foreignGroups(rule: ListenerRule, groups: ColourGroups): readonly string[] {
  return forwardGroups(rule)
    .filter((group) => weightOf(group) > 0)
    .map((group) => group.TargetGroupArn ?? '')
    .filter((arn) => arn !== groups.blue && arn !== groups.green);
}

/** All actions of the rule with only the two weights changed. */
export function actionsWithWeights(rule: ListenerRule, groups: ColourGroups, weights: Weights): readonly RuleAction[] {
  return actionsWith(rule, weightedGroups(rule, groups, weights));
}

/** All actions of the rule as they are, in the form in which AWS accepts them. */
export function presentActions(rule: ListenerRule): readonly RuleAction[] {
  return actionsWith(rule, forwardGroups(rule));
}

/**
 * ModifyRule replaces the whole list, so stickiness, authentication, order and anything AWS adds later must be sent
 * back.
 */
function actionsWith(rule: ListenerRule, targetGroups: readonly ForwardGroup[]): readonly RuleAction[] {
  return rule.actions.map((action) => {
    if (action.Type === 'authenticate-oidc' && action.AuthenticateOidcConfig) {
      // DescribeRules never returns the client secret; this flag makes AWS keep the one it has.
      return { ...action, AuthenticateOidcConfig: { ...action.AuthenticateOidcConfig, UseExistingClientSecret: true } };
    }
    if (action.Type !== 'forward') return action;
    // DescribeRules may repeat the group beside ForwardConfig; only one of the two may be sent.
    const { TargetGroupArn: _repeated, ...rest } = action;
    return { ...rest, ForwardConfig: { ...action.ForwardConfig, TargetGroups: targetGroups } };
  });
}

/** A colour that was removed from the rule is added again with its weight. */
function weightedGroups(rule: ListenerRule, groups: ColourGroups, weights: Weights): readonly ForwardGroup[] {
  const wanted = new Map([
    [groups.blue, weights.blue],
    [groups.green, weights.green],
  ]);
  const present = forwardGroups(rule).map((group): ForwardGroup => {
    const arn = group.TargetGroupArn ?? '';
    const weight = wanted.get(arn);
    wanted.delete(arn);
    return weight === undefined ? group : { ...group, Weight: weight };
  });
  return [...present, ...[...wanted].map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }))];
}

/** Whether it is a listener's default action, which only ModifyListener changes. */
export function isDefaultAction({ priority }: Pick<ListenerRule, 'priority'>): boolean {
  return priority === 'default';
}

/** Its place in the order of evaluation: its priority, with a default action last. */
export function rank(rule: Pick<ListenerRule, 'priority'>): number {
  return isDefaultAction(rule) ? Number.POSITIVE_INFINITY : Number(rule.priority);
}

/** The ARN that identifies it to a person: for a default action, the listener's. */
export function namedArnOf(rule: Pick<ListenerRule, 'arn' | 'priority'>): string {
  return isDefaultAction(rule) ? listenerArnOf(rule.arn) : rule.arn;
}

/** The AWS CLI command that gives a rule, or a listener's default action, these actions. */
export function modifyCommand(rule: Pick<ListenerRule, 'arn' | 'priority'>, actions: readonly RuleAction[]): string {
  const json = `'${JSON.stringify(actions).replaceAll("'", "'\\''")}'`;
  return isDefaultAction(rule)
    ? `aws elbv2 modify-listener --listener-arn ${listenerArnOf(rule.arn)} --default-actions ${json} ${regionOf(rule.arn)}`
    : `aws elbv2 modify-rule --rule-arn ${rule.arn} --actions ${json} ${regionOf(rule.arn)}`;
}

/** Conditions as a person reads them, for example `path-pattern /*; host-header example.com`. */
export function describeConditions(conditions: readonly RuleCondition[]): string {
  const parts = conditions.map(({ Field = 'condition', Values = [], Unknown: _doubt, ...configs }) => {
    const config: Readonly<Record<string, unknown>> = { Values, ...Object.values(configs)[0] };
    const { HttpHeaderName: name, RegexValues: patterns = [] } = config;
    const values = [Values.length > 0 ? Values : config['Values'], patterns].flat(2).map(plainValue);
    return [Field, name && `${name}:`, values.join(', ')].filter(Boolean).join(' ');
  });
  return parts.length === 0 ? 'every request' : parts.join('; ');
}

function plainValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { Key, Value } = value as { readonly Key?: string; readonly Value?: string };
  return Key ? `${Key}=${Value}` : String(Value);
}
