import { describeRules } from './bypass-rules.ts';
import type { NewRule } from './change.ts';
import {
  type ColourGroups,
  describeConditions,
  forwardGroups,
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  type RuleAction,
  type RuleCondition,
  rank,
} from './listener-rule.ts';
import { OperatorError } from './operator-error.ts';
import type { ProductionRule } from './production-rules.ts';
import { canMeet } from './rule-overlap.ts';

/** The tag by which a test rule is known as ours; its value is the stack's name. */
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
  return {
    ...place,
    conditions: [...production.conditions.filter(narrows).map(sendable), ...markConditions(mark)],
    actions: production.actions.map((action) => testAction(action, groups)),
  };
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

/** Authentication, which a test rule repeats. */
function isNoForward({ Type }: RuleAction): boolean {
  return Type !== 'forward';
}

/** Refuses a priority that cannot work: taken by somebody else's rule, or evaluated after the production rule. */
export function refuseUnusablePriority(
  rules: readonly ListenerRule[],
  ours: readonly ListenerRule[],
  production: ListenerRule,
  priority: number,
): void {
  if (priority >= rank(production)) {
    throw new OperatorError(
      'invalid-parameters',
      `EcsCanary.TestRulePriority is ${priority}, but the production rule has priority ${production.priority} and would answer first.`,
      `Choose a number below ${production.priority}.`,
    );
  }
  const lockOwner = rules.find(
    (rule) => rule.priority === String(priority) && !ours.some((own) => own.arn === rule.arn),
  );
  if (!lockOwner) return;
  throw new OperatorError(
    'priority-taken',
    `Priority ${priority} of the listener belongs to another rule (${describeConditions(lockOwner.conditions)}; ${lockOwner.arn}).`,
    'Set EcsCanary.TestRulePriority to a free number below the production rule, or remove that rule if nobody needs it.',
  );
}

/**
 * Rules whose requests the test rule would answer, because it comes before them.
 * @param ours rules that are meant to be overtaken: test rules of ours, and production rules with the same authentication
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

/** Whether two rules ask the same of a user before they forward. */
export function sameAuthentication(one: ListenerRule, other: ListenerRule): boolean {
  return stableJson(one.actions.filter(isNoForward)) === stableJson(other.actions.filter(isNoForward));
}

/** What to know of a test rule that takes others' requests. */
export function describeOvertaken(overtaken: readonly ListenerRule[]): string {
  return `The test rule comes before ${describeRules(overtaken)}: marked requests that belong there reach green instead.`;
}

/** Production rules of the same listener that answer before the test rule, marked requests too. */
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

/** What to know of a test rule that comes too late for some. */
export function describeEarlier(earlier: readonly ListenerRule[], names: Readonly<Record<string, string>>): string {
  return `The test rule comes after ${describeRules(earlier, names)}: requests that belong there are split as before, marked or not. A lower EcsCanary.TestRulePriority changes that.`;
}

/** Refuses to make a test rule that takes the requests of others. */
export function refuseOvertaking(overtaken: readonly ListenerRule[], production: ListenerRule): void {
  if (overtaken.length === 0) return;
  const last = Math.max(...overtaken.map(rank));
  const below = isDefaultAction(production) ? 50_000 : production.priority;
  throw new OperatorError(
    'test-rule-unsafe',
    describeOvertaken(overtaken),
    `Set EcsCanary.TestRulePriority to a free number between ${last} and ${below} (aws elbv2 set-rule-priorities makes room), or give the production rule a host or path that only it has.`,
  );
}

/** A path pattern of only wildcards excludes nothing, and AWS allows few condition values a rule. */
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
      'The production rule authenticates users through OIDC. AWS never returns the client secret, so a test rule could only be made without the authentication.',
      'Leave this step out for this service, or create the test rule by hand with the secret.',
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
