import { partOf, propertyOf, type ValuedTemplate } from './known-value.ts';
import { attributeOf, refOf } from './references.ts';
import { asList, type TemplateValue, valueAt } from './template-value.ts';

/** What a target group is called here: its logical id; outside the template its ARN, or the function that only AWS can evaluate. */
export function targetGroupOf(known: TemplateValue | undefined): string | undefined {
  const attribute = attributeOf(known);
  const id = refOf(known) ?? (attribute?.[1] === 'TargetGroupArn' ? attribute[0] : undefined);
  return id ?? (known === undefined || typeof known === 'string' ? known : JSON.stringify(known));
}

/** The target groups with which a task set registers; undefined where only AWS knows the list. */
export function registrationsOf(template: ValuedTemplate, taskSet: string): readonly string[] | undefined {
  const known = propertyOf(template, taskSet, 'LoadBalancers') ?? [];
  if (!Array.isArray(known)) return undefined;
  return asList(known).flatMap((item) => targetGroupOf(partOf(item, 'TargetGroupArn')) ?? []);
}

/** Whether two names mean different target groups for certain, because neither is a function that only AWS can evaluate. */
export function areDifferent(template: ValuedTemplate, one: string, other: string): boolean {
  return one !== other && [one, other].every((name) => isCertain(template, name));
}

/** Whether it is known which group a name means. */
export function isCertain({ body }: ValuedTemplate, group: string): boolean {
  return group.startsWith('arn:') || valueAt(body, 'Resources', group) !== undefined;
}
