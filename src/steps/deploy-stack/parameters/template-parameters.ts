import { ParameterProblem } from '../../../parameters/parameters.ts';
import {
  keyValueLines,
  named,
  type Parse,
  parseEach,
  quote,
  text,
  unprintableCharacter,
} from '../../../parameters/parsers.ts';
import { redactName } from '../../../parameters/redact-name.ts';

type StackParameters = Readonly<Record<string, string>>;

/** Values of a template's own parameters: CloudFormation's JSON list, a JSON object, or `Name=value` lines. */
export const stackParameterValues: Parse<StackParameters> = (raw) => {
  const typed = raw.trim();
  return /^[[{]/.test(typed) ? fromJson(typed) : keyValueLines(raw);
};

function parseJson(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    text(typed);
    throw new ParameterProblem('it starts like JSON but is not well-formed.');
  }
}

function fromJson(typed: string): StackParameters {
  const json = parseJson(typed);
  const pairs = Array.isArray(json) ? parseEach(json, fromEntry) : Object.entries(json as object);
  const values = new Map<string, string>();
  parseEach(pairs, ([key, value]) => {
    const shown = quote(redactName(text(key)));
    if (values.has(key)) throw new ParameterProblem(`the parameter ${shown} is given twice.`);
    values.set(key, asText(shown, value));
  });
  refuseRepeatedKeys(typed, json);
  return Object.fromEntries(values);
}

/** JSON.parse keeps the last of several equal keys and silently drops the others. */
function refuseRepeatedKeys(typed: string, json: unknown): void {
  // A string followed by a colon is a key; all other strings are skipped, whatever they contain.
  const keys = [...typed.matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?/g)]
    .filter((match) => match[2])
    .map(([, key]) => key);
  const kept = (Array.isArray(json) ? json : [json]).flatMap((item) => Object.keys(item ?? {}));
  if (keys.length <= kept.length) return;
  const repeated = keys.find((key, index) => !Array.isArray(json) && keys.indexOf(key) !== index);
  throw new ParameterProblem(
    `the key ${repeated === undefined ? 'of an item' : quote(redactName(repeated))} is given twice.`,
  );
}

function fromEntry(entry: unknown, index: number): [key: string, value: unknown] {
  const { ParameterKey: key, ParameterValue: value } = (entry ?? {}) as Record<string, unknown>;
  if (typeof key === 'string' && key !== '' && value !== undefined) return [key, value];
  throw new ParameterProblem(`item ${index + 1} of the list needs a ParameterKey and a ParameterValue.`);
}

function asText(key: string, value: unknown): string {
  if (Array.isArray(value) && !value.some(Array.isArray)) return value.map((item) => asText(key, item)).join(',');
  const typed = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '\0';
  if (unprintableCharacter.test(typed))
    throw new ParameterProblem(`the value of ${key} must be printable text, a number, true, false or a list of these.`);
  // Refuses what Octopus left unresolved; spaces at the ends may be intended.
  named(`the value of ${key}`, () => text(typed));
  return typed;
}
