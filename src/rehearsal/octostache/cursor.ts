import type { Token } from './tokens.ts';

/** A place in a text that is being parsed. */
export interface Cursor {
  readonly source: string;
  at: number;
  /** What the expression at a place turned out to be, and where it ends. */
  readonly known: Map<number, { readonly token: Token | undefined; readonly end: number }>;
}

/** The beginning of a text. */
export function startAt(source: string): Cursor {
  return { source, at: 0, known: new Map() };
}

/** Parses, and goes back to where it began if that fails. */
export function attempt<T>(cursor: Cursor, parse: (cursor: Cursor) => T | undefined): T | undefined {
  const start = cursor.at;
  const result = parse(cursor);
  if (result === undefined) cursor.at = start;
  return result;
}

/** Goes past the text that a sticky pattern matches here. */
export function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.source);
  if (found === null) return undefined;
  cursor.at = pattern.lastIndex;
  return found;
}

/** Parses the expression at a place only once: unclosed ones are otherwise read again for each of their alternatives. */
export function remembered(cursor: Cursor, parse: () => Token | undefined): Token | undefined {
  const start = cursor.at;
  const known = cursor.known.get(start);
  if (known === undefined) {
    const token = parse();
    cursor.known.set(start, { token, end: cursor.at });
    return token;
  }
  cursor.at = known.end;
  return known.token;
}
