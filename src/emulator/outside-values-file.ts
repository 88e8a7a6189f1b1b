import { parse, YAMLParseError } from 'yaml';
import { noOutsideValues, type OutsideKind, type OutsideValues, outsideKinds } from './contract/outside-values.ts';

/** What a values file says, or every problem with it, one sentence each. */
export type ReadValues = { readonly values: OutsideValues } | { readonly problems: readonly string[] };

/** Reads a values file, JSON or YAML: for each kind, names and their values; a list is joined by commas, an object becomes JSON. */
export function readOutsideValues(text: string): ReadValues {
  const body = parseBody(text);
  if (typeof body === 'string') return { problems: [body] };
  const problems = Object.keys(body)
    .filter((key) => !isKind(key))
    .map((key) => `has the unknown key ${key}; known keys: ${outsideKinds.join(', ')}.`);
  const sections = outsideKinds.map((kind) => [kind, readSection(kind, body[kind] ?? {}, problems)] as const);
  return problems.length > 0 ? { problems } : { values: { ...noOutsideValues, ...Object.fromEntries(sections) } };
}

function parseBody(text: string): Readonly<Record<string, unknown>> | string {
  try {
    const body: unknown = parse(text);
    return isObject(body) ? body : `must contain an object with the keys ${outsideKinds.join(', ')}.`;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    return `is neither JSON nor YAML: ${error.message.split('\n')[0]}`;
  }
}

function readSection(kind: OutsideKind, section: unknown, problems: string[]): Readonly<Record<string, string>> {
  if (!isObject(section)) {
    problems.push(`must have an object at ${kind}: name -> value.`);
    return {};
  }
  return Object.fromEntries(
    Object.entries(section).map(([name, value]) => {
      if (value === null || value === undefined) problems.push(`has no value for ${kind}: ${name}.`);
      return [name, asText(value)];
    }),
  );
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map(asText).join(',');
  return isObject(value) ? JSON.stringify(value) : String(value);
}

function isKind(key: string): boolean {
  return outsideKinds.some((kind) => kind === key);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
