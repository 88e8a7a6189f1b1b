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
import { covers, hostsOf } from './rule-overlap.ts';
import { allBlue } from './weights.ts';

/** Which of the rules that were read are the canary's own. */
export interface KnownRules {
  /** The production rules. */
  readonly production: readonly ListenerRule[];
  readonly groups: ColourGroups;
  /** ARNs of the listeners that EcsCanary.Parts names as test listeners: nobody but testers comes through them. */
  readonly testListeners: readonly string[];
  /** Logical ids of the stack's rules and listeners, by ARN. */
  readonly names: Readonly<Record<string, string>>;
}

/** Rules beside the production rules that send ordinary users to green, not only testers: no weight shows it. */
export function findBypassRules(rules: readonly ListenerRule[], known: KnownRules): readonly ListenerRule[] {
  return findOthers(rules, known).filter(
    (rule) => weightsOf(rule, known.groups).green > 0 && !isForTesters(rule, known.production, marksOfGreen),
  );
}

/** Rules beside the production rules that send ordinary users to blue: they stay there whatever is shifted. */
export function findRulesToBlue(rules: readonly ListenerRule[], known: KnownRules): readonly ListenerRule[] {
  return findWaysToBlue(rules, known).filter((rule) => !isForTesters(rule, known.production, marksOfAnybody));
}

/** The same with those that ask for a query string or header: who comes that way would meet nobody in an empty group. */
export function findWaysToBlue(rules: readonly ListenerRule[], known: KnownRules): readonly ListenerRule[] {
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

/** Whether every request that the later rule would take is taken by the earlier one. */
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

/** Refuses while users reach green beside the weights: nobody approved that share. */
export function refuseBypassRules(traffic: {
  readonly bypassRules: readonly ListenerRule[];
  readonly known: Pick<KnownRules, 'groups' | 'names'>;
}): void {
  const { bypassRules, known } = traffic;
  if (bypassRules.length === 0) return;
  throw new OperatorError(
    'rule-to-green',
    `Users reach green past the approved weights, through ${describeRules(bypassRules, known.names)}.`,
    `${adviseClosing(bypassRules, known)} Then run the step again. For a listener that only testers use, ${addPartLine('TestListener')}. Prepare Blue and Rollback remove a test rule of ours, however it was changed.`,
  );
}

/** What to do about each rule that leads users to green. */
export function adviseClosing(
  bypassRules: readonly ListenerRule[],
  { groups, names }: Pick<KnownRules, 'groups' | 'names'>,
): string {
  const ways = bypassRules.map((rule) => {
    if (coloursIn(rule, groups) === 2 || isOfStack(rule, names))
      return `Give blue all of the traffic of ${nameRule(rule, names)}: ${modifyCommand(rule, actionsWithWeights(rule, groups, allBlue))}`;
    if (isDefaultAction(rule))
      return `Let the default action lead elsewhere, in the console or with aws elbv2 modify-listener --listener-arn ${listenerArnOf(rule.arn)} --default-actions …`;
    return `Remove the rule (aws elbv2 delete-rule --rule-arn ${rule.arn}), or give it a query string or header that only testers send.`;
  });
  return ways.join(' ');
}

/** What an operator says of rules that lead users to blue alone, whatever is shifted. */
export type RulesOnBlue = 'Refuse' | 'Keep';

/** Refuses while a rule keeps users on blue, unless the operator means it: a share of green would not be what it says. */
export function refuseRulesToBlue(
  traffic: { readonly rulesToBlue: readonly ListenerRule[]; readonly known: Pick<KnownRules, 'groups' | 'names'> },
  rulesOnBlue: RulesOnBlue,
): void {
  const { rulesToBlue, known } = traffic;
  if (rulesToBlue.length === 0 || rulesOnBlue === 'Keep') return;
  throw new OperatorError(
    'rule-to-blue',
    `Users reach blue outside the production rules, through ${describeRules(rulesToBlue, known.names)}: these users would stay on blue, however much is shifted. Green was given no more traffic.`,
    `${adviseJoining(rulesToBlue, known)} If the rule is in the template, make the same change there. Or set EcsCanary.RulesOnBlue to Keep on every step that has it, if these users are to stay on blue.`,
  );
}

function isOfStack(rule: ListenerRule, names: KnownRules['names']): boolean {
  return names[namedArnOf(rule)] !== undefined;
}

/** Refuses to replace blue while a rule keeps users on it, unless the operator means it. @param next the version that blue gets */
export function refuseReplacedBlue(
  traffic: { readonly rulesToBlue: readonly ListenerRule[]; readonly known: Pick<KnownRules, 'names'> },
  rulesOnBlue: RulesOnBlue,
  next: string,
): void {
  const { rulesToBlue, known } = traffic;
  if (rulesToBlue.length === 0 || rulesOnBlue === 'Keep') return;
  throw new OperatorError(
    'rule-to-blue',
    `Users reach blue outside the production rules, through ${describeRules(rulesToBlue, known.names)}: replacing blue would move them to ${next}, which nobody approved for them. Blue was not replaced.`,
    'Set EcsCanary.RulesOnBlue to Keep on this step to move them with this update, or lead these users elsewhere first.',
  );
}

/** How each rule that leads to blue alone becomes a production rule. */
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
    return `To let ${nameRule(rule, names)} split its users too: ${[...command, ...naming, 'run this step again'].join(' , then ')}.`;
  });
  return ways.join(' ');
}

/** Each rule with its logical id or its priority and ARN, and its conditions. */
export function describeRules(rules: readonly ListenerRule[], names: Readonly<Record<string, string>> = {}): string {
  return rules.map((rule) => (isDefaultAction(rule) ? nameRule(rule, names) : fullName(rule, names))).join(', ');
}

function fullName(rule: ListenerRule, names: Readonly<Record<string, string>>): string {
  const name = names[rule.arn];
  return name === undefined ? nameRule(rule) : nameRule(rule).replace('the rule', `the rule ${name} with priority`);
}

/** Whether a rule asks for a query string or header that ordinary requests do not have. */
export function isMarkedForTesters({ conditions }: ListenerRule): boolean {
  return conditions.some((condition) => marksOfAnybody(condition, []));
}

/** Whether a condition says that only testers come, in the eyes of those who judge it. */
type Marks = (condition: RuleCondition, usualHosts: readonly string[]) => boolean;

function isForTesters({ conditions }: ListenerRule, production: readonly ListenerRule[], isMark: Marks): boolean {
  const usual = production.flatMap((rule) => rule.conditions);
  const texts = usual.map((condition) => JSON.stringify(condition));
  const usualHosts = usual.flatMap(hostsOf);
  return conditions.some((condition) => isMark(condition, usualHosts) && !texts.includes(JSON.stringify(condition)));
}

/** What ordinary requests do not have: a query string or header of testers. */
const marksOfAnybody: Marks = ({ QueryStringConfig, HttpHeaderConfig }) => {
  const name = HttpHeaderConfig?.HttpHeaderName;
  return (
    (name !== undefined && !everyBrowserSends.test(name)) ||
    areSpecific(QueryStringConfig?.Values?.map(({ Key = '', Value = '' }) => Key + Value))
  );
};

/** A value of its own, be it of a browser's header, or an address or host that production does not have was made for green's testers; one that leads to blue has users of its own. */
const marksOfGreen: Marks = (condition, usualHosts) =>
  marksOfAnybody(condition, usualHosts) ||
  areSpecific(condition.HttpHeaderConfig?.Values) ||
  areSpecific(condition.SourceIpConfig?.Values?.map((range) => range.replace(/.*\/0$/, ''))) ||
  areSpecific(hostsOf(condition).map((host) => (usualHosts.some((usual) => covers(host, usual)) ? '' : host)));

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

function matchesEverything({ Field, Values, PathPatternConfig }: RuleCondition): boolean {
  const patterns = PathPatternConfig?.Values ?? Values ?? [];
  return Field === 'path-pattern' && patterns.some((pattern) => /^\/?\*$/.test(pattern));
}
