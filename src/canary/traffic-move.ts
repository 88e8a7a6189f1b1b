import type { Decision } from './decision.ts';
import type { ColourGroups } from './listener-rule.ts';
import { atDoor, type Door } from './production-rules.ts';
import { describeSplit, type Weights } from './weights.ts';

/** The decision to give one door these weights; each door is written, and read back, on its own. */
export function moveTraffic(
  { doors, groups }: { readonly doors: readonly Door[]; readonly groups: ColourGroups },
  door: Door,
  weights: Weights,
  words: { readonly lead?: string; readonly tail?: string } = {},
): Extract<Decision, { kind: 'change' }> {
  const { lead = 'Moving traffic', tail = '' } = words;
  return {
    kind: 'change',
    reason: `${lead}${atDoor(door, doors)} from ${describeSplit(door.weights)} to ${describeSplit(weights)}${tail}.`,
    change: { kind: 'set-weights', rule: door.rule, groups, weights, among: amongOf(doors) },
  };
}

/** What a refused write tells of the others; nothing where there is one door. */
function amongOf(doors: readonly Door[]): readonly { readonly arn: string; readonly shares: string }[] {
  if (doors.length === 1) return [];
  return doors.map(({ rule, name, weights }) => ({ arn: rule.arn, shares: `${describeSplit(weights)} at ${name}` }));
}
