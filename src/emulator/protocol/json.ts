import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../contract/aws-error.ts';
import { jsonTimestamp, readTimestamp, writeTimestamp } from './timestamp.ts';

/** Decodes an AWS JSON body into an SDK-shaped object; throws SerializationException for what the schema forbids. */
export function decodeJson(schema: NormalizedSchema, body: string): object {
  const parsed = parseJson(body);
  if (!isObject(parsed)) throw refuse('Start of structure or map expected');
  return schema.isUnitSchema() ? {} : (decode(schema, parsed, '') as object);
}

/** Encodes an SDK-shaped object as an AWS JSON body. */
export function encodeJson(schema: NormalizedSchema, value: unknown): string {
  return schema.isUnitSchema() ? '{}' : JSON.stringify(encode(schema, value ?? {}));
}

function decode(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isStructSchema()) return decodeStruct(schema, value, path);
  if (schema.isListSchema()) return decodeList(schema, value, path);
  if (schema.isMapSchema()) return decodeMap(schema, value, path);
  return decodeSimple(schema, value, path);
}

function decodeStruct(schema: NormalizedSchema, value: unknown, path: string): object {
  if (!isObject(value)) throw refuse(`${path} must be a structure`);
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    if (Object.hasOwn(value, name) && value[name] !== null) {
      result[name] = decode(member, value[name], path ? `${path}.${name}` : name);
    }
  }
  return result;
}

function decodeList(schema: NormalizedSchema, value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw refuse(`${path} must be a list`);
  return value.map((item, index) => decode(schema.getValueSchema(), item, `${path}[${index}]`));
}

function decodeMap(schema: NormalizedSchema, value: unknown, path: string): object {
  if (!isObject(value)) throw refuse(`${path} must be a map`);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, decode(schema.getValueSchema(), item, `${path}.${key}`)]),
  );
}

function decodeSimple(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isTimestampSchema()) {
    const date = typeof value === 'number' || typeof value === 'string' ? readTimestamp(value) : undefined;
    if (!date) throw refuse(`${path} must be a time`);
    return date;
  }
  if (schema.isBlobSchema()) return Buffer.from(expectType(value, 'string', path), 'base64');
  if (schema.isStringSchema()) return expectType(value, 'string', path);
  if (schema.isBooleanSchema()) return expectType(value, 'boolean', path);
  if (schema.isNumericSchema()) return expectType(value, 'number', path);
  return value;
}

function expectType<Name extends 'string' | 'boolean' | 'number'>(
  value: unknown,
  type: Name,
  path: string,
): { string: string; boolean: boolean; number: number }[Name] {
  if (typeof value !== type) throw refuse(`${path} must be a ${type}, and is a ${typeof value}`);
  return value as never;
}

function encode(schema: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (schema.isStructSchema()) {
    const from = value as Record<string, unknown>;
    return Object.fromEntries(
      [...schema.structIterator()].map(([name, member]) => [name, encode(member, from[name])] as const),
    );
  }
  if (schema.isListSchema()) return (value as unknown[]).map((item) => encode(schema.getValueSchema(), item));
  if (schema.isMapSchema()) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, encode(schema.getValueSchema(), item)] as const),
    );
  }
  if (schema.isTimestampSchema()) return writeTimestamp(schema, value as Date, jsonTimestamp);
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  return value;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch (cause) {
    throw refuse(`the body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function refuse(message: string): AwsError {
  return new AwsError('SerializationException', message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
