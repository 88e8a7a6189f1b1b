import type { Decision } from './decision.ts';
import type { ColourGroups } from './listener-rule.ts';
import { atRule, type ProductionRule } from './production-rules.ts';
import { describeSplit, type Weights } from './weights.ts';

/** The decision to give one production rule these weights; each rule is written, and read back, on its own. */
export function moveTraffic(
  { productionRules, groups }: { readonly productionRules: readonly ProductionRule[]; readonly groups: ColourGroups },
  productionRule: ProductionRule,
  weights: Weights,
  words: { readonly lead?: string; readonly tail?: string } = {},
): Extract<Decision, { kind: 'change' }> {
  const { lead = 'Moving traffic', tail = '' } = words;
  return {
    kind: 'change',
    reason: `${lead}${atRule(productionRule, productionRules)} from ${describeSplit(productionRule.weights)} to ${describeSplit(weights)}${tail}.`,
    change: { kind: 'set-weights', rule: productionRule.rule, groups, weights, among: amongOf(productionRules) },
  };
}

/** The splits that a refused write reports; empty if there is one production rule. */
function amongOf(
  productionRules: readonly ProductionRule[],
): readonly { readonly arn: string; readonly shares: string }[] {
  if (productionRules.length === 1) return [];
  return productionRules.map(({ rule, name, weights }) => ({
    arn: rule.arn,
    shares: `${describeSplit(weights)} at ${name}`,
  }));
}
