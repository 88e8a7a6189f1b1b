import { ParameterProblem } from '../../octopus/parameters.ts';
import { keyValueLines, type Parse, text } from '../../octopus/parsers.ts';

type StackParameters = Readonly<Record<string, string>>;

/** Values of a template's own parameters: CloudFormation's JSON list, a JSON object, or `Name=value` lines. */
export const stackParameterValues: Parse<StackParameters> = (raw) => {
  const typed = raw.trim();
  return /^[[{]/.test(typed) ? fromJson(parseJson(text(typed))) : keyValueLines(raw);
};

function parseJson(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    throw new ParameterProblem('it starts like JSON and is not well-formed JSON.');
  }
}

function fromJson(json: unknown): StackParameters {
  const pairs = Array.isArray(json) ? json.map(fromEntry) : Object.entries(json as object);
  const values = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (values.has(key)) throw new ParameterProblem(`the parameter ${key} is given twice.`);
    values.set(key, asText(key, value));
  }
  return Object.fromEntries(values);
}

function fromEntry(entry: unknown, index: number): [key: string, value: unknown] {
  const { ParameterKey: key, ParameterValue: value } = (entry ?? {}) as Record<string, unknown>;
  if (typeof key === 'string' && key !== '' && value !== undefined) return [key, value];
  throw new ParameterProblem(`item ${index + 1} of the list needs a ParameterKey and a ParameterValue.`);
}

function asText(key: string, value: unknown): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return value.map((item) => asText(key, item)).join(',');
  throw new ParameterProblem(`the value of ${key} must be text, a number, true, false or a list of these.`);
}
