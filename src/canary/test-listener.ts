import type { KnownRules } from './bypass-rules.ts';
import { type ColourGroups, coloursIn, type ListenerRule, listenerArnOf } from './listener-rule.ts';
import { nameRule } from './production-rules.ts';

/** Which rules are the canary's own, of all that were read. @param given with the test listeners as they were typed */
export function knownRules(
  all: readonly ListenerRule[],
  production: readonly ListenerRule[],
  given: Pick<KnownRules, 'groups' | 'testListeners' | 'names'>,
): KnownRules {
  const { groups, names } = given;
  return { production, groups, names, testListeners: soundTestListeners(all, given) };
}

/** Test listeners that really are some: one through which a rule names blue is users' too, whatever was typed. */
export function soundTestListeners(
  all: readonly ListenerRule[],
  { testListeners, groups }: Pick<KnownRules, 'testListeners' | 'groups'>,
): readonly string[] {
  return testListeners.filter(
    (listener) => !all.some((rule) => listenerArnOf(rule.arn) === listener && namesBlue(rule, groups)),
  );
}

/** Whether a rule names blue, at any weight. */
export function namesBlue(rule: ListenerRule, { blue }: Pick<ColourGroups, 'blue'>): boolean {
  return coloursIn(rule, { blue, green: '' }) > 0;
}

/** What is wrong with a test listener through which this rule leads to blue. */
export function describeUsersListener(rule: ListenerRule, names: KnownRules['names']): string {
  return `A line TestListener=… of EcsCanary.Parts names a listener that also leads to blue, through ${nameRule(rule, names)}. A test listener must lead to green only: change it, or remove that line.`;
}
