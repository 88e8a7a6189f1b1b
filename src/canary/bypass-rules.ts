import {
  actionsWithWeights,
  type ColourGroups,
  coloursIn,
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  modifyCommand,
  namedArnOf,
  type RuleCondition,
  rank,
  weightsOf,
} from './listener-rule.ts';
import { addPartLine } from './location-hints.ts';
import { OperatorError } from './operator-error.ts';
import { nameRule } from './production-rules.ts';
import { regionOf } from './region-option.ts';
import { covers, hostsOf } from './rule-overlap.ts';
import { allBlue } from './weights.ts';

/** Which of the rules that were read belong to the canary. */
export interface KnownRules {
  /** The production rules. */
  readonly production: readonly ListenerRule[];
  readonly groups: ColourGroups;
  /** ARNs of the listeners that EcsCanary.Parts names as test listeners; only testers use them. */
  readonly testListeners: readonly string[];
  /** Logical ids of the stack's rules and listeners, by ARN. */
  readonly names: Readonly<Record<string, string>>;
}

/** Rules outside the production rules that send ordinary users to green; no weight shows that traffic. */
export function findBypassRules(rules: readonly ListenerRule[], known: KnownRules): readonly ListenerRule[] {
  return findOthers(rules, known).filter(
    (rule) => weightsOf(rule, known.groups).green > 0 && !isForTesters(rule, known.production, isGreenTesterCondition),
  );
}

/** Rules outside the production rules that send ordinary users to blue, where they stay regardless of the weights. */
export function findUserRulesToBlue(rules: readonly ListenerRule[], known: KnownRules): readonly ListenerRule[] {
  return findAllRulesToBlue(rules, known).filter((rule) => !isForTesters(rule, known.production, isTesterCondition));
}

/** The same, with rules that require a query string or header: their requests would find no target in an empty group. */
export function findAllRulesToBlue(rules: readonly ListenerRule[], known: KnownRules): readonly ListenerRule[] {
  return findOthers(rules, known).filter((rule) => weightsOf(rule, known.groups).blue > 0);
}

function findOthers(
  rules: readonly ListenerRule[],
  { production, testListeners }: KnownRules,
): readonly ListenerRule[] {
  return rules.filter(
    (rule) =>
      !production.some(({ arn }) => arn === rule.arn) &&
      !testListeners.includes(listenerArnOf(rule.arn)) &&
      !rules.some((other) => hides(other, rule)),
  );
}

/** Whether the earlier rule matches every request that the later one would match. */
function hides(earlier: ListenerRule, later: ListenerRule): boolean {
  const isEarlier = isDefaultAction(later) ? !isDefaultAction(earlier) : rank(earlier) < rank(later);
  return (
    isEarlier &&
    listenerArnOf(earlier.arn) === listenerArnOf(later.arn) &&
    earlier.conditions.every(
      (condition) =>
        matchesEverything(condition) ||
        later.conditions.some((same) => JSON.stringify(same) === JSON.stringify(condition)),
    )
  );
}

/** Refuses while a bypass rule sends users to green: nobody approved that share. */
export function refuseBypassRules(traffic: {
  readonly bypassRules: readonly ListenerRule[];
  readonly known: Pick<KnownRules, 'groups' | 'names'>;
}): void {
  const { bypassRules, known } = traffic;
  const [first] = bypassRules;
  if (first === undefined) return;
  const listener = listenerArnOf(first.arn);
  throw new OperatorError(
    'rule-to-green',
    `Green also gets user traffic outside the approved weights, through ${describeRules(bypassRules, known.names)}.`,
    `${adviseClosing(bypassRules, known)} Then run the step again. If only testers use a listener, ${addPartLine('TestListener', known.names[listener] ?? listener)}. Prepare Blue and Rollback remove the canary's own test rule, even if it was changed.`,
  );
}

/** What to do about each rule that sends users to green. */
export function adviseClosing(
  bypassRules: readonly ListenerRule[],
  { groups, names }: Pick<KnownRules, 'groups' | 'names'>,
): string {
  const ways = bypassRules.map((rule) => {
    if (coloursIn(rule, groups) === 2 || isOfStack(rule, names))
      return `Give blue all traffic of ${nameRule(rule, names)}: ${modifyCommand(rule, actionsWithWeights(rule, groups, allBlue))}`;
    if (isDefaultAction(rule))
      return `Point the default action elsewhere, in the console or with aws elbv2 modify-listener --listener-arn ${listenerArnOf(rule.arn)} ${regionOf(rule.arn)} --default-actions …`;
    return `Delete the rule (aws elbv2 delete-rule --rule-arn ${rule.arn} ${regionOf(rule.arn)}), or add a query string or header condition that only testers' requests match.`;
  });
  return ways.join(' ');
}

/** What the operator chose for rules that send users only to blue. */
export type RulesOnBlue = 'Refuse' | 'Keep';

/** Refuses while a rule keeps users on blue, unless the operator allows it: green's real share would be lower than its weight. */
export function refuseRulesToBlue(
  traffic: { readonly rulesToBlue: readonly ListenerRule[]; readonly known: Pick<KnownRules, 'groups' | 'names'> },
  rulesOnBlue: RulesOnBlue,
): void {
  const { rulesToBlue, known } = traffic;
  if (rulesToBlue.length === 0 || rulesOnBlue === 'Keep') return;
  throw new OperatorError(
    'rule-to-blue',
    `Blue also gets user traffic outside the production rules, through ${describeRules(rulesToBlue, known.names)}. These users would stay on blue regardless of the weights. Green got no more traffic.`,
    `${adviseJoining(rulesToBlue, known)} If the rule is in the template, make the same change there. Or, if these users should stay on blue, set EcsCanary.RulesOnBlue to Keep on every step that has it.`,
  );
}

function isOfStack(rule: ListenerRule, names: KnownRules['names']): boolean {
  return names[namedArnOf(rule)] !== undefined;
}

/** Refuses to replace blue while a rule keeps users on it, unless the operator allows it. @param next the version that blue gets */
export function refuseReplacedBlue(
  traffic: { readonly rulesToBlue: readonly ListenerRule[]; readonly known: Pick<KnownRules, 'names'> },
  rulesOnBlue: RulesOnBlue,
  next: string,
): void {
  const { rulesToBlue, known } = traffic;
  if (rulesToBlue.length === 0 || rulesOnBlue === 'Keep') return;
  throw new OperatorError(
    'rule-to-blue',
    `Blue also gets user traffic outside the production rules, through ${describeRules(rulesToBlue, known.names)}. Replacing blue would move these users to ${next}, which nobody approved for them. Blue was not replaced.`,
    'To move them with this update, set EcsCanary.RulesOnBlue to Keep on this step. Otherwise, route these users elsewhere first.',
  );
}

/** How each rule that sends users only to blue becomes a production rule. */
function adviseJoining(
  rulesToBlue: readonly ListenerRule[],
  { groups, names }: Pick<KnownRules, 'groups' | 'names'>,
): string {
  const ways = rulesToBlue.map((rule) => {
    const command =
      coloursIn(rule, groups) === 2 ? [] : [modifyCommand(rule, actionsWithWeights(rule, groups, allBlue))];
    const naming = isOfStack(rule, names) ? [] : [addPartLine('ListenerRule', namedArnOf(rule))];
    if (command.length + naming.length === 0)
      return `Remove the lines ListenerRule=… with logical ids from EcsCanary.Parts, or ${addPartLine('ListenerRule', names[namedArnOf(rule)])}.`;
    return `To make ${nameRule(rule, names)} a production rule too: ${[...command, ...naming, 'run this step again'].join(' , then ')}.`;
  });
  return ways.join(' ');
}

/** Each rule with its logical id or its priority and ARN, and its conditions. */
export function describeRules(rules: readonly ListenerRule[], names: Readonly<Record<string, string>> = {}): string {
  return rules.map((rule) => (isDefaultAction(rule) ? nameRule(rule, names) : fullName(rule, names))).join(', ');
}

function fullName(rule: ListenerRule, names: Readonly<Record<string, string>>): string {
  const name = names[rule.arn];
  return name === undefined ? nameRule(rule) : nameRule(rule).replace('the rule', `the rule ${name}`);
}

/** Whether a rule requires a query string or header that ordinary requests do not have. */
export function isMarkedForTesters({ conditions }: ListenerRule): boolean {
  return conditions.some((condition) => isTesterCondition(condition, []));
}

/** Whether only requests of testers meet a condition. */
type IsForTesters = (condition: RuleCondition, usualHosts: readonly string[]) => boolean;

function isForTesters({ conditions }: ListenerRule, production: readonly ListenerRule[], test: IsForTesters): boolean {
  const usual = production.flatMap((rule) => rule.conditions);
  const texts = usual.map((condition) => JSON.stringify(condition));
  const usualHosts = usual.flatMap(hostsOf);
  return conditions.some((condition) => test(condition, usualHosts) && !texts.includes(JSON.stringify(condition)));
}

/** A query string or header that ordinary requests do not have. */
const isTesterCondition: IsForTesters = ({ QueryStringConfig, HttpHeaderConfig }) => {
  const name = HttpHeaderConfig?.HttpHeaderName;
  return (
    (name !== undefined && !everyBrowserSends.test(name)) ||
    areSpecific(QueryStringConfig?.Values?.map(({ Key = '', Value = '' }) => Key + Value))
  );
};

/** On the way to green, a specific header value, address or host that production does not use also means testers; on the way to blue it may mean users. */
const isGreenTesterCondition: IsForTesters = (condition, usualHosts) =>
  isTesterCondition(condition, usualHosts) ||
  areSpecific(condition.HttpHeaderConfig?.Values) ||
  areSpecific(condition.SourceIpConfig?.Values?.map((range) => range.replace(/.*\/0$/, ''))) ||
  areSpecific(hostsOf(condition).map((host) => (usualHosts.some((usual) => covers(host, usual)) ? '' : host)));

/** One of these headers can still identify testers by a specific value, as a cookie does. */
const everyBrowserSends =
  /^(accept.*|cache-control|connection|cookie|host|origin|pragma|priority|referer|sec-.*|te|upgrade.*|user-agent|x-(amzn|forwarded)-.*)$/i;

function areSpecific(values: readonly string[] = []): boolean {
  return values.length > 0 && values.every(isSpecific);
}

/** Whether a value has a letter or digit; punctuation alone, as in a browser's Accept header, is in everyone's requests. */
export function isSpecific(value: string): boolean {
  return /[\p{L}\p{N}]/u.test(value);
}

function matchesEverything({ Field, Values, PathPatternConfig, Unknown }: RuleCondition): boolean {
  const patterns = PathPatternConfig?.Values ?? Values ?? [];
  return Unknown === undefined && Field === 'path-pattern' && patterns.some((pattern) => /^\/?\*$/.test(pattern));
}
