import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../contract/aws-error.ts';
import { queryTimestamp, writeTimestamp } from './timestamp.ts';

/** The XML answer of an AWS query operation. */
export function encodeXml(
  operation: string,
  schema: NormalizedSchema,
  output: unknown,
  namespace: string,
  requestId: string,
): string {
  const result = schema.isUnitSchema() ? '' : element(`${operation}Result`, encodeStruct(schema, output ?? {}));
  const metadata = element('ResponseMetadata', element('RequestId', requestId));
  return `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`;
}

/** The XML answer of an AWS query operation that failed. */
export function encodeXmlError(error: AwsError, namespace: string, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const inner =
    element('Type', type) + element('Code', escapeXml(error.code)) + element('Message', escapeXml(error.message));
  return `<ErrorResponse xmlns="${namespace}">${element('Error', inner)}${element('RequestId', requestId)}</ErrorResponse>`;
}

function encodeStruct(schema: NormalizedSchema, value: unknown): string {
  const from = value as Readonly<Record<string, unknown>>;
  let xml = '';
  for (const [name, member] of schema.structIterator()) {
    const item = from[name];
    if (item !== undefined && item !== null)
      xml += encodeMember(member.getMergedTraits().xmlName ?? name, member, item);
  }
  return xml;
}

function encodeMember(name: string, schema: NormalizedSchema, value: unknown): string {
  const flattened = Boolean(schema.getMergedTraits().xmlFlattened);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemName = flattened ? name : (item.getMergedTraits().xmlName ?? 'member');
    const items = (value as unknown[]).map((each) => encodeMember(itemName, item, each)).join('');
    return flattened ? items : element(name, items);
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(value as object).map(([key, each]) =>
      element(flattened ? name : 'entry', encodeEntry(schema, key, each)),
    );
    return flattened ? entries.join('') : element(name, entries.join(''));
  }
  return element(name, schema.isStructSchema() ? encodeStruct(schema, value) : escapeXml(encodeSimple(schema, value)));
}

function encodeEntry(schema: NormalizedSchema, key: string, value: unknown): string {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  return element(keyName, escapeXml(key)) + encodeMember(valueName, schema.getValueSchema(), value);
}

function encodeSimple(schema: NormalizedSchema, value: unknown): string {
  if (schema.isTimestampSchema()) return String(writeTimestamp(schema, value as Date, queryTimestamp));
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  return String(value);
}

function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

// XML 1.0 cannot contain other control characters, so they are dropped.
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, (character) => {
    if (character >= ' ' || character === '\n' || character === '\t') return entities[character] ?? character;
    return entities[character] ?? '';
  });
}
