import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../contract/aws-error.ts';
import { readTimestamp } from './timestamp.ts';

interface FormNode {
  value?: string;
  readonly children: Map<string, FormNode>;
}

/** Decodes AWS query parameters into an SDK-shaped object; throws MalformedInput for what the schema forbids. */
export function decodeQuery(schema: NormalizedSchema, form: URLSearchParams): object {
  return schema.isUnitSchema() ? {} : decodeStruct(schema, buildTree(form), '');
}

function buildTree(form: URLSearchParams): FormNode {
  const root: FormNode = { children: new Map() };
  for (const [key, value] of form) {
    let node = root;
    for (const part of key.split('.')) {
      const next = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.value = value;
  }
  return root;
}

function decode(schema: NormalizedSchema, node: FormNode, path: string): unknown {
  if (schema.isStructSchema()) return decodeStruct(schema, node, path);
  if (schema.isListSchema()) return decodeList(schema, node, path);
  if (schema.isMapSchema()) return decodeMap(schema, node, path);
  return decodeSimple(schema, node, path);
}

function decodeStruct(schema: NormalizedSchema, node: FormNode, path: string): object {
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(member.getMergedTraits().xmlName ?? name);
    if (child) result[name] = decode(member, child, path ? `${path}.${name}` : name);
  }
  return result;
}

// Both botocore and the SDK for JavaScript send an empty list as `Actions=` alone.
function decodeList(schema: NormalizedSchema, node: FormNode, path: string): unknown[] {
  const item = schema.getValueSchema();
  const items = schema.getMergedTraits().xmlFlattened
    ? node
    : node.children.get(item.getMergedTraits().xmlName ?? 'member');
  if (!items && node.children.size > 0) throw malformed(`${path} has no .member.N`);
  return inOrder(items, path).map((child, index) => decode(item, child, `${path}.member.${index + 1}`));
}

function decodeMap(schema: NormalizedSchema, node: FormNode, path: string): object {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? node : node.children.get('entry');
  return Object.fromEntries(
    inOrder(entries, path).map((entry) => {
      const key = entry.children.get(keyName)?.value;
      if (key === undefined) throw malformed(`${path} has an entry without a key`);
      const value = entry.children.get(valueName) ?? { children: new Map() };
      return [key, decode(schema.getValueSchema(), value, `${path}.${key}`)];
    }),
  );
}

function inOrder(node: FormNode | undefined, path: string): FormNode[] {
  const numbered = [...(node?.children ?? [])].map(([key, child]) => ({ index: Number(key), child }));
  if (numbered.some(({ index }) => !Number.isInteger(index))) throw malformed(`${path} has an index that is no number`);
  return numbered.sort((a, b) => a.index - b.index).map(({ child }) => child);
}

function decodeSimple(schema: NormalizedSchema, node: FormNode, path: string): unknown {
  if (node.value === undefined) throw malformed(`${path} must be a single value`);
  if (schema.isStringSchema()) return node.value;
  if (schema.isBlobSchema()) return Buffer.from(node.value, 'base64');
  const value = parseSimple(schema, node.value);
  if (value === undefined) throw malformed(`${path} has the unexpected value '${node.value}'`);
  return value;
}

function parseSimple(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return { true: true, false: false }[text.toLowerCase()];
  if (schema.isTimestampSchema()) return readTimestamp(text);
  if (schema.isNumericSchema()) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  return text;
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedInput', message);
}
