import { type Binding, leaf } from './binding.ts';
import { foldCase, parseInteger, trim } from './characters.ts';
import { refuseLacking } from './refusal.ts';

/** What a property or index of a value gives if the value is JSON; undefined when it is not. @param source for errors */
export function jsonMember(text: string, property: string, source: string): Binding | undefined {
  const value = readJson(text, source);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return leaf(printJson(value));
  if (!isArray(value)) return leaf(printJson(Object.hasOwn(value, property) ? value[property] : undefined));
  const index = parseInteger(property);
  if (index === undefined) return undefined;
  if (index < 0) throw new Error(`Octopus fails at ${source}: a JSON array has no index ${index}.`);
  return leaf(printJson(value[index]));
}

/** What `#{each …}` iterates over if the value is a JSON array or object; undefined when it is neither. @param source for errors */
export function jsonItems(text: string, source: string): readonly Binding[] | undefined {
  const value = readJson(text, source);
  if (typeof value !== 'object' || value === null) return undefined;
  if (isArray(value)) return value.map((element) => leaf(printJson(element)));
  return Object.entries(value).map(([key, element]) => ({
    ...leaf(key),
    names: new Map([
      [foldCase('Key'), leaf(key)],
      [foldCase('Value'), leaf(printJson(element))],
    ]),
  }));
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

function isArray(value: readonly Json[] | { readonly [name: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}

function readJson(text: string, source: string): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    if (maybeLenient.test(trim(text))) refuseLacking(`Json.NET's lenient reading of ${text}`, source);
    return undefined;
  }
  const outsideStrings = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  if (printedOtherwise.test(outsideStrings) || /"\d+"\s*:|"\d{4}-\d\d-\d\dT|"\\?\/Date\(/.test(text))
    refuseLacking(`Json.NET's reading of fractions, long numbers, dates and numeric names in ${text}`, source);
  return value;
}

/** Json.NET also reads single quotes, bare names, comments, and octal and hexadecimal numbers. */
const maybeLenient =
  /^(?:\{.*\}|\[.*\]|'.*'|".*"|\/[/*].*|[-+]?\.?\d[\da-fx]*\.?[\da-f]*|-?(?:NaN|Infinity)|undefined|new\s.*)$/is;

const printedOtherwise = /[.e][+-]?\d|\d{16}/i;

function printJson(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
