import {
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  namedArnOf,
  type RuleAction,
  type RuleCondition,
} from '../canary/listener-rule.ts';
import { isUnknown, partOf, presence, propertyOf, type ValuedTemplate } from './known-value.ts';
import { attributeOf, refOf } from './references.ts';
import { targetGroupOf } from './target-groups.ts';
import { asList, isObject, objectAt, type TemplateValue, valueAt } from './template-value.ts';

const ruleType = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const listenerType = 'AWS::ElasticLoadBalancingV2::Listener';

/**
 * The template's listener rules and default actions as AWS would show them, with logical ids in place of ARNs.
 * Rules whose condition does not hold are left out, and so are values that only AWS knows.
 */
export function rulesOf(template: ValuedTemplate): readonly ListenerRule[] {
  return Object.keys(objectAt(template.body, 'Resources')).flatMap((id) => {
    const type = valueAt(template.body, 'Resources', id, 'Type');
    if ((type !== ruleType && type !== listenerType) || presence(template, id) === false) return [];
    return [type === ruleType ? ruleOf(template, id) : defaultActionOf(template, id)];
  });
}

/** The logical id of a rule, or of the listener whose default action it is. */
export function logicalIdOf(rule: ListenerRule): string {
  return isDefaultAction(rule) ? logicalListenerOf(rule) : (rule.arn.split('/').at(-1) ?? '');
}

/** The logical id of a rule's listener; some other text for one outside the template. */
export function logicalListenerOf(rule: ListenerRule): string {
  return listenerArnOf(rule.arn).slice(prefix.length);
}

/** Logical ids by the names that `rulesOf` uses instead of ARNs. */
export function namesOf(rules: readonly ListenerRule[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rules.map((rule) => [namedArnOf(rule), logicalIdOf(rule)]));
}

const prefix = 'template:listener/';

function ruleOf(template: ValuedTemplate, name: string): ListenerRule {
  const listener = propertyOf(template, name, 'ListenerArn');
  const id = refOf(listener) ?? attributeOf(listener)?.[0];
  const own = id ?? (typeof listener === 'string' ? listener : JSON.stringify(listener ?? ''));
  const priority = propertyOf(template, name, 'Priority');
  return {
    arn: `template:listener-rule/${own}/${name}`,
    // A priority that only AWS knows comes before the default action; nothing else is certain.
    priority: typeof priority === 'string' ? priority : '?',
    conditions: conditionsOf(propertyOf(template, name, 'Conditions')),
    actions: actionsOf(template, propertyOf(template, name, 'Actions')),
  };
}

function defaultActionOf(template: ValuedTemplate, id: string): ListenerRule {
  return {
    arn: `template:listener-rule/${id}/default`,
    priority: 'default',
    conditions: [],
    actions: actionsOf(template, propertyOf(template, id, 'DefaultActions')),
  };
}

/** A condition that only AWS knows counts neither as a test condition nor as one that every request meets. */
function conditionsOf(known: TemplateValue | undefined): readonly RuleCondition[] {
  if (!Array.isArray(known)) return [{ Field: 'unknown', ...doubtOf(known) }];
  return (known as readonly TemplateValue[]).map((condition) => {
    const field = valueAt(condition, 'Field');
    const shown: Record<string, unknown> = { Field: typeof field === 'string' ? field : 'unknown' };
    if (valueAt(condition, 'Values') !== undefined) shown['Values'] = plain(valueAt(condition, 'Values'));
    for (const [name, config] of Object.entries(isObject(condition) ? condition : {}))
      if (name.endsWith('Config') && isObject(config))
        shown[name] = Object.fromEntries(Object.entries(config).map(([key, inner]) => [key, plain(inner)]));
    return { ...shown, ...doubtOf(condition) } as RuleCondition;
  });
}

/** What tells one unknown condition from another. */
function doubtOf(condition: TemplateValue | undefined): Pick<RuleCondition, 'Unknown'> {
  const text = JSON.stringify(condition ?? '');
  return /\{\{resolve:|"(Ref|Fn::\w+)":/.test(text) ? { Unknown: text } : {};
}

/** A text or a list, if it is known. */
function plain(value: TemplateValue | undefined): unknown {
  if (isUnknown(value)) return undefined;
  if (typeof value === 'string') return value;
  return asList(value).map((item) =>
    isObject(item) && !isUnknown(item)
      ? Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, atWidest(inner)]))
      : atWidest(item),
  );
}

/** A text whose unknown parts may match anything. */
function atWidest(value: TemplateValue): string {
  return typeof value === 'string' ? value.replaceAll(/\{\{resolve:[^}]*\}\}/g, '*') : '*';
}

function actionsOf(template: ValuedTemplate, known: TemplateValue | undefined): readonly RuleAction[] {
  const actions = isUnknown(known) ? [known ?? null] : asList(known);
  return actions.map((action) => {
    if (isUnknown(action)) return { Type: 'forward', ForwardConfig: { TargetGroups: anyGroups(action) } };
    const type = partOf(action, 'Type');
    const single = groupOf(template, partOf(action, 'TargetGroupArn'));
    const listed = partOf(action, 'ForwardConfig', 'TargetGroups');
    const groups = isUnknown(listed) ? anyGroups(listed) : asList(listed).map((to) => weighted(template, to));
    return {
      Type: isUnknown(type) ? 'forward' : String(type ?? ''),
      ...(single !== undefined && { TargetGroupArn: single }),
      ...(groups.length > 0 && { ForwardConfig: { TargetGroups: groups } }),
    };
  });
}

/** If only AWS knows the groups, they may be those of both colours. */
function anyGroups(unknown: TemplateValue | undefined) {
  const group = { TargetGroupArn: targetGroupOf(unknown), Weight: Number.NaN };
  return [group, group];
}

/** A weight that only AWS knows is not a number. */
function weighted(template: ValuedTemplate, target: TemplateValue) {
  const weight = partOf(target, 'Weight');
  const isNumber = typeof weight === 'string' && weight.trim() !== '' && Number.isFinite(Number(weight));
  return {
    TargetGroupArn: groupOf(template, partOf(target, 'TargetGroupArn')) ?? '(another)',
    Weight: isUnknown(weight) ? Number.NaN : isNumber ? Number(weight) : undefined,
  };
}

/** An ARN may be that of a group which the template makes. */
function groupOf({ groups = {} }: ValuedTemplate, known: TemplateValue | undefined): string | undefined {
  const name = targetGroupOf(known);
  return name === undefined ? undefined : (groups[name] ?? name);
}
