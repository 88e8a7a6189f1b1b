import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../contract/aws-error.ts';
import type { ServiceName } from '../contract/service.ts';

/** Throws the service's own validation error for the first required member that is absent. */
export function checkRequiredMembers(service: ServiceName, schema: NormalizedSchema, input: object): void {
  const missing = findMissing(schema, input, []);
  if (!missing) return;
  const last = missing.at(-1) ?? '';
  if (service === 'ecs') throw new AwsError('InvalidParameterException', `${capitalize(last)} cannot be empty.`);
  if (service === 'cloudwatch')
    throw new AwsError('MissingParameter', `The parameter ${missing.join('.')} is required.`);
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${missing.map(uncapitalize).join('.')}' failed to satisfy constraint: Member must not be null`,
  );
}

function findMissing(schema: NormalizedSchema, value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (schema.isListSchema()) {
    for (const [index, item] of (value as unknown[]).entries()) {
      const missing = findMissing(schema.getValueSchema(), item, [...path, String(index + 1), 'member']);
      if (missing) return missing;
    }
    return undefined;
  }
  return schema.isStructSchema() ? findMissingInStruct(schema, value as Record<string, unknown>, path) : undefined;
}

function findMissingInStruct(
  schema: NormalizedSchema,
  value: Readonly<Record<string, unknown>>,
  path: readonly string[],
): readonly string[] | undefined {
  const required = requiredMembers(schema);
  for (const [name, member] of schema.structIterator()) {
    if (required.has(name) && (value[name] === undefined || value[name] === null)) return [...path, name];
    const missing = findMissing(member, value[name], [...path, name]);
    if (missing) return missing;
  }
  return undefined;
}

// A static structure schema lists its required members first, and ends with their number.
function requiredMembers(schema: NormalizedSchema): ReadonlySet<string> {
  const own: unknown = schema.getSchema();
  if (!Array.isArray(own) || own[0] !== structureSchemaId) return new Set();
  const [, , , , names, , count = 0] = own as [number, string, string, unknown, string[], unknown, number?];
  return new Set(names.slice(0, count));
}

const structureSchemaId = 3;

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function uncapitalize(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
