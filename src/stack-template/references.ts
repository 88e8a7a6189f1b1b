import { splitAttribute } from './plain-value.ts';
import { isObject, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

/** The logical id in `{ Ref: X }`; undefined for anything else. */
export function refOf(value: TemplateValue | undefined): string | undefined {
  const target = valueAt(value, 'Ref');
  return typeof target === 'string' ? target : undefined;
}

/** Logical id and attribute of `Fn::GetAtt`, in its list or its dotted form. */
export function attributeOf(value: TemplateValue | undefined): readonly [id: string, attribute: string] | undefined {
  const list = splitAttribute(valueAt(value, 'Fn::GetAtt') ?? null);
  if (!Array.isArray(list)) return undefined;
  const [id, attribute] = list as readonly TemplateValue[];
  return typeof id === 'string' && typeof attribute === 'string' ? [id, attribute] : undefined;
}

/** The logical ids of everything that a resource needs first: its `DependsOn` and whatever its properties refer to. */
export function needsOf(resource: TemplateValue | undefined): Set<string> {
  const found = new Set<string>();
  const dependsOn = valueAt(resource, 'DependsOn');
  for (const id of [dependsOn].flat()) if (typeof id === 'string') found.add(id);
  collect(valueAt(resource, 'Properties') ?? null, found);
  return found;
}

/** These resources and everything that they depend on, directly or indirectly. */
export function closureOf(resources: TemplateObject, ids: readonly string[]): Set<string> {
  const found = new Set(ids);
  for (const current of found)
    for (const next of needsOf(valueAt(resources, current))) if (Object.hasOwn(resources, next)) found.add(next);
  return found;
}

function collect(value: TemplateValue, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value as readonly TemplateValue[]) collect(item, found);
  if (!isObject(value)) return;
  const direct = refOf(value) ?? attributeOf(value)?.[0];
  if (direct !== undefined) found.add(direct);
  const substituted = [valueAt(value, 'Fn::Sub')].flat()[0];
  if (typeof substituted === 'string') {
    for (const match of substituted.matchAll(/\$\{([A-Za-z0-9]+)/g)) found.add(match[1] as string);
  }
  for (const child of Object.values(value)) collect(child, found);
}
