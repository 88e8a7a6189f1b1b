import { type ColourGroups, coloursIn, forwardGroups, type ListenerRule } from '../canary/listener-rule.ts';
import type { LocatedResources, ShapeOverrides } from './canary-resources.ts';
import type { ValuedTemplate } from './known-value.ts';
import { areDifferent } from './target-groups.ts';
import { logicalIdOf, logicalListenerOf, rulesOf } from './template-rules.ts';

/** Logical ids of the rules that split users, and of listeners whose default actions do; none while a colour's group is unknown. */
export function findProductionRules(
  template: ValuedTemplate,
  { blueTargetGroup: blue, greenTargetGroup: green }: LocatedResources,
  overrides: ShapeOverrides,
): readonly string[] {
  if (blue === undefined || green === undefined) return [];
  const { production, vague } = sortRules(template, { blue, green }, overrides);
  return (production.length > 0 ? production : vague).map(logicalIdOf);
}

/** The production rules, those that can be judged only where AWS shows them, and all that can be judged here. */
export function sortRules(template: ValuedTemplate, groups: ColourGroups, overrides: ShapeOverrides) {
  const { listenerRules: wanted = [] } = overrides;
  const all = rulesOf(template);
  const own = all.filter(
    (rule) =>
      !testListenersOf(overrides).includes(logicalListenerOf(rule)) &&
      (wanted.length === 0 || wanted.includes(logicalIdOf(rule))),
  );
  const production = own.filter((rule) => coloursIn(rule, groups) === 2);
  const vague = own.filter(
    (rule) => isVague(template, rule, groups) && (production.length === 0 || coloursIn(rule, groups) === 1),
  );
  return { production, vague, judged: all.filter((rule) => !vague.includes(rule)) };
}

/** Logical ids of listeners that only testers use. */
export function testListenersOf({ testListeners = [] }: ShapeOverrides): readonly string[] {
  return testListeners.filter((id) => !id.startsWith('arn:'));
}

/** Whether a rule may forward to both colours, and only AWS knows whether it does. */
function isVague(template: ValuedTemplate, rule: ListenerRule, { blue, green }: ColourGroups): boolean {
  const targets = forwardGroups(rule).map(({ TargetGroupArn = '' }) => TargetGroupArn);
  const may = (colour: string): boolean => targets.some((target) => !areDifferent(template, target, colour));
  return targets.length > 1 && coloursIn(rule, { blue, green }) < 2 && may(blue) && may(green);
}
