import { AwsError } from '../../contract/aws-error.ts';
import { splitCidr } from './cidr.ts';
import { splitAttribute } from './parse-text.ts';
import { isObject } from './template.ts';

/** Where a value goes, for values that must be made up. */
export interface Place {
  /** The innermost property that takes the value. */
  readonly property?: string;
  /** The type of the template parameter that it comes from. */
  readonly type?: string;
  /** Whether a list is made of it. */
  readonly list?: boolean;
}

/** What a template's functions can look up. */
export interface Scope {
  /** The value of `Ref`: a parameter, a pseudo parameter (undefined for AWS::NoValue) or a resource. */
  ref(name: string, place: Place): unknown;
  attribute(logicalId: string, name: string, place: Place): unknown;
  /** The value of another stack's export. */
  exported(name: string, place: Place): string;
  condition(name: string): boolean;
  /** Undefined if the mapping has no such value and there is a default. */
  mapping(map: string, top: string, second: string, hasDefault: boolean): unknown;
  readonly region: string;
  readonly place: Place;
}

type Evaluate = (argument: unknown, scope: Scope) => unknown;

/** Only a template's rules use them. */
const ruleFunctions: Readonly<Record<string, Evaluate>> = {
  'Fn::Contains': (argument, scope) => {
    const [items, value] = strings('Fn::Contains', argument, scope);
    return items.includes(value[0] ?? '');
  },
  'Fn::EachMemberEquals': (argument, scope) => {
    const [items, value] = strings('Fn::EachMemberEquals', argument, scope);
    return items.every((item) => item === value[0]);
  },
  'Fn::EachMemberIn': (argument, scope) => {
    const [items, allowed] = strings('Fn::EachMemberIn', argument, scope);
    return items.every((item) => allowed.includes(item));
  },
};

const table: Readonly<Record<string, Evaluate>> = {
  Ref: (argument, scope) => scope.ref(String(argument), scope.place),
  Condition: (argument, scope) => scope.condition(String(argument)),
  'Fn::GetAtt': getAttribute,
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': choose,
  'Fn::Equals': equals,
  'Fn::And': (argument, scope) => conditions('Fn::And', argument, scope).every(Boolean),
  'Fn::Or': (argument, scope) => conditions('Fn::Or', argument, scope).some(Boolean),
  'Fn::Not': (argument, scope) => !conditions('Fn::Not', argument, scope)[0],
  'Fn::FindInMap': findInMap,
  'Fn::ImportValue': (argument, scope) => scope.exported(String(evaluate(argument, scope)), scope.place),
  'Fn::Cidr': cidrBlocks,
  'Fn::Length': (argument, scope) => listLength(evaluate(argument, scope)),
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(evaluate(argument, scope)),
  'Fn::Base64': (argument, scope) => Buffer.from(String(evaluate(argument, scope))).toString('base64'),
  ...ruleFunctions,
  'Fn::GetAZs': (argument, scope) => zones(evaluate(argument, scope), scope),
};

/** Every function that the emulator has. */
export const knownFunctions: readonly string[] = Object.keys(table);

/** The value with every function evaluated; undefined for AWS::NoValue, which is left out of objects and lists. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const call = functionCall(value);
  if (call) return apply(call.name, call.argument, scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, evaluate(item, { ...scope, place: { property: key } })] as const)
      .filter(([, item]) => item !== undefined),
  );
}

/** The function that an object calls, or undefined for plain data. */
export function functionCall(
  value: Readonly<Record<string, unknown>>,
): { name: string; argument: unknown } | undefined {
  const keys = Object.keys(value);
  const [name] = keys;
  if (keys.length !== 1 || name === undefined) return undefined;
  // `Condition` is a key of many plain objects (IAM statements), so it counts as a function only if its argument is a name.
  const isFunction =
    name === 'Ref' || name.startsWith('Fn::') || (name === 'Condition' && typeof value[name] === 'string');
  return isFunction ? { name, argument: value[name] } : undefined;
}

function apply(name: string, argument: unknown, scope: Scope): unknown {
  const run = table[name];
  if (!run) throw invalid(`The emulator does not have the function ${name}.`);
  return run(argument, scope);
}

function getAttribute(argument: unknown, scope: Scope): unknown {
  const [logicalId, name] = attributeParts(argument);
  return scope.attribute(logicalId, String(evaluate(name, scope)), scope.place);
}

/** Both forms of Fn::GetAtt's argument. */
export function attributeParts(argument: unknown): [string, unknown] {
  if (typeof argument === 'string') return splitAttribute(argument);
  if (Array.isArray(argument) && argument.length >= 2 && typeof argument[0] === 'string')
    return [argument[0], argument.length === 2 ? argument[1] : argument.slice(1).join('.')];
  throw invalid(
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  );
}

/** Both forms of Fn::Sub's argument: the text, and its own variables. */
export function substitution(argument: unknown): { text: string; variables: Readonly<Record<string, unknown>> } {
  if (typeof argument === 'string') return { text: argument, variables: {} };
  if (Array.isArray(argument) && typeof argument[0] === 'string' && isObject(argument[1] ?? {}))
    return { text: argument[0], variables: argument[1] ?? {} };
  throw invalid(
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
  );
}

export const placeholder = /\$\{([^!}][^}]*)\}/g;

function substitute(argument: unknown, scope: Scope): string {
  const { text, variables } = substitution(argument);
  const replaced = text.replace(placeholder, (_, inner: string) => {
    const name = inner.trim();
    if (Object.hasOwn(variables, name)) return String(evaluate(variables[name], scope));
    const { place } = scope;
    return String(name.includes('.') ? scope.attribute(...splitAttribute(name), place) : scope.ref(name, place));
  });
  return replaced.replaceAll('${!', '${');
}

function join(argument: unknown, scope: Scope): string {
  const [separator, list] = pair('Fn::Join', argument);
  const items = evaluate(list, scope);
  if (typeof separator !== 'string' || !Array.isArray(items))
    throw invalid(
      'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
    );
  return items.map(String).join(separator);
}

function select(argument: unknown, scope: Scope): unknown {
  const [index, list] = pair('Fn::Select', argument);
  const items = evaluate(list, scope);
  const at = Number(evaluate(index, scope));
  if (!Array.isArray(items))
    throw invalid('Template error: Fn::Select requires a list argument with two elements: an integer index and a list');
  if (!Number.isInteger(at) || at < 0 || at >= items.length)
    throw invalid(`Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`);
  return items[at];
}

function split(argument: unknown, scope: Scope): string[] {
  const [separator, text] = pair('Fn::Split', argument);
  const inner = { ...scope, place: { ...scope.place, list: true } };
  return String(evaluate(text, inner)).split(String(separator));
}

function choose(argument: unknown, scope: Scope): unknown {
  if (!Array.isArray(argument) || argument.length !== 3)
    throw invalid('Template error: Fn::If requires a list argument with three elements');
  return evaluate(scope.condition(String(argument[0])) ? argument[1] : argument[2], scope);
}

function equals(argument: unknown, scope: Scope): boolean {
  const [left, right] = pair('Fn::Equals', argument).map((item) => evaluate(item, scope));
  return JSON.stringify(texts(left)) === JSON.stringify(texts(right));
}

/** CloudFormation compares scalars as strings: the number 1 equals the string "1". */
function texts(value: unknown): unknown {
  return Array.isArray(value) ? value.map(texts) : isObject(value) ? value : String(value);
}

function conditions(name: string, argument: unknown, scope: Scope): boolean[] {
  const most = name === 'Fn::Not' ? 1 : 10;
  const least = name === 'Fn::Not' ? 1 : 2;
  if (!Array.isArray(argument) || argument.length < least || argument.length > most)
    throw invalid(
      `Template error: every ${name} object requires a list of ${least === most ? '1 boolean parameter' : 'at least 2 and at most 10 boolean parameters'}.`,
    );
  return argument.map((item) => String(evaluate(item, scope)) === 'true');
}

function findInMap(argument: unknown, scope: Scope): unknown {
  if (!Array.isArray(argument) || argument.length < 3)
    throw invalid(
      'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
    );
  const [map, top, second] = argument.slice(0, 3).map((item) => String(evaluate(item, scope)));
  const options: unknown = argument[3];
  const fallback = isObject(options) ? options['DefaultValue'] : undefined;
  const found = scope.mapping(map!, top!, second!, fallback !== undefined);
  return found === undefined ? evaluate(fallback, scope) : found;
}

function strings(name: string, argument: unknown, scope: Scope): [string[], string[]] {
  const [left, right] = pair(name, argument).map((item) => [evaluate(item, scope)].flat().map(String));
  return [left ?? [], right ?? []];
}

function listLength(list: unknown): number {
  if (!Array.isArray(list)) throw invalid('Template error: Fn::Length requires a list.');
  return list.length;
}

function cidrBlocks(argument: unknown, scope: Scope): string[] {
  const values = evaluate(argument, scope);
  if (!Array.isArray(values) || values.length < 2 || values.length > 3)
    throw invalid(
      'Template error: every Fn::Cidr object requires two or three parameters: ipBlock, count and cidrBits.',
    );
  const [block, count, bits] = values;
  const blocks = splitCidr(String(block), Number(count), bits === undefined ? undefined : Number(bits));
  if (blocks === undefined)
    throw invalid(`Template error: Fn::Cidr cannot divide ${String(block)} into ${String(count)} blocks`);
  return blocks;
}

/** Of regions with more than three zones. */
const zoneLetters: Readonly<Record<string, string>> = { 'us-east-1': 'abcdef', 'us-west-2': 'abcd' };

function zones(region: unknown, scope: Scope): string[] {
  const name = String(region || scope.region);
  return [...(zoneLetters[name] ?? 'abc')].map((letter) => `${name}${letter}`);
}

function pair(name: string, argument: unknown): [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2)
    throw invalid(`Template error: every ${name} object requires a list of two parameters.`);
  return [argument[0], argument[1]];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
