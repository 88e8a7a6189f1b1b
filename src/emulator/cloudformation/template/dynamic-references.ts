import type { Place } from './intrinsics.ts';
import type { Outside } from './scope.ts';
import { isObject } from './template.ts';

const reference = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}/g;

/** The value with every dynamic reference, such as `{{resolve:ssm:/shop/image:1}}`, replaced by what it stands for. */
export function resolveReferences(value: unknown, outside: Outside, place: Place = {}): unknown {
  if (typeof value === 'string')
    return value.replace(reference, (_, service: string, rest: string) => resolve(service, rest, outside, place));
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, outside, place));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveReferences(item, outside, { property: key })]),
  );
}

function resolve(service: string, rest: string, outside: Outside, place: Place): string {
  if (service !== 'secretsmanager') return outside.parameter(rest.replace(/:\d+$/, ''), place);
  const parts = rest.split(':');
  // A secret's ARN has seven parts itself.
  const length = rest.startsWith('arn:') ? 7 : 1;
  const key = parts[length + 1];
  return outside.secret(parts.slice(0, length).join(':'), key || undefined);
}
