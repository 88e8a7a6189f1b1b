import type { Colour } from './colour.ts';
import {
  actionsWithWeights,
  type ColourGroups,
  coloursIn,
  describeConditions,
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  modifyCommand,
  namedArnOf,
  weightsOf,
} from './listener-rule.ts';
import { describeSplit, greenPercentOf, sameSplit, servesOnly, type Weights } from './weights.ts';

/** A production rule, or a default action that splits users, with the weights in force. */
export interface ProductionRule {
  /** As a person knows it, for example `ApiRule (path-pattern /api/*)`. */
  readonly name: string;
  readonly rule: ListenerRule;
  readonly weights: Weights;
}

/**
 * The production rules in the order in which their weights are written: default actions, which need a permission of their own, last.
 * @param names logical ids by ARN, of rules and of listeners
 */
export function productionRulesOf(
  rules: readonly ListenerRule[],
  groups: ColourGroups,
  names: Readonly<Record<string, string>> = {},
): readonly ProductionRule[] {
  return [...rules]
    .sort((one, other) => orderOf(one).localeCompare(orderOf(other)))
    .map((rule) => ({ name: nameRule(rule, names), rule, weights: weightsOf(rule, groups) }));
}

/** The AWS CLI commands with which a person moves the traffic. */
export function commandsToMove(
  productionRules: readonly ProductionRule[],
  groups: ColourGroups,
  weights: Weights,
): string {
  return productionRules.map(({ rule }) => modifyCommand(rule, actionsWithWeights(rule, groups, weights))).join(' ; ');
}

function orderOf(rule: ListenerRule): string {
  return `${isDefaultAction(rule) ? 1 : 0} ${listenerArnOf(rule.arn)} ${rule.priority.padStart(5, '0')}`;
}

/** The rule by its logical id or its priority and ARN, with what it matches. */
export function nameRule(rule: ListenerRule, names: Readonly<Record<string, string>> = {}): string {
  const arn = namedArnOf(rule);
  const name = names[arn];
  if (isDefaultAction(rule)) return `the default action of ${name ?? `the listener ${arn}`}`;
  const conditions = describeConditions(rule.conditions);
  return name === undefined
    ? `the rule with priority ${rule.priority} (${conditions}; ${arn})`
    : `${name} (${conditions})`;
}

/** Whether one colour gets everything at every production rule. */
export function serveOnly(productionRules: readonly ProductionRule[], colour: Colour): boolean {
  return productionRules.length > 0 && productionRules.every(({ weights }) => servesOnly(weights, colour));
}

/** The production rule at which green has the largest share, which an approver is told. */
export function greenestRule(productionRules: readonly ProductionRule[]): ProductionRule {
  return productionRules.reduce((most, productionRule) =>
    greenPercentOf(productionRule.weights) > greenPercentOf(most.weights) ? productionRule : most,
  );
}

/** Green's largest share at any production rule, in percent. */
export function mostGreen(productionRules: readonly ProductionRule[]): number {
  return greenPercentOf(greenestRule(productionRules).weights);
}

/** Green's smallest share at any production rule, in percent. */
export function leastGreen(productionRules: readonly ProductionRule[]): number {
  return Math.min(...productionRules.map(({ weights }) => greenPercentOf(weights)));
}

/** Whether the split is the same at every production rule. */
export function areAlike(productionRules: readonly ProductionRule[]): boolean {
  const [first, ...others] = productionRules;
  return first !== undefined && others.every(({ weights }) => isSame(weights, first.weights));
}

function isSame(one: Weights, other: Weights): boolean {
  const unserved = [one, other].map(({ blue, green }) => blue + green === 0);
  return unserved[0] || unserved[1] ? unserved[0] === unserved[1] : sameSplit(one, other);
}

/** "Blue 90 % / Green 10 %"; if production rules differ, each with its split. */
export function describeShares(productionRules: readonly ProductionRule[]): string {
  const [first] = productionRules;
  if (first && areAlike(productionRules)) return describeSplit(first.weights);
  return productionRules.map(({ name, weights }) => `${describeSplit(weights)} at ${name}`).join(', ');
}

/** Names one production rule in a sentence; empty if it is the only one. */
export function atRule({ name }: ProductionRule, productionRules: readonly ProductionRule[]): string {
  return productionRules.length === 1 ? '' : ` at ${name}`;
}

/** Names all production rules in a sentence; empty if there is only one. */
export function atAll(productionRules: readonly ProductionRule[]): string {
  if (productionRules.length === 1) return '';
  return productionRules.length === 2
    ? ' at both production rules'
    : ` at all ${productionRules.length} production rules`;
}

/** The first production rule to write: its split differs, or a colour was removed from it. */
export function nextRuleToMove(
  productionRules: readonly ProductionRule[],
  wanted: Weights,
  groups: ColourGroups,
): ProductionRule | undefined {
  return productionRules.find(({ rule, weights }) => !sameSplit(weights, wanted) || coloursIn(rule, groups) < 2);
}
