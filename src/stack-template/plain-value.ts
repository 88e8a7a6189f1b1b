import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { SourceDocument } from './source-document.ts';
import type { TemplateValue } from './template-value.ts';

const functions = [
  'And',
  'Base64',
  'Cidr',
  'Contains',
  'EachMemberEquals',
  'EachMemberIn',
  'Equals',
  'FindInMap',
  'ForEach',
  'GetAZs',
  'GetAtt',
  'GetStackOutput',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'RefAll',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
  'ValueOf',
  'ValueOfAll',
];

const intrinsicByTag = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...functions.map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

/** The long name of a short-form intrinsic, for example `Fn::Sub` for `!Sub`; undefined for any other tag. */
export function intrinsicName(tag: string): string | undefined {
  return intrinsicByTag.get(tag);
}

/** A document's value, with short-form intrinsics in their long form. */
export function toPlain(source: SourceDocument): TemplateValue {
  return plain(source.contents);
}

function plain(node: unknown): TemplateValue {
  const intrinsic = intrinsicName((node as { tag?: string } | null)?.tag ?? '');
  const value = plainContents(node, intrinsic !== undefined);
  if (intrinsic === undefined) return value;
  return { [intrinsic]: intrinsic === 'Fn::GetAtt' ? splitAttribute(value) : value };
}

function plainContents(node: unknown, tagged: boolean): TemplateValue {
  if (isScalar(node)) return plainScalar(node.value, node.source, tagged);
  if (isSeq(node)) return node.items.map(plain);
  if (!isMap(node)) return null;
  return Object.fromEntries(
    node.items.filter(isPair).map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', plain(pair.value)]),
  );
}

/** A number too long for JavaScript, such as an account id with a leading zero, stays the text it was. */
function plainScalar(value: unknown, source: string | undefined, tagged: boolean): TemplateValue {
  if (tagged && typeof value !== 'string') return source ?? null;
  if (typeof value === 'number' && source !== undefined && !sameNumber(value, source)) return source;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function sameNumber(value: number, source: string): boolean {
  return !/^[+-]?\d+$/.test(source) || String(value) === source;
}

/** `Resource.Attribute` as the list of the long form; attributes may themselves contain dots. */
export function splitAttribute(value: TemplateValue): TemplateValue {
  if (typeof value !== 'string') return value;
  const at = value.indexOf('.');
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
}
