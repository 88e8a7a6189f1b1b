import { splitAttribute } from './plain-value.ts';
import {
  asList,
  isObject,
  objectAt,
  sameMeaning,
  type TemplateObject,
  type TemplateValue,
  valueAt,
} from './template-value.ts';

/** A template with the values of its parameters, pseudo parameters such as `AWS::Region` included; missing ones have their defaults. */
export interface ValuedTemplate {
  readonly body: TemplateObject;
  readonly parameters: Readonly<Record<string, string>>;
  /** Exports of other stacks whose values the deployed stack reveals, by name. */
  readonly imports?: Readonly<Record<string, string>>;
  /** What the template calls the target groups of the deployed stack, by ARN. */
  readonly groups?: Readonly<Record<string, string>>;
}

/**
 * A value as far as the template alone determines it: parameters, mappings and conditions evaluated, and numbers as text.
 * What only AWS knows stays an intrinsic, with everything it depends on; undefined stands for `AWS::NoValue`.
 */
export function knownValue(template: ValuedTemplate, value: TemplateValue | undefined): TemplateValue | undefined {
  if (Array.isArray(value)) return value.map((item) => knownValue(template, item)).filter((item) => item !== undefined);
  if (!isObject(value)) return value === undefined || value === null ? undefined : String(value);
  const [[name, argument] = ['', ''], ...others] = Object.entries(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return intrinsic(template, name, argument);
  const entries = Object.entries(value).map(([key, inner]) => [key, knownValue(template, inner)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, TemplateValue] => entry[1] !== undefined));
}

/** Whether only AWS knows what a value is: a function remains, or a reference to Parameter Store or Secrets Manager. */
export function isUnknown(value: TemplateValue | undefined): boolean {
  if (typeof value === 'string') return value.includes('{{resolve:');
  const [[name = ''] = [], ...others] = isObject(value) ? Object.entries(value) : [];
  return others.length === 0 && /^(Ref|Fn::.*)$/.test(name);
}

/** What is at a path in a resource's properties, as far as it is known; what hides it, if only AWS knows that. */
export function propertyOf(
  template: ValuedTemplate,
  id: string | undefined,
  ...[name = '', ...path]: readonly string[]
): TemplateValue | undefined {
  const properties = valueAt(template.body, 'Resources', id ?? '', 'Properties');
  return partOf(knownValue(template, orIncluded(properties, name)), ...path);
}

/** The same within a known value. */
export function partOf(known: TemplateValue | undefined, ...path: readonly string[]): TemplateValue | undefined {
  const [key, ...rest] = path;
  return key === undefined || isUnknown(known) ? known : partOf(orIncluded(known, key), ...rest);
}

/** A macro beside other keys may add any other. */
function orIncluded(value: TemplateValue | undefined, key: string): TemplateValue | undefined {
  const macro = valueAt(value, transform);
  return valueAt(value, key) ?? (macro === undefined ? undefined : { [transform]: macro });
}

const transform = 'Fn::Transform';

/** Whether a resource, or an item of another section, is in the stack: true, false, or what it depends on if the template alone does not tell. */
export function presence(template: ValuedTemplate, id: string, section = 'Resources'): TemplateValue {
  const condition = valueAt(template.body, section, id, 'Condition');
  return condition === undefined ? true : (holds(template, condition) ?? meaningOf(template, condition));
}

/** Whether a condition holds, or undefined when the template alone does not tell. */
function holds(template: ValuedTemplate, condition: TemplateValue | undefined): boolean | undefined {
  if (typeof condition === 'string') return namedHolds(template, condition);
  const [[name, argument] = ['', '']] = Object.entries(condition ?? {}) as [string, TemplateValue][];
  const parts = asList(argument);
  switch (name) {
    case 'Condition':
      return holds(template, argument);
    case 'Fn::Equals':
      return equals(knownValue(template, parts[0]), knownValue(template, parts[1]));
    case 'Fn::Not':
      return inverse(holds(template, parts[0]));
    case 'Fn::And':
      return every(parts.map((part) => holds(template, part)));
    case 'Fn::Or':
      return inverse(every(parts.map((part) => inverse(holds(template, part)))));
    default:
      return undefined;
  }
}

/** Remembers a template's conditions, because each may be used by two others, and each of those by two more. */
const judged = new WeakMap<
  ValuedTemplate,
  { readonly truths: Map<string, boolean | undefined>; readonly open: Set<string> }
>();

function namedHolds(template: ValuedTemplate, condition: string): boolean | undefined {
  const { truths, open } = judged.get(template) ?? { truths: new Map(), open: new Set() };
  judged.set(template, { truths, open });
  if (truths.has(condition)) return truths.get(condition);
  // A condition that refers to itself would never end, and a very long chain would overflow the call stack.
  if (open.has(condition) || open.size >= 100) return undefined;
  open.add(condition);
  const truth = holds(template, valueAt(template.body, 'Conditions', condition));
  open.delete(condition);
  truths.set(condition, truth);
  return truth;
}

/** A condition and all others that it names, side by side: nested, they could grow exponentially. */
function meaningOf({ body, parameters }: ValuedTemplate, condition: TemplateValue): TemplateValue {
  const conditions = objectAt(body, 'Conditions');
  const named = new Set([String(condition)]);
  for (const name of named)
    for (const [word] of JSON.stringify(valueAt(conditions, name) ?? '').matchAll(/(?<=")\w+(?=")/g))
      if (Object.hasOwn(conditions, word)) named.add(word);
  const alone = { body: { ...body, Conditions: {} }, parameters };
  return [...named].map((name) => knownValue(alone, valueAt(conditions, name)) ?? '');
}

function intrinsic(template: ValuedTemplate, name: string, argument: TemplateValue): TemplateValue | undefined {
  const parts = asList(argument);
  if (name === 'Ref' && argument === 'AWS::NoValue') return undefined;
  if (name === 'Ref') return referred(template, knownValue(template, argument) ?? '');
  if (name === 'Fn::GetAtt') return { [name]: splitAttribute(knownValue(template, argument) ?? '') };
  if (name === 'Fn::Sub') return substituted(template, argument);
  if (name === 'Fn::If') {
    const truth = holds(template, parts[0]);
    if (truth !== undefined) return knownValue(template, truth ? parts[1] : parts[2]);
    const branches = parts.slice(1, 3).map((part) => knownValue(template, part) ?? '');
    return { [name]: [meaningOf(template, parts[0] ?? ''), ...branches] };
  }
  const known = knownValue(template, argument) ?? '';
  return imported(template, name, known) ?? computed(template, name, asList(known)) ?? { [name]: known };
}

/** AWS::LanguageExtensions lets a function give the name. */
function referred(template: ValuedTemplate, name: TemplateValue): TemplateValue {
  return parameterValue(template, String(name)) ?? { Ref: name };
}

function imported({ imports }: ValuedTemplate, name: string, known: TemplateValue): string | undefined {
  const found = name === 'Fn::ImportValue' ? valueAt(imports, String(known)) : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The result of a function whose arguments are known, or undefined. */
function computed({ body }: ValuedTemplate, name: string, known: readonly TemplateValue[]): TemplateValue | undefined {
  const [first, second] = known;
  if (name === 'Fn::FindInMap') {
    const mappings = objectAt(body, 'Mappings');
    const keys = known.slice(0, 3);
    // A fourth argument, for keys that are not in the mapping, comes with AWS::LanguageExtensions.
    const byDefault = keys.every((key) => typeof key === 'string') ? valueAt(known[3], 'DefaultValue') : undefined;
    const mapped = valueAt(mappings, ...keys.map(String)) ?? byDefault;
    // Without the template, because a mapping cannot refer to anything.
    const plain = (value: TemplateValue) => knownValue({ body: {}, parameters: {} }, value) ?? '';
    // If only AWS knows a key, any entry may be meant.
    return mapped === undefined
      ? { [name]: { Mapping: plain(valueAt(mappings, String(first)) ?? mappings), Keys: known } }
      : plain(mapped);
  }
  if (typeof first !== 'string') return undefined;
  if (name === 'Fn::Select') return asList(second)[Number(first)];
  if (name === 'Fn::Join' && asList(second).length === 1) return asList(second)[0];
  if (name === 'Fn::Join' && asList(second).every((part) => typeof part === 'string'))
    return Array.isArray(second) ? second.join(first) : undefined;
  // Only AWS knows the value of a dynamic reference.
  return name === 'Fn::Split' && typeof second === 'string' && !second.includes('{{') ? second.split(first) : undefined;
}

function parameterValue({ body, parameters }: ValuedTemplate, name: string): TemplateValue | undefined {
  const type = name.startsWith('AWS::') ? 'String' : valueAt(body, 'Parameters', name, 'Type');
  const value = valueAt(parameters, name) ?? valueAt(body, 'Parameters', name, 'Default');
  // AWS shows no secret value.
  if (typeof type !== 'string' || value === undefined || value === '****') return undefined;
  // The value in Parameter Store may have changed since.
  if (type.startsWith('AWS::SSM::')) return `{{resolve:ssm:${String(value)}}}`;
  return /^(CommaDelimitedList|List<)/.test(type)
    ? String(value)
        .split(',')
        .map((item) => item.trim())
    : String(value);
}

/** A text that is nothing but `${X}` or `${X.Attribute}` means the same as the reference itself. */
function substituted(template: ValuedTemplate, argument: TemplateValue): TemplateValue {
  const [text, own] = [argument].flat() as readonly TemplateValue[];
  const values = knownValue(template, own);
  const [, sole = ''] = /^\$\{([\w:.]+)\}$/.exec(String(text)) ?? [];
  const mine = valueAt(values, sole);
  if (mine !== undefined) return mine;
  const filled = String(text).replaceAll(/\$\{([\w:]+)\}/g, (whole, name: string) => {
    const value = valueAt(values, name) ?? parameterValue(template, name);
    return value === undefined || isObject(value) ? whole : String(value);
  });
  if (!filled.includes('${')) return filled;
  if (sole !== '') return sole.includes('.') ? { 'Fn::GetAtt': splitAttribute(sole) } : { Ref: sole };
  return { 'Fn::Sub': values === undefined ? filled : [filled, values] };
}

function equals(one: TemplateValue | undefined, other: TemplateValue | undefined): boolean | undefined {
  // Only AWS knows what a dynamic reference, or a parameter of Parameter Store, is equal to.
  const known = [one, other].every((side) => typeof side === 'string' && !side.includes('{{'));
  if (known) return one === other;
  return sameMeaning(one ?? null, other ?? null) ? true : undefined;
}

function inverse(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function every(truths: readonly (boolean | undefined)[]): boolean | undefined {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}
