import { redactName } from '../parameters/redact-name.ts';
import type { ParsedTemplate } from './parsed-template.ts';
import { asList, objectAt, valueAt } from './template-value.ts';

/** Problems of stack parameter values for a template: unknown, missing or not allowed, all at once. */
export function checkTemplateParameters(template: ParsedTemplate, values: Readonly<Record<string, string>>): string[] {
  const declared = objectAt(template.body, 'Parameters');
  const names = Object.keys(declared);
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  const missing = names.filter(
    (name) => !Object.hasOwn(values, name) && valueAt(declared, name, 'Default') === undefined,
  );
  const known = names.length === 0 ? 'it declares none' : `it declares ${names.join(', ')}`;
  return [
    ...unknown.map((name) => `The template has no parameter ${redactName(name, values[name])}; ${known}.`),
    ...missing.map((name) => `The template's parameter ${name} has no default and needs a value.`),
    ...Object.entries(values)
      .filter(([name]) => names.includes(name))
      .flatMap(([name, value]) =>
        disallowed(name, asList(valueAt(declared, name, 'AllowedValues')).map(String), value),
      ),
  ];
}

function disallowed(name: string, allowed: readonly string[], value: string): string[] {
  if (new TextEncoder().encode(value).length > 4096)
    return [`The value of ${name} has more than the 4,096 bytes that CloudFormation accepts.`];
  if (allowed.length === 0 || allowed.includes(value)) return [];
  return [`The template's parameter ${name} must be one of ${allowed.join(', ')}.`];
}
