import { isScalar, visit } from 'yaml';
import { readDocument } from './document.ts';
import { type ParsedTemplate, parseTemplate } from './parsed-template.ts';
import { isObject, objectAt, type TemplateValue, valueAt, withValueAt } from './template-value.ts';
import { changeText, pairOf } from './text-edit.ts';

const written = 'AwsvpcConfiguration';
const documented = 'AwsVpcConfiguration';

/**
 * Writes the network configuration of task sets in its documented casing, which differs from that of services.
 * A task set that is deployed with the other casing keeps it, because CloudFormation would replace the task set for a new key.
 * @throws OperatorError `invalid-template`
 */
export function normaliseCasing(template: ParsedTemplate, deployed?: ParsedTemplate): string {
  const ids = Object.keys(objectAt(template.body, 'Resources')).filter(
    (id) => isMiscased(template, id) && !(deployed !== undefined && isMiscased(deployed, id)),
  );
  return ids.reduce((text, id) => renameKey(parseTemplate(text), id), template.text);
}

function isMiscased(template: ParsedTemplate, id: string): boolean {
  if (valueAt(template.body, 'Resources', id, 'Type') !== 'AWS::ECS::TaskSet') return false;
  return mentions(networkOf(template, id), written);
}

function networkOf(template: ParsedTemplate, id: string): TemplateValue {
  return valueAt(template.body, 'Resources', id, 'Properties', 'NetworkConfiguration') ?? null;
}

function renameKey(template: ParsedTemplate, id: string): string {
  const path = ['Resources', id, 'Properties', 'NetworkConfiguration'];
  const source = readDocument(template.text, template.format);
  let network: unknown = source.contents;
  for (const key of path) network = pairOf(network, key)?.value;
  const keys: { readonly range: readonly number[]; value: unknown }[] = [];
  visit(network as Parameters<typeof visit>[0], {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === written && key.range) keys.push(key as (typeof keys)[number]);
    },
  });
  return changeText(template, source.document, {
    edits: keys.map(({ range: [start = 0, end = 0] }) => ({
      start,
      end,
      text: template.text.slice(start, end).replace(written, documented),
    })),
    expected: withValueAt(template.body, path, renamed(networkOf(template, id))),
    rewrite: () => {
      for (const key of keys) key.value = documented;
    },
  });
}

function mentions(value: TemplateValue, key: string): boolean {
  if (Array.isArray(value)) return (value as readonly TemplateValue[]).some((item) => mentions(item, key));
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => name === key || mentions(inner, key));
}

function renamed(value: TemplateValue): TemplateValue {
  if (Array.isArray(value)) return (value as readonly TemplateValue[]).map(renamed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key === written ? documented : key, renamed(inner)]),
  );
}
