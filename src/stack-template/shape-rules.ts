import { findBypassRules, findUserRulesToBlue, type KnownRules } from '../canary/bypass-rules.ts';
import {
  coloursIn,
  foreignGroups,
  forwardGroups,
  isDefaultAction,
  type ListenerRule,
  weightsOf,
} from '../canary/listener-rule.ts';
import { addPartLine, partSays } from '../canary/location-hints.ts';
import { nameRule, productionRulesOf } from '../canary/production-rules.ts';
import { describeUsersListener, namesBlue } from '../canary/test-listener.ts';
import type { LocatedResources, ShapeOverrides } from './canary-resources.ts';
import type { ValuedTemplate } from './known-value.ts';
import { listOfType } from './shape-location.ts';
import { findProductionRules, sortRules, testListenersOf } from './sorted-rules.ts';
import { areDifferent } from './target-groups.ts';
import { logicalIdOf, logicalListenerOf, namesOf, rulesOf } from './template-rules.ts';

/** The production rules of a template, and what is wrong with the rules through which users reach its colours. */
export interface RuleShape {
  /** Logical ids of listener rules, and of listeners whose default actions split users. */
  readonly productionRules: readonly string[];
  readonly problems: readonly string[];
  /** Rules that only the deployed stack shows completely. */
  readonly unclear: readonly string[];
}

/** Finds the rules that split users; they are not judged while a colour's group is unknown. */
export function shapeRules(template: ValuedTemplate, located: LocatedResources, overrides: ShapeOverrides): RuleShape {
  const { blueTargetGroup: blue, greenTargetGroup: green } = located;
  const { strangers, unknownTests, problems } = misspelled(template, overrides);
  if (blue === undefined || green === undefined) {
    // Which groups a rule splits cannot be judged yet, only whether one splits at all.
    const isSplit = (overrides.listenerRules ?? []).length > 0 || rulesOf(template).some(splits);
    return { productionRules: [], unclear: [], problems: isSplit ? problems : [...problems, noRule(template)] };
  }
  const groups = { blue, green };
  const { production, vague, judged } = sortRules(template, groups, overrides);
  const testListeners = testListenersOf(overrides).map(asArn);
  const known: KnownRules = { production, groups, testListeners, names: namesOf(judged) };
  const isOutside = (overrides.listenerRuleArns ?? []).length > 0;
  const misnamed = [
    ...misnamedTests(judged, known),
    ...misnamedRules(template, groups, overrides, [...production, ...vague].map(logicalIdOf)),
  ];
  const isSettled = strangers.length + misnamed.length > 0 || isOutside;
  const missing = production.length + vague.length === 0 && !isSettled ? [noRule(template)] : [];
  return {
    productionRules: findProductionRules(template, located, overrides),
    unclear: [
      ...vague,
      ...production.filter(hasUnknownWeight),
      ...findSuspects(template, judged, known, overrides),
    ].map(logicalIdOf),
    problems: [
      ...problems,
      ...misnamed,
      ...missing,
      ...production.flatMap((rule) => weightProblems(rule, known)),
      // If a name is wrong, it is unknown which rule was meant, so advice about the other rules may be wrong too.
      ...(missing.length + misnamed.length + strangers.length + unknownTests.length > 0
        ? []
        : otherRules(judged, known, overrides)),
    ],
  };
}

function splits(rule: ListenerRule): boolean {
  return forwardGroups(rule).length > 1;
}

/** Logical ids in EcsCanary.Parts that the template does not have. */
function misspelled(template: ValuedTemplate, overrides: ShapeOverrides) {
  const strangers = (overrides.listenerRules ?? []).filter((id) => !typesOf(template, ruleTypes).includes(id));
  const unknownTests = testListenersOf(overrides).filter((id) => !typesOf(template, ['Listener']).includes(id));
  const problems = [
    ...strangers.map(
      (id) =>
        `${partSays('ListenerRule', id)}, which is not a listener rule or listener of the template. ${found(template)}`,
    ),
    ...unknownTests.map(
      (id) =>
        `${partSays('TestListener', id)}, which is not a listener of the template; if it is outside the template, give its ARN.`,
    ),
  ];
  return { strangers, unknownTests, problems };
}

const ruleTypes = ['ListenerRule', 'Listener'] as const;

/** Whether only AWS knows how much a rule gives to a group. */
function hasUnknownWeight(rule: ListenerRule): boolean {
  return forwardGroups(rule).some(({ Weight }) => Number.isNaN(Weight));
}

/** The rules that would be bypass rules if every group that may be green is green. */
function findSuspects(
  template: ValuedTemplate,
  rules: readonly ListenerRule[],
  known: KnownRules,
  overrides: ShapeOverrides,
): readonly ListenerRule[] {
  const isForTesters = testListenerByArn(rules, known, overrides);
  const { green } = known.groups;
  const atWorst = rules.map((rule) =>
    forwardGroups(rule).some(
      ({ TargetGroupArn = '', Weight }) => Weight !== 0 && !areDifferent(template, TargetGroupArn, green),
    )
      ? { ...rule, actions: [{ Type: 'forward', TargetGroupArn: green }] }
      : rule,
  );
  return findBypassRules(atWorst, known).filter((rule) => !isForTesters(rule));
}

function asArn(listener: string): string {
  return `template:listener/${listener}`;
}

function typesOf({ body }: ValuedTemplate, types: readonly string[]): readonly string[] {
  return types.flatMap((type) => listOfType(body, `AWS::ElasticLoadBalancingV2::${type}`));
}

function found(template: ValuedTemplate): string {
  return `Found: ${typesOf(template, ruleTypes).join(', ') || 'none'}.`;
}

function noRule(template: ValuedTemplate): string {
  return `No listener rule or default action forwards to both target groups in one forward action with weights. ${found(template)} Let one of them forward to both groups, or, for a rule outside the template, ${addPartLine('ListenerRule', 'ARN')}.`;
}

/** Rules and listeners that EcsCanary.Parts names, but that split nobody. */
function misnamedRules(
  template: ValuedTemplate,
  groups: KnownRules['groups'],
  { listenerRules = [] }: ShapeOverrides,
  splitting: readonly string[],
): readonly string[] {
  const known = typesOf(template, ruleTypes);
  const others = rulesOf(template).filter((rule) => coloursIn(rule, groups) === 2);
  const advice = others.length === 0 ? '' : ` Those that do: ${others.map(logicalIdOf).join(', ')}.`;
  return listenerRules
    .filter((id) => known.includes(id) && !splitting.includes(id))
    .map(
      (id) =>
        `${partSays('ListenerRule', id)}, which does not forward to both target groups in one forward action with weights.${advice} Correct or remove that line.`,
    );
}

function weightProblems(rule: ListenerRule, { groups, names }: KnownRules): readonly string[] {
  const { blue, green } = weightsOf(rule, groups);
  const name = productionRulesOf([rule], groups, names)[0]?.name.replace(/ \(.*/, '') ?? '';
  const shown = forwardGroups(rule)
    .map(
      ({ TargetGroupArn, Weight }) =>
        `${TargetGroupArn} ${Number.isNaN(Weight) ? '(only AWS knows)' : (Weight ?? 'without Weight')}`,
    )
    .join(', ');
  const isDeclared = forwardGroups(rule).every(({ Weight }) => Weight !== undefined);
  return [
    // A comparison with a weight that only AWS knows is false.
    ...(isDeclared && !(blue <= 0) && !(green > 0)
      ? []
      : [
          `${name} must give all traffic to blue (${groups.blue} Weight 100, ${groups.green} Weight 0, as numbers): whenever the rule changes, CloudFormation applies these weights. Found: ${shown}.`,
        ]),
    ...(forwardGroups(rule).length > 2 || foreignGroups(rule, groups).length > 0
      ? [`${name} must forward only to the two target groups. Found: ${shown}.`]
      : []),
  ];
}

/** Bypass rules: they do harm as soon as the stack exists, so they are refused before. */
function otherRules(rules: readonly ListenerRule[], known: KnownRules, overrides: ShapeOverrides): readonly string[] {
  const { names } = known;
  const isForTesters = testListenerByArn(rules, known, overrides);
  const toGreen = findBypassRules(rules, known).filter((rule) => !isForTesters(rule));
  const toBlue = overrides.rulesOnBlue === 'Keep' ? [] : findUserRulesToBlue(rules, known);
  return [
    ...toGreen.map(
      (rule) =>
        `Users would reach green without approval through ${nameRule(rule, names)}. ${adviseTesters(rule)} Otherwise, ${joining(rule, known)}, or route its requests elsewhere.`,
    ),
    ...toBlue.map(
      (rule) =>
        `Users who come through ${nameRule(rule, names)} would stay on blue regardless of the weights. To split them too, ${joining(rule, known)}; or, if they should stay there, set EcsCanary.RulesOnBlue to Keep on every step that has it.`,
    ),
  ];
}

/** What to do if only testers use a rule; a default action cannot have a condition. */
function adviseTesters(rule: ListenerRule): string {
  const listener = logicalListenerOf(rule);
  const naming = addPartLine('TestListener', /^(\w+$|arn:)/.test(listener) ? listener : undefined);
  return isDefaultAction(rule)
    ? `If only testers use it, ${naming}, on every step.`
    : `If only testers use it, give the rule a condition on a query string or header that only they send, or ${naming}, on every step.`;
}

/** How to make a rule a production rule; one that already splits users was only left out of the named rules. */
function joining(rule: ListenerRule, { groups }: KnownRules): string {
  if (coloursIn(rule, groups) === 2)
    return `${addPartLine('ListenerRule', logicalIdOf(rule))}, or remove the lines ListenerRule=… with logical ids`;
  return `make it forward to both groups, ${groups.blue} with Weight 100 and ${groups.green} with Weight 0`;
}

/** The template may not show which listener an ARN means; then any without users passes, and the deployed stack is checked again. */
function testListenerByArn(
  rules: readonly ListenerRule[],
  { groups }: KnownRules,
  { testListeners = [] }: ShapeOverrides,
): (rule: ListenerRule) => boolean {
  const given = testListeners.filter((id) => id.startsWith('arn:'));
  const mayBeGiven = (listener: string): boolean =>
    listener.startsWith('arn:') ? given.includes(listener) : given.length > 0;
  const isUsers = (listener: string): boolean =>
    rules.some((rule) => logicalListenerOf(rule) === listener && namesBlue(rule, groups));
  return (rule) => mayBeGiven(logicalListenerOf(rule)) && !isUsers(logicalListenerOf(rule));
}

function misnamedTests(
  rules: readonly ListenerRule[],
  { groups, names, testListeners }: KnownRules,
): readonly string[] {
  return rules
    .filter((rule) => testListeners.includes(asArn(logicalListenerOf(rule))) && namesBlue(rule, groups))
    .map((rule) => describeUsersListener(rule, names));
}
