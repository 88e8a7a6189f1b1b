import type { KnownRules } from './bypass-rules.ts';
import { type ColourGroups, coloursIn, type ListenerRule, listenerArnOf } from './listener-rule.ts';
import { nameRule } from './production-rules.ts';

/** Which of the rules that were read belong to the canary. @param given with the test listeners as configured */
export function knownRules(
  all: readonly ListenerRule[],
  production: readonly ListenerRule[],
  given: Pick<KnownRules, 'groups' | 'testListeners' | 'names'>,
): KnownRules {
  const { groups, names } = given;
  return { production, groups, names, testListeners: soundTestListeners(all, given) };
}

/** The test listeners that qualify: one with a rule that names blue serves users too, whatever was configured. */
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

/** What is wrong with a test listener that has this rule to blue. */
export function describeUsersListener(rule: ListenerRule, names: KnownRules['names']): string {
  return `A line TestListener=… of EcsCanary.Parts names a listener that also forwards to blue, through ${nameRule(rule, names)}. A test listener must forward to green only: change it, or remove that line.`;
}
