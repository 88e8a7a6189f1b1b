import type { Colour } from './colour.ts';
import {
  type ColourGroups,
  coloursIn,
  describeConditions,
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  namedArnOf,
  weightsOf,
} from './listener-rule.ts';
import { describeSplit, greenPercentOf, sameSplit, servesOnly, type Weights } from './weights.ts';

/** A production rule, or a default action that splits users, with the weights in force. */
export interface Door {
  /** As a person knows it, for example `ApiRule (path-pattern /api/*)`. */
  readonly name: string;
  readonly rule: ListenerRule;
  readonly weights: Weights;
}

/**
 * The doors in the order in which their weights are written: default actions, which need a permission of their own, come last.
 * @param names logical ids by ARN, of rules and of listeners
 */
export function doorsOf(
  rules: readonly ListenerRule[],
  groups: ColourGroups,
  names: Readonly<Record<string, string>> = {},
): readonly Door[] {
  return [...rules]
    .sort((one, other) => orderOf(one).localeCompare(orderOf(other)))
    .map((rule) => ({ name: nameRule(rule, names), rule, weights: weightsOf(rule, groups) }));
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
  return name === undefined ? `the rule ${rule.priority} (${conditions}; ${arn})` : `${name} (${conditions})`;
}

/** Whether one colour gets everything at every door. */
export function serveOnly(doors: readonly Door[], colour: Colour): boolean {
  return doors.length > 0 && doors.every(({ weights }) => servesOnly(weights, colour));
}

/** The door at which green has the largest share, the one that a person at a gate is told of. */
export function greenestDoor(doors: readonly Door[]): Door {
  return doors.reduce((most, door) => (greenPercentOf(door.weights) > greenPercentOf(most.weights) ? door : most));
}

/** Green's largest share at any door, in percent. */
export function mostGreen(doors: readonly Door[]): number {
  return greenPercentOf(greenestDoor(doors).weights);
}

/** Green's smallest share at any door, in percent. */
export function leastGreen(doors: readonly Door[]): number {
  return Math.min(...doors.map(({ weights }) => greenPercentOf(weights)));
}

/** Whether the split is the same at every door. */
export function areAlike(doors: readonly Door[]): boolean {
  const [first, ...others] = doors;
  return first !== undefined && others.every(({ weights }) => isSame(weights, first.weights));
}

function isSame(one: Weights, other: Weights): boolean {
  const nobody = [one, other].map(({ blue, green }) => blue + green === 0);
  return nobody[0] || nobody[1] ? nobody[0] === nobody[1] : sameSplit(one, other);
}

/** "Blue 90 % / Green 10 %", and where doors differ, each with its split. */
export function describeShares(doors: readonly Door[]): string {
  const [first] = doors;
  if (first && areAlike(doors)) return describeSplit(first.weights);
  return doors.map(({ name, weights }) => `${describeSplit(weights)} at ${name}`).join(', ');
}

/** For a sentence about a single door: nothing where it is the only one. */
export function atDoor({ name }: Door, doors: readonly Door[]): string {
  return doors.length === 1 ? '' : ` at ${name}`;
}

/** For a sentence about all of them: nothing where there is only one. */
export function atAll(doors: readonly Door[]): string {
  if (doors.length === 1) return '';
  return doors.length === 2 ? ' at both production rules' : ` at all ${doors.length} production rules`;
}

/** The first door that is to be written: its split is another one, or somebody took a colour out of its rule. */
export function unlikeDoor(doors: readonly Door[], wanted: Weights, groups: ColourGroups): Door | undefined {
  return doors.find(({ rule, weights }) => !sameSplit(weights, wanted) || coloursIn(rule, groups) < 2);
}
