/** What .NET calls white space: unlike JavaScript's `\s`, with NEL and without the byte order mark. */
export const blank = String.raw`\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const leading = new RegExp(`^[${blank}]+`, 'u');
const trailing = new RegExp(`[${blank}]+$`, 'u');

/** The text without blanks at both ends. */
export function trim(text: string): string {
  return trimEnd(trimStart(text));
}

/** The text without blanks at its beginning. */
export function trimStart(text: string): string {
  return text.replace(leading, '');
}

/** The text without blanks at its end. */
export function trimEnd(text: string): string {
  return text.replace(trailing, '');
}

/** Uppercase letters, if a letter's uppercase form is also one letter: .NET changes no others. */
export function toUpper(text: string): string {
  return mapLetters(text, (letter) => letter.toUpperCase());
}

/** Lowercase letters, one for one. */
export function toLower(text: string): string {
  return mapLetters(text, (letter) => letter.toLowerCase());
}

function mapLetters(text: string, map: (letter: string) => string): string {
  return Array.from(text, (letter) => (map(letter).length === letter.length ? map(letter) : letter)).join('');
}

/** The key of a name: names ignore case. */
export function foldCase(name: string): string {
  return toUpper(name);
}

/** A 32-bit integer as .NET parses it, or undefined. */
export function parseInteger(text: string): number | undefined {
  const digits = trim(text);
  if (!/^[+-]?\d+$/.test(digits)) return undefined;
  const number = Number(digits);
  return number === (number | 0) ? number : undefined;
}
