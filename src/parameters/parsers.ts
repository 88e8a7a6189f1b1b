import { ParameterProblem } from './parameters.ts';
import { redactName } from './redact-name.ts';

/** Turns a parameter's raw text into a value; throws ParameterProblem when it cannot. */
export type Parse<T> = (raw: string) => T;

/** Trimmed text, possibly empty; refuses unresolved variable expressions and characters that no AWS API accepts. */
export const text: Parse<string> = (raw) => {
  const unresolved = unresolvedIn(raw);
  if (unresolved !== undefined) throw new ParameterProblem(unresolved);
  const unprintable = unprintableCharacter.exec(raw)?.[0].codePointAt(0);
  if (unprintable !== undefined) {
    throw new ParameterProblem(
      `it contains the character U+${unprintable.toString(16).padStart(4, '0')}; type it again.`,
    );
  }
  return raw.trim();
};

/** What is wrong with a text in which Octopus left an expression; undefined if it left none. */
export function unresolvedIn(raw: string): string | undefined {
  // Anything that is not a variable name may be part of a password.
  const found = /#\{(?:\s*[A-Za-z_][\w .:|%[\]-]{0,79}\})?/.exec(raw)?.[0];
  return (
    found &&
    `it still contains ${found}: Octopus found no variable of that name in this environment; add it under Variables in the project, with a scope that includes this environment.`
  );
}

/** Control characters except tabs and line ends, and halves of characters: what binary data looks like as text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is this pattern's purpose
export const unprintableCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\p{Cs}/u;

/** Refuses blank text, then parses. */
export function required<T>(parse: Parse<T>): Parse<T> {
  return (raw) => {
    const value = raw.trim() === '' ? undefined : parse(raw);
    // A list of nothing but commas is empty too.
    if (value === undefined || (Array.isArray(value) && value.length === 0))
      throw new ParameterProblem('a value is required.');
    return value;
  };
}

/** Undefined for blank text. */
export function optional<T>(parse: Parse<T>): Parse<T | undefined> {
  return (raw) => (raw.trim() === '' ? undefined : parse(raw));
}

/** Blank text stays blank; anything else is parsed. */
export function blankOr(parse: Parse<string>): Parse<string> {
  return (raw) => (raw.trim() === '' ? '' : parse(raw));
}

/** A whole number within bounds, both included. */
export function integer(min: number, max: number): Parse<number> {
  return (raw) => {
    const typed = text(raw);
    const value = /^[+-]?\d+$/.test(typed) ? Number(typed) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new ParameterProblem(`${quote(typed)} is not a whole number from ${min} to ${max}.`);
  };
}

/** A number within bounds, both included, with at most so many decimals (a dot, not a comma). */
export function decimal(min: number, max: number, decimals: number): Parse<number> {
  const pattern = new RegExp(`^[+-]?\\d+(\\.\\d{1,${decimals}})?$`);
  return (raw) => {
    const typed = text(raw);
    const value = pattern.test(typed) ? Number(typed) : Number.NaN;
    if (value >= min && value <= max) return value;
    const precision = `at most ${decimals} decimal${decimals === 1 ? '' : 's'}`;
    throw new ParameterProblem(`${quote(typed)} is not a number from ${min} to ${max} with ${precision}.`);
  };
}

/** One of the given values; a variable may supply it in any casing. */
export function choice<const T extends string>(...values: readonly T[]): Parse<T> {
  return (raw) => {
    const typed = text(raw);
    const match = values.find((value) => value.toLowerCase() === typed.toLowerCase());
    if (match !== undefined) return match;
    throw new ParameterProblem(`${quote(typed)} is not one of ${values.join(', ')}.`);
  };
}

/** Octopus stores `True` and `False`; bound variables may also say yes/no or 1/0, and blank means no. */
export const checkbox: Parse<boolean> = (raw) => {
  const typed = text(raw).toLowerCase();
  if (['true', 'yes', '1'].includes(typed)) return true;
  if (['false', 'no', '0', ''].includes(typed)) return false;
  throw new ParameterProblem(`${quote(typed)} is neither True nor False.`);
};

/** Items separated by commas or line ends, each parsed; drops blank items, refuses repeated ones. */
export function list<T = string>(parse: Parse<T> = text as Parse<T>): Parse<readonly T[]> {
  return (raw) => {
    const items = text(raw)
      .split(/[,\r\n]+/)
      .map((item) => item.trim())
      .filter((item) => item !== '');
    const seen = new Set<string>();
    return parseEach(items, (item) => {
      if (seen.has(item)) throw new ParameterProblem(`${quote(item)} is given twice.`);
      seen.add(item);
      return parse(item);
    });
  };
}

/**
 * `KEY=value` lines whose keys must match and whose values are parsed, in the order given; blank lines and lines that
 * start with `#` are skipped. Problems name the line and the key, never the value: values may be secret.
 */
export function keyedLines<T>(keys: RegExp, shape: string, parse: Parse<T>): Parse<Readonly<Record<string, T>>> {
  return (raw) => {
    const seen = new Set<string>();
    const pairs = parseEach(raw.split(/\r\n|\r|\n/), (line, index) => {
      if (line.trim() === '' || /^\s*#(?!\{)/.test(line)) return [];
      const place = `line ${index + 1}`;
      const [key, value] = splitPair(line, place);
      const shown = redactName(key, value);
      if (!keys.test(key)) throw new ParameterProblem(`${place}: ${quote(shown)} is not ${shape}.`);
      if (seen.has(key)) throw new ParameterProblem(`${place}: ${quote(shown)} is given twice.`);
      seen.add(key);
      return [[key, named(`${place} (${shown})`, () => parse(text(value)))] as const];
    });
    return Object.fromEntries(pairs.flat());
  };
}

/** `KEY=value` lines with any keys and values. */
export const keyValueLines = keyedLines(/^/, '', text);

/** Text that must match; `shape` completes the sentence "… is not <shape>", and carries an example. */
export function matching(pattern: RegExp, shape: string): Parse<string> {
  return (raw) => {
    const typed = text(raw);
    if (pattern.test(typed)) return typed;
    throw new ParameterProblem(`${quote(typed)} is not ${shape}.`);
  };
}

/**
 * An ARN of a service in any partition, for example `arn('iam', /^role\//, 'an IAM role ARN')`.
 * @param resource matches the part after the account id
 */
export function arn(service: string, resource: RegExp, what: string): Parse<string> {
  return (raw) => {
    const typed = text(raw);
    const parts = typed.split(':');
    const [prefix, partition = '', actualService] = parts;
    const looksRight = prefix === 'arn' && /^aws[a-z-]*$/.test(partition) && actualService === service;
    if (looksRight && resource.test(parts.slice(5).join(':')) && /^[\w+=,.@:/-]{1,2048}$/.test(typed)) return typed;
    throw new ParameterProblem(`${quote(typed)} is not ${what} (arn:aws:${service}:…).`);
  };
}

function splitPair(line: string, place: string): [key: string, value: string] {
  const at = line.indexOf('=');
  const key = named(place, () => text(at < 0 ? line : line.slice(0, at)));
  if (at < 0 || key === '') throw new ParameterProblem(`${place} is not of the form KEY=value.`);
  return [key, line.slice(at + 1)];
}

/** Parses all items and reports their problems at once, up to as many as people read. */
export function parseEach<A, B>(items: readonly A[], parse: (item: A, index: number) => B, most = 5): B[] {
  const problems = new Set<string>();
  const parsed = items.flatMap((item, index) => {
    try {
      return [parse(item, index)];
    } catch (error) {
      problems.add(messageOf(error));
      return [];
    }
  });
  if (problems.size === 0) return parsed;
  const more = problems.size > most ? [`and ${problems.size - most} more.`] : [];
  throw new ParameterProblem([...[...problems].slice(0, most), ...more].join('\n    '));
}

/** Puts a name before the problem. */
export function named<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new ParameterProblem(`${name}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ParameterProblem) return error.message;
  throw error;
}

/** A value as shown in a problem: quoted, and cut when long. */
export function quote(value: string): string {
  return `"${cut(value).replace(/\s+/g, ' ')}"`;
}

function cut(value: string): string {
  return value.length > 80 ? `${value.slice(0, 77)}…` : value;
}
