import type { RuleCondition } from './listener-rule.ts';
import { OperatorError } from './operator-error.ts';

/** How many values, and how many wildcards, AWS allows in all conditions of a rule together. */
const most = 5;

/**
 * These conditions with so few values that the marks of testers fit beside them. The values of a condition are
 * alternatives: with fewer of them, a rule reaches no request that it did not reach before.
 * @throws OperatorError `test-rule-unsafe` if even one value of each is too much
 */
export function fitConditions(
  conditions: readonly RuleCondition[],
  marks: readonly RuleCondition[],
): readonly RuleCondition[] {
  const values = [...conditions, ...marks].flatMap(valuesOf);
  if (values.length <= most && wildcardsIn(values) <= most) return conditions;
  const longest = Math.max(...conditions.map((condition) => valuesOf(condition).length));
  if (longest <= 1) {
    throw new OperatorError(
      'test-rule-unsafe',
      `The production rule has too many conditions for the test rule to repeat: AWS allows ${most} values and ${most} wildcards in a rule.`,
      'Remove conditions from the production rule, or leave one of EcsCanary.TestQueryString and EcsCanary.TestHeader blank. Otherwise name a listener that only testers use in EcsCanary.Parts (TestListener=…), or disable this step.',
    );
  }
  const at = conditions.findIndex((condition) => valuesOf(condition).length === longest);
  return fitConditions(
    conditions.map((condition, index) => (index === at ? withoutLast(condition) : condition)),
    marks,
  );
}

/** The values of a condition as text, for comparing and for people. */
export function valuesOf(condition: RuleCondition): readonly string[] {
  const { Values = [], RegexValues = [] } = configOf(condition)[1];
  return [...Values, ...RegexValues].map((value) =>
    typeof value === 'string' ? value : [value.Key, value.Value].filter(Boolean).join('='),
  );
}

interface ConditionLists {
  readonly Values?: readonly (string | { readonly Key?: string; readonly Value?: string })[];
  readonly RegexValues?: readonly string[];
}

function configOf(condition: RuleCondition): readonly [name: string, lists: ConditionLists] {
  const config = Object.entries(condition).find(([key, value]) => key.endsWith('Config') && value !== undefined);
  return (config as [string, ConditionLists] | undefined) ?? ['', condition as ConditionLists];
}

function withoutLast(condition: RuleCondition): RuleCondition {
  const [name, { Values = [], RegexValues = [], ...rest }] = configOf(condition);
  const kept =
    RegexValues.length > 0 ? { Values, RegexValues: RegexValues.slice(0, -1) } : { Values: Values.slice(0, -1) };
  // AWS accepts no empty list.
  const lists = Object.fromEntries(Object.entries(kept).filter(([, values]) => values.length > 0));
  return { ...(name === '' ? rest : condition), ...(name === '' ? lists : { [name]: { ...rest, ...lists } }) };
}

function wildcardsIn(values: readonly string[]): number {
  return (
    values
      .join('')
      .replace(/\\[*?]/g, '')
      .match(/[*?]/g)?.length ?? 0
  );
}
