import { AwsError } from '../../contract/aws-error.ts';
import type { ParameterTemplate, Template } from './template.ts';

/** A parameter as a client sends it. */
export interface ParameterInput {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
}

export type ParameterValues = Readonly<Record<string, string>>;

/** The value of every template parameter: sent, previous (only if requested) or default; throws ValidationError. */
export function resolveParameters(
  template: Template,
  inputs: readonly ParameterInput[],
  previous: ParameterValues,
): ParameterValues {
  const sent = new Map(inputs.map((input) => [input.ParameterKey ?? '', input]));
  const unknown = [...sent.keys()].filter((name) => !template.parameters.has(name));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = [...template.parameters.values()].map(
    (declared) => [declared, chosenValue(declared, sent.get(declared.name), previous)] as const,
  );
  const missing = values.filter(([, value]) => value === undefined).map(([declared]) => declared.name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  for (const [declared, value] of values) check(declared, value ?? '');
  return Object.fromEntries(values.map(([declared, value]) => [declared.name, value ?? '']));
}

/** The value of `Ref` for a parameter: a list for list types, otherwise a string. */
export function parameterReference(declared: ParameterTemplate, value: string): string | string[] {
  return isListType(storedType(declared) ?? declared.type) ? value.split(',').map((item) => item.trim()) : value;
}

export function isListType(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

/** The type of the value in the parameter store whose name is the parameter's value; undefined for any other parameter. */
export function storedType({ type }: ParameterTemplate): string | undefined {
  return /^AWS::SSM::Parameter::Value<(.+)>$/.exec(type)?.[1];
}

function chosenValue(declared: ParameterTemplate, sent: ParameterInput | undefined, previous: ParameterValues) {
  if (!sent) return declared.defaultValue;
  if (!sent.UsePreviousValue) return sent.ParameterValue ?? declared.defaultValue;
  if (sent.ParameterValue !== undefined)
    throw invalid(
      `Invalid input for parameter key ${declared.name}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
    );
  if (previous[declared.name] === undefined)
    throw invalid(
      `Invalid input for parameter key ${declared.name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
    );
  return previous[declared.name];
}

function check(declared: ParameterTemplate, value: string): void {
  const { name } = declared;
  if (declared.allowedValues && !allItems(declared, value).every((item) => declared.allowedValues?.includes(item)))
    throw invalid(`Parameter '${name}' must be one of AllowedValues`);
  if (declared.allowedPattern && matches(declared.allowedPattern, value) === false)
    throw violated(declared, `Parameter '${name}' must match pattern ${declared.allowedPattern}`);
  checkLength(declared, value);
  checkNumbers(declared, value);
}

/** AWS's patterns are Java's; undefined for one that means nothing in JavaScript and so is not checked. */
function matches(pattern: string, value: string): boolean | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return undefined;
  }
}

function checkLength(declared: ParameterTemplate, value: string): void {
  const { name, minLength, maxLength } = declared;
  if (minLength !== undefined && value.length < minLength)
    throw violated(declared, `Parameter '${name}' must contain at least ${minLength} characters`);
  if (maxLength !== undefined && value.length > maxLength)
    throw violated(declared, `Parameter '${name}' must contain at most ${maxLength} characters`);
}

function checkNumbers(declared: ParameterTemplate, value: string): void {
  const { name, type, minValue, maxValue } = declared;
  if (type !== 'Number' && type !== 'List<Number>') return;
  for (const item of allItems(declared, value)) {
    if (item === '' || Number.isNaN(Number(item))) throw invalid(`Parameter '${name}' must be a number`);
    if (minValue !== undefined && Number(item) < minValue)
      throw violated(declared, `Parameter '${name}' must be a number not less than ${minValue}`);
    if (maxValue !== undefined && Number(item) > maxValue)
      throw violated(declared, `Parameter '${name}' must be a number not greater than ${maxValue}`);
  }
}

function allItems(declared: ParameterTemplate, value: string): string[] {
  const reference = parameterReference(declared, value);
  return Array.isArray(reference) ? reference : [reference];
}

function violated(declared: ParameterTemplate, message: string): AwsError {
  const own = declared.constraintDescription;
  return invalid(own ? `Parameter ${declared.name} failed to satisfy constraint: ${own}` : message);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
