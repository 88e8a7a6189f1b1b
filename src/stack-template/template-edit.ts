import type { CanaryResources } from './canary-resources.ts';
import { readDocument } from './document.ts';
import { invalidTemplate } from './invalid-template.ts';
import type { ParsedTemplate } from './parsed-template.ts';
import { isObject, sameMeaning, type TemplateValue, valueAt, withValueAt } from './template-value.ts';
import { type Change, changeText, insertion, isLiteralMap, pairOf, valueEdit } from './text-edit.ts';

export { normaliseCasing } from './casing.ts';

/**
 * Pins blue to a task definition: the text with that one value changed and nothing else.
 * @throws OperatorError `invalid-template`
 */
export function pinBlue(
  template: ParsedTemplate,
  shape: Pick<CanaryResources, 'blueTaskSet'>,
  taskDefinitionArn: string,
): string {
  return setValue(template, ['Resources', shape.blueTaskSet, 'Properties', 'TaskDefinition'], taskDefinitionArn);
}

/**
 * Sets green's scale, in percent of the service's desired count; the text is otherwise unchanged.
 * @throws OperatorError `invalid-template`
 */
export function scaleGreen(
  template: ParsedTemplate,
  shape: Pick<CanaryResources, 'greenTaskSet'>,
  percent: number,
): string {
  const path = ['Resources', shape.greenTaskSet, 'Properties', 'Scale'];
  const scale = { Unit: 'PERCENT', Value: percent };
  const isLiteral = valueAt(template.body, ...path, 'Unit') === scale.Unit;
  return isLiteral ? setValue(template, [...path, 'Value'], percent) : setValue(template, path, scale);
}

function setValue(template: ParsedTemplate, path: readonly string[], value: TemplateValue): string {
  const current = valueAt(template.body, ...path);
  if (current !== undefined && sameMeaning(current, value)) return template.text;
  const source = readDocument(template.text, template.format);
  const parents = path.slice(0, -1);
  const key = path.at(-1) ?? '';
  let map: unknown = source.contents;
  for (const parent of parents) map = pairOf(map, parent)?.value;
  if (!isLiteralMap(map)) throw invalidTemplate([`${parents.join('.')} must be a mapping in which ${key} can be set.`]);
  const pair = pairOf(map, key);
  const rendered = render(template, value);
  const change: Change = {
    edits: pair ? valueEdit(pair, rendered) : insertion(template.text, map, renderKey(template, key), rendered),
    expected: withValueAt(template.body, path, value),
    rewrite: (document) => document.setIn(path, value),
  };
  return changeText(template, source.document, change);
}

function renderKey({ format }: ParsedTemplate, key: string): string {
  return format === 'json' ? JSON.stringify(key) : key;
}

function render(template: ParsedTemplate, value: TemplateValue): string {
  if (isObject(value)) {
    const pairs = Object.entries(value).map(
      ([key, inner]) => `${renderKey(template, key)}: ${render(template, inner)}`,
    );
    return template.format === 'json' ? `{ ${pairs.join(', ')} }` : `{${pairs.join(', ')}}`;
  }
  const isPlain = typeof value === 'string' && /^[A-Za-z][\w:/.-]*\w$/.test(value);
  return template.format === 'yaml' && isPlain ? value : JSON.stringify(value);
}
