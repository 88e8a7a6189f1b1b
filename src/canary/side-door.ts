import {
  type ColourGroups,
  describeConditions,
  type ListenerRule,
  type RuleCondition,
  weightsOf,
} from './listener-rule.ts';
import { OperatorError } from './operator-error.ts';

/** Rules beside the production rule that send more to green than requests which only testers mark: no weight shows it. */
export function findSideDoors(
  rules: readonly ListenerRule[],
  production: ListenerRule,
  groups: ColourGroups,
): readonly ListenerRule[] {
  const usual = production.conditions.map((condition) => JSON.stringify(condition));
  const isForTesters = ({ conditions }: ListenerRule): boolean =>
    conditions.some((condition) => isMark(condition) && !usual.includes(JSON.stringify(condition)));
  return rules.filter(
    (rule) => rule.arn !== production.arn && weightsOf(rule, groups).green > 0 && !isForTesters(rule),
  );
}

/** Refuses while users reach green beside the weights: nobody approved that share. */
export function refuseSideDoors({ sideDoors }: { readonly sideDoors: readonly ListenerRule[] }): void {
  if (sideDoors.length === 0) return;
  throw new OperatorError(
    'rule-to-green',
    `Users reach green beside the weights, through ${describeSideDoors(sideDoors)}.`,
    'Remove that rule (aws elbv2 delete-rule --rule-arn …), or give it a query string or header that only testers send, then run the step again. Prepare Blue and Rollback remove a test rule of ours, however it was changed.',
  );
}

/** Each rule with its priority, conditions and ARN. */
export function describeSideDoors(rules: readonly ListenerRule[]): string {
  return rules
    .map((rule) => `the rule ${rule.priority} (${describeConditions(rule.conditions)}; ${rule.arn})`)
    .join(', ');
}

/** As Add Test Rule writes it: a query string or header with something that only testers send. */
function isMark({ QueryStringConfig, HttpHeaderConfig }: RuleCondition): boolean {
  const values = [
    ...(QueryStringConfig?.Values ?? []).map(({ Value }) => Value ?? ''),
    ...(HttpHeaderConfig?.Values ?? []),
  ];
  return values.length > 0 && !values.some((value) => /^[*?\s]*$/.test(value));
}
