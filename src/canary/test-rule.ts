import { describeRules } from './bypass-rules.ts';
import type { NewRule } from './change.ts';
import { fitConditions, valuesOf } from './condition-limits.ts';
import {
  type ColourGroups,
  describeConditions,
  forwardGroups,
  type ListenerRule,
  listenerArnOf,
  type RuleAction,
  type RuleCondition,
  rank,
} from './listener-rule.ts';
import { OperatorError } from './operator-error.ts';
import type { ProductionRule } from './production-rules.ts';
import { canMeet } from './rule-overlap.ts';
import { explainPlace } from './test-rule-place.ts';

/** The tag that identifies a test rule as ours; its value is the stack's name. */
export const testRuleTagKey = 'octopus-ecs-canary:test-rule';

/** How testers mark their requests; at least one of the two is given, and all given must match. */
export interface TestMark {
  readonly query?: { readonly key: string; readonly value: string } | undefined;
  readonly header?: { readonly name: string; readonly value: string } | undefined;
}

/**
 * The rule that sends marked requests to green only. It repeats the production rule's conditions and its
 * authentication, so that on a shared listener it reaches neither other services' requests nor unauthenticated users.
 */
export function buildTestRule(
  production: ListenerRule,
  groups: ColourGroups,
  place: { readonly listenerArn: string; readonly priority: number; readonly tags: Readonly<Record<string, string>> },
  mark: TestMark,
): NewRule {
  const marks = markConditions(mark);
  return {
    ...place,
    conditions: [...fitConditions(production.conditions.filter(narrows).map(sendable), marks), ...marks],
    actions: production.actions.map((action) => testAction(action, groups)),
  };
}

/** A warning for testers if the test rule has no room for every value of the production rule. */
export function describeLeftOut(production: ListenerRule, { conditions }: NewRule): readonly string[] {
  const kept = conditions.flatMap(valuesOf);
  const leftOut = production.conditions.filter(narrows).flatMap((condition) => valuesOf(sendable(condition)));
  const missing = leftOut.filter((value) => !kept.includes(value));
  if (missing.length === 0) return [];
  return [
    `A rule can have only 5 condition values, so the test rule leaves out ${missing.join(', ')}. Test requests that match only what is left out are split by weight like any others.`,
  ];
}

/** Whether an existing rule already does what the wanted one would. */
export function sameRule(existing: ListenerRule, wanted: NewRule): boolean {
  return (
    existing.priority === String(wanted.priority) &&
    groupsOf(existing) === groupsOf({ ...existing, actions: wanted.actions }) &&
    fingerprint(existing.conditions) === fingerprint(wanted.conditions) &&
    stableJson(existing.actions.filter(isNoForward)) === stableJson(wanted.actions.filter(isNoForward))
  );
}

function groupsOf(rule: ListenerRule): string {
  return forwardGroups(rule)
    .map((group) => group.TargetGroupArn)
    .join();
}

/** Whether it is an authentication action, which a test rule repeats. */
function isNoForward({ Type }: RuleAction): boolean {
  return Type !== 'forward';
}

/** Refuses a priority that cannot work: in use by another rule, or evaluated after the production rule. */
export function refuseUnusablePriority(
  rules: readonly ListenerRule[],
  ours: readonly ListenerRule[],
  production: ListenerRule,
  priority: number,
): void {
  if (priority >= rank(production)) {
    throw new OperatorError(
      'invalid-parameters',
      `EcsCanary.TestRulePriority is ${priority}, but the production rule has priority ${production.priority} and would match first.`,
      explainPlace(rules, ours, production),
    );
  }
  const other = rules.find((rule) => rule.priority === String(priority) && !ours.some((own) => own.arn === rule.arn));
  if (!other) return;
  throw new OperatorError(
    'priority-taken',
    `Another rule already has priority ${priority} on the listener (${describeConditions(other.conditions)}; ${other.arn}).`,
    `If the other rule is unused, delete it. Otherwise: ${explainPlace(rules, ours, production)}`,
  );
}

/**
 * Rules whose requests the test rule would intercept, because it is evaluated first.
 * @param ours rules that the test rule may precede: test rules of ours, and production rules with the same authentication
 */
export function findOvertaken(
  rules: readonly ListenerRule[],
  ours: readonly ListenerRule[],
  production: ListenerRule,
  { priority, conditions }: NewRule,
): readonly ListenerRule[] {
  return rules.filter(
    (rule) =>
      rank(rule) > priority &&
      rank(rule) < rank(production) &&
      !ours.some((own) => own.arn === rule.arn) &&
      canMeet(rule.conditions, conditions),
  );
}

/** The production rule that a test rule repeats: the broadest of the first listener, which comes last there. */
export function broadestRule(production: readonly ListenerRule[]): ListenerRule | undefined {
  const listener = listenerArnOf(production[0]?.arn ?? '');
  return production
    .filter(({ arn }) => listenerArnOf(arn) === listener)
    .reduce<ListenerRule | undefined>((last, rule) => (last && rank(last) > rank(rule) ? last : rule), undefined);
}

/** Whether two rules require the same authentication before they forward. */
export function sameAuthentication(one: ListenerRule, other: ListenerRule): boolean {
  return stableJson(one.actions.filter(isNoForward)) === stableJson(other.actions.filter(isNoForward));
}

/** The warning about a test rule that intercepts requests of other rules. */
export function describeOvertaken(overtaken: readonly ListenerRule[]): string {
  return `The test rule is evaluated before ${describeRules(overtaken)}: test requests that would match there reach green instead.`;
}

/** Production rules of the same listener that match even test requests before the test rule does. */
export function findEarlier(
  productionRules: readonly ProductionRule[],
  production: ListenerRule,
  wanted: NewRule,
): readonly ListenerRule[] {
  return productionRules
    .map(({ rule }) => rule)
    .filter(
      (rule) =>
        listenerArnOf(rule.arn) === listenerArnOf(production.arn) &&
        rank(rule) < wanted.priority &&
        canMeet(rule.conditions, wanted.conditions),
    );
}

/** The warning about a test rule that some production rules precede. */
export function describeEarlier(earlier: readonly ListenerRule[], names: Readonly<Record<string, string>>): string {
  return `The test rule is evaluated after ${describeRules(earlier, names)}: even test requests that match there are split by weight. To change that, lower EcsCanary.TestRulePriority.`;
}

/** Refuses a test rule that would intercept requests of other rules. */
export function refuseOvertaking(
  overtaken: readonly ListenerRule[],
  rules: readonly ListenerRule[],
  ours: readonly ListenerRule[],
  production: ListenerRule,
): void {
  if (overtaken.length === 0) return;
  const last = Math.max(...overtaken.map(rank));
  throw new OperatorError(
    'test-rule-unsafe',
    describeOvertaken(overtaken),
    `Give the production rule a host or path of its own, or change the priority. ${explainPlace(rules, ours, production, last)}`,
  );
}

/** A path pattern of only wildcards excludes nothing, and AWS allows few condition values per rule. */
function narrows(condition: RuleCondition): boolean {
  return !(condition.Field === 'path-pattern' && (condition.Values ?? []).some((value) => /^\/?\*+$/.test(value)));
}

/** DescribeRules repeats simple values beside their config; only one of the two may be sent. */
function sendable(condition: RuleCondition): RuleCondition {
  const config = Object.entries(condition).find(([key, value]) => key.endsWith('Config') && value !== undefined);
  return config ? { Field: condition.Field, [config[0]]: config[1] } : condition;
}

function markConditions(mark: TestMark): readonly RuleCondition[] {
  const conditions: object[] = [];
  if (mark.query) {
    const { key, value } = mark.query;
    conditions.push({
      Field: 'query-string',
      QueryStringConfig: { Values: [{ ...(key && { Key: key }), Value: value }] },
    });
  }
  if (mark.header) {
    conditions.push({
      Field: 'http-header',
      HttpHeaderConfig: { HttpHeaderName: mark.header.name, Values: [mark.header.value] },
    });
  }
  return conditions;
}

function testAction(action: RuleAction, groups: ColourGroups): RuleAction {
  if (action.Type === 'authenticate-oidc') {
    throw new OperatorError(
      'test-rule-unsafe',
      'The production rule authenticates users through OIDC. AWS never returns the client secret, so a test rule would have no authentication.',
      'Disable this step for this service, or create the test rule by hand with the secret.',
    );
  }
  if (action.Type !== 'forward') return action;
  const { TargetGroupArn: _group, ForwardConfig: _both, ...rest } = action;
  return { ...rest, ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.green, Weight: 1 }] } };
}

function fingerprint(conditions: readonly RuleCondition[]): string {
  return conditions
    .map((condition) => JSON.stringify(condition.Field) + stableJson(comparable(condition)))
    .sort()
    .join('\n');
}

function comparable(condition: RuleCondition): unknown {
  const config = Object.entries(condition).find(([key, value]) => key.endsWith('Config') && value !== undefined);
  return config?.[1] ?? { Values: condition.Values };
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => left.localeCompare(right)))
      : inner,
  );
}
