import { OperatorError } from '../canary/operator-error.ts';
import type { ShapeOverrides } from './canary-resources.ts';
import { knownValue, presence, propertyOf, type ValuedTemplate } from './known-value.ts';
import { closureOf } from './references.ts';
import { replacingProperties } from './replacing-properties.ts';
import { locateResources } from './shape-location.ts';
import { findProductionRules } from './sorted-rules.ts';
import { isObject, objectAt, sameMeaning, type TemplateValue, valueAt } from './template-value.ts';

/**
 * Refuses an update that would replace or remove what serves users, or what serving tasks need.
 * @returns warnings about values that only AWS knows, and that may disrupt it
 * @throws OperatorError `disruptive-update` with everything at once
 */
export function refuseDisruption(before: ValuedTemplate, after: ValuedTemplate, overrides: ShapeOverrides): string[] {
  const located = [before, after].map((template) => locateResources(template, overrides));
  const resources = objectAt(before.body, 'Resources');
  const rules = findProductionRules(before, located[0] ?? {}, overrides);
  const needed = closureOf(resources, [...located.flatMap((found) => Object.values(found)), ...rules]);
  // Green serves nobody, and replacing it is what the update is for.
  for (const { greenTaskSet = '' } of located) needed.delete(greenTaskSet);
  const serving = [...needed].filter((id) => isThere(before, id));
  const told = (about: (id: string) => string[]): string[] =>
    serving.flatMap(about).map((text) => withoutSecrets(after, text));
  const problems = told((id) => (isThere(after, id) ? replacements(before, after, id) : removal(before, id)));
  if (problems.length === 0) return told((id) => doubts(before, after, id));
  throw new OperatorError(
    'disruptive-update',
    `The stack update was not started, because it would disrupt what serves:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    'Undo these changes and deploy again. If you need them, deploy to a stack with another name and move the users there; or, in a quiet hour with all traffic on blue, update this stack by hand.',
  );
}

/** Masks NoEcho values; short values are no secrets, and masking them would hide half of every sentence. */
function withoutSecrets({ body, parameters }: ValuedTemplate, text: string): string {
  return Object.entries(parameters)
    .filter(([name]) => String(valueAt(body, 'Parameters', name, 'NoEcho')) === 'true')
    .flatMap(([, value]) => [value, ...value.split(/\s*,\s*/)])
    .filter((secret) => secret.length >= 6)
    .reduce((rest, secret) => rest.replaceAll(secret, '********'), text);
}

function isThere(template: ValuedTemplate, id: string): boolean {
  return valueAt(template.body, 'Resources', id) !== undefined && presence(template, id) !== false;
}

function isKept(template: ValuedTemplate, id: string, policy: 'DeletionPolicy' | 'UpdateReplacePolicy'): boolean {
  const resource = valueAt(template.body, 'Resources', id);
  return /^Retain/.test(String(knownValue(template, valueAt(resource, policy)))) && mayLeave(resource);
}

/** A retained resource may safely leave the stack, unless traffic runs through it. */
function mayLeave(resource: TemplateValue | undefined): boolean {
  return !/TaskSet|::Service|Balancing/.test(typeOf(resource));
}

function typeOf(resource: TemplateValue | undefined): string {
  return String(valueAt(resource, 'Type'));
}

function removal(before: ValuedTemplate, id: string): string[] {
  const resource = valueAt(before.body, 'Resources', id);
  if (isKept(before, id, 'DeletionPolicy')) return [];
  const wayOut = mayLeave(resource) ? ' To remove it, first deploy it with DeletionPolicy: Retain.' : '';
  return [`${id} (${typeOf(resource)}) would be removed.${wayOut}`];
}

function replacements(before: ValuedTemplate, after: ValuedTemplate, id: string): string[] {
  const resource = valueAt(before.body, 'Resources', id);
  const there = presence(after, id);
  const doubted =
    there === true || isKept(before, id, 'DeletionPolicy')
      ? []
      : differences(`${id}.Condition`, presence(before, id), there);
  if (isKept(before, id, 'UpdateReplacePolicy')) return doubted;
  const type = typeOf(resource);
  const emptied = type === 'AWS::ECS::Service' && propertyOf(after, id, 'DesiredCount') === '0' ? ['DesiredCount'] : [];
  const changed = [...propertiesOf(type), ...emptied].flatMap((name) => {
    const value = propertyOf(after, id, name);
    const harmless = name === 'Scale' && (value === undefined || Number(valueAt(value, 'Value')) === 100);
    return harmless ? [] : differences(`${id}.${name}`, propertyOf(before, id, name), value);
  });
  return [...doubted, ...changed];
}

function propertiesOf(type: string): readonly string[] {
  return replacingProperties.get(type) ?? [];
}

/** The smallest parts that differ, because a person looks for `Subnets`, not for a whole network configuration. */
function differences(path: string, one: TemplateValue | undefined, other: TemplateValue | undefined): string[] {
  if (sameMeaning(one ?? null, other ?? null)) return [];
  // In names and account ids, 01 and 1 differ.
  if (/(Port|Value)$/.test(path) && Number(one) === Number(other)) return [];
  if (isObject(one) && isObject(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differences(`${path}.${key}`, valueAt(one, key), valueAt(other, key)),
    );
  if (Array.isArray(one) && Array.isArray(other) && one.length === 1 && other.length === 1)
    return differences(path, one[0], other[0]);
  return [`${path}: ${shown(one)} becomes ${shown(other)}.`];
}

function shown(value: TemplateValue | undefined): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** CloudFormation reads Parameter Store at every update, so such a value may change although its text stays the same. */
function doubts(before: ValuedTemplate, after: ValuedTemplate, id: string): string[] {
  const checks = ['HealthCheckPath', 'HealthCheckPort', 'HealthCheckProtocol', 'Matcher'].flatMap((name) =>
    differences(`${id}.${name}`, propertyOf(before, id, name), propertyOf(after, id, name)),
  );
  const unsure = propertiesOf(typeOf(valueAt(after.body, 'Resources', id)))
    .filter((name) => /\{\{resolve:ssm:(?![^}]*:\d+\}\})/.test(JSON.stringify(propertyOf(after, id, name) ?? '')))
    .map(
      (name) =>
        `${id}.${name} comes from Parameter Store. If its value changed there, this update replaces ${id}, which serves.`,
    );
  return [
    ...checks.map(
      (change) => `${change} This also applies to the tasks that serve now; they are replaced if they fail the check.`,
    ),
    ...unsure,
  ];
}
