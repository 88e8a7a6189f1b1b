import {
  actionsWithWeights,
  type ColourGroups,
  coloursIn,
  describeConditions,
  type ListenerRule,
  listenerArnOf,
  modifyRuleCommand,
  type RuleCondition,
  weightsOf,
} from './listener-rule.ts';
import { OperatorError } from './operator-error.ts';
import { covers, hostsOf } from './rule-overlap.ts';
import { allBlue } from './weights.ts';

/** Rules beside the production rule, also of the stack's other listeners, that send ordinary users to green, not only testers: no weight shows it. */
export function findSideDoors(
  rules: readonly ListenerRule[],
  production: ListenerRule,
  groups: ColourGroups,
): readonly ListenerRule[] {
  const usual = production.conditions.map((condition) => JSON.stringify(condition));
  const usualHosts = production.conditions.flatMap(hostsOf);
  const isForTesters = ({ conditions }: ListenerRule): boolean =>
    conditions.some((condition) => isMark(condition, usualHosts) && !usual.includes(JSON.stringify(condition)));
  return rules.filter(
    (rule) =>
      rule.arn !== production.arn &&
      weightsOf(rule, groups).green > 0 &&
      !isForTesters(rule) &&
      !(matchesEverything(production) && rank(rule) > rank(production) && isBeside(rule, production)),
  );
}

/** Refuses while users reach green beside the weights: nobody approved that share. */
export function refuseSideDoors(traffic: {
  readonly sideDoors: readonly ListenerRule[];
  readonly groups: ColourGroups;
}): void {
  const { sideDoors, groups } = traffic;
  if (sideDoors.length === 0) return;
  throw new OperatorError(
    'rule-to-green',
    `Users reach green beside the weights, through ${describeRules(sideDoors)}.`,
    `${adviseClosing(sideDoors, groups)} Then run the step again. Prepare Blue and Rollback remove a test rule of ours, however it was changed.`,
  );
}

/** What to do about each. */
export function adviseClosing(sideDoors: readonly ListenerRule[], groups: ColourGroups): string {
  const ways = sideDoors.map((rule) => {
    if (rule.priority === 'default')
      return `Let the default action lead elsewhere, in the console or with aws elbv2 modify-listener --listener-arn ${listenerArnOf(rule.arn)} --default-actions …`;
    if (coloursIn(rule, groups) === 2)
      return `Give blue all of its traffic: ${modifyRuleCommand(rule.arn, actionsWithWeights(rule, groups, allBlue))}`;
    return `Remove the rule (aws elbv2 delete-rule --rule-arn ${rule.arn}), or give it a query string or header that only testers send.`;
  });
  return ways.join(' ');
}

/** Each rule with its priority, conditions and ARN. */
export function describeRules(rules: readonly ListenerRule[]): string {
  return rules
    .map(({ priority, conditions, arn }) =>
      priority === 'default'
        ? "the listener's default action"
        : `the rule ${priority} (${describeConditions(conditions)}; ${arn})`,
    )
    .join(', ');
}

/** What ordinary requests to production do not have: a query string, header, address or host of testers. */
function isMark(condition: RuleCondition, usualHosts: readonly string[]): boolean {
  const { QueryStringConfig, HttpHeaderConfig, SourceIpConfig } = condition;
  const name = HttpHeaderConfig?.HttpHeaderName;
  return (
    (name !== undefined && !everyBrowserSends.test(name)) ||
    areSpecific(QueryStringConfig?.Values?.map(({ Key = '', Value = '' }) => Key + Value)) ||
    areSpecific(HttpHeaderConfig?.Values) ||
    areSpecific(SourceIpConfig?.Values?.map((range) => range.replace(/.*\/0$/, ''))) ||
    areSpecific(hostsOf(condition).map((host) => (usualHosts.some((usual) => covers(host, usual)) ? '' : host)))
  );
}

/** With a value of its own, such a header may mark testers all the same, as a cookie does. */
const everyBrowserSends =
  /^(accept.*|cache-control|connection|cookie|host|origin|pragma|priority|referer|sec-.*|te|upgrade.*|user-agent|x-(amzn|forwarded)-.*)$/i;

function areSpecific(values: readonly string[] = []): boolean {
  return values.length > 0 && values.every(isSpecific);
}

/** Punctuation alone, such as a browser's Accept header has, comes with everybody's requests. */
export function isSpecific(value: string): boolean {
  return /[\p{L}\p{N}]/u.test(value);
}

function matchesEverything({ conditions }: ListenerRule): boolean {
  return conditions.every(
    ({ Field, Values }) => Field === 'path-pattern' && Values?.some((pattern) => /^\/?\*$/.test(pattern)),
  );
}

function isBeside(rule: ListenerRule, production: ListenerRule): boolean {
  return listenerArnOf(rule.arn) === listenerArnOf(production.arn);
}

/** The default rule comes last. */
function rank({ priority }: ListenerRule): number {
  return priority === 'default' ? Number.POSITIVE_INFINITY : Number(priority);
}
