/** What one block or document says, in the shape of the HCL parser: attributes as values, blocks as lists. */
export interface OclBlockContent {
  readonly [name: string]: OclContent;
}

export type OclContent = string | boolean | readonly string[] | OclBlockContent | readonly OclBlockContent[];

/** A block in the order of the text. */
export interface ReadBlock {
  readonly name: string;
  readonly labels: readonly string[];
  readonly attributes: Readonly<Record<string, OclContent>>;
  readonly blocks: readonly ReadBlock[];
}

/**
 * Reads OCL as Octopus's own parser does, so stricter than HCL: no comments, no templates, five escapes,
 * names of letters, digits and underscores (https://github.com/OctopusDeploy/Ocl).
 * @param heredocEnd what follows the last line of a heredoc: nothing, where HCL has a line end
 */
export function readOcl(text: string, heredocEnd: '' | '\n' = ''): ReadBlock {
  const cursor = { text, at: 0, heredocEnd };
  const body = readBody(cursor, true);
  if (cursor.at !== text.length) fail(cursor, 'the end');
  return { name: '', labels: [], ...body };
}

interface Cursor {
  readonly text: string;
  at: number;
  readonly heredocEnd: string;
}

function readBody(cursor: Cursor, isDocument: boolean): Pick<ReadBlock, 'attributes' | 'blocks'> {
  const attributes: Record<string, OclContent> = {};
  const blocks: ReadBlock[] = [];
  for (;;) {
    take(cursor, /\s*/y);
    if (isDocument ? cursor.at === cursor.text.length : take(cursor, /\}/y) !== undefined)
      return { attributes, blocks };
    const name = take(cursor, /\w+/y) ?? fail(cursor, 'a name');
    if (take(cursor, /[^\S\n]*=/y) !== undefined) attributes[name] = readValue(cursor);
    else blocks.push(readBlock(cursor, name));
  }
}

function readBlock(cursor: Cursor, name: string): ReadBlock {
  const labels: string[] = [];
  for (;;) {
    const label = readQuoted(cursor);
    if (label === undefined) break;
    labels.push(label);
  }
  if (take(cursor, /[^\S\n]*\{\}/y) !== undefined) return { name, labels, attributes: {}, blocks: [] };
  if (take(cursor, /[^\S\n]*\{[^\S\n]*\n/y) === undefined) fail(cursor, 'a block');
  return { name, labels, ...readBody(cursor, false) };
}

function readValue(cursor: Cursor): OclContent {
  if (take(cursor, /[^\S\n]*\{\s*/y) !== undefined) return readDictionary(cursor);
  return readLiteral(cursor);
}

function readDictionary(cursor: Cursor): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  while (take(cursor, /\s*\}/y) === undefined) {
    take(cursor, /\s*/y);
    const key = readQuoted(cursor) ?? take(cursor, /[^\s"]+/y) ?? fail(cursor, 'a key');
    if (take(cursor, /[^\S\n]*=/y) === undefined) fail(cursor, '=');
    entries.push([key, String(readLiteral(cursor))]);
  }
  return Object.fromEntries(entries);
}

function readLiteral(cursor: Cursor): string | boolean | readonly string[] {
  const text = readQuoted(cursor) ?? readHeredoc(cursor);
  if (text !== undefined) return text;
  const word = take(cursor, /[^\S\n]*(true|false)/y);
  return word === undefined ? fail(cursor, 'a literal') : word.trim() === 'true';
}

function readQuoted(cursor: Cursor): string | undefined {
  const quoted = take(cursor, /[^\S\n]*"(\\[\s\S]|[^"\r\n\\])*"/y);
  const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\', '"': '"' };
  return quoted
    ?.trimStart()
    .slice(1, -1)
    .replaceAll(/\\([\s\S])/g, (_, escaped: string) => escapes[escaped] ?? fail(cursor, `an escape, not \\${escaped}`));
}

function readHeredoc(cursor: Cursor): string | undefined {
  const tag = take(cursor, /[^\S\n]*<<-\S+[^\S\n]*\n/y)
    ?.trim()
    .slice(3);
  if (tag === undefined) return undefined;
  const lines: string[] = [];
  for (;;) {
    const line: string = take(cursor, /[^\n]*(\n|$)/y)?.replace(/\n$/, '') ?? fail(cursor, tag);
    if (line.replace(outerBlanks, '') === tag)
      return unindent(lines, leadingBlanks(line)).join('\n') + cursor.heredocEnd;
    if (cursor.at === cursor.text.length) fail(cursor, tag);
    lines.push(line);
  }
}

function unindent(lines: readonly string[], endMargin: number): string[] {
  const margin = Math.min(endMargin, ...lines.map(leadingBlanks));
  return lines.map((line) => (line.length <= margin ? '' : line.slice(margin).replace(/\r$/, '')));
}

function leadingBlanks(line: string): number {
  const leading = leadingOnly.exec(line)?.[0].length ?? 0;
  return leading === line.length ? Number.POSITIVE_INFINITY : leading;
}

// To .NET, a next line (U+0085) is white space, a byte order mark is not.
const blanks = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const leadingOnly = new RegExp(`^${blanks}+`);
const outerBlanks = new RegExp(`^${blanks}+|${blanks}+$`, 'g');

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

function fail(cursor: Cursor, wanted: string): never {
  throw new SyntaxError(`Expected ${wanted} at: ${cursor.text.slice(cursor.at, cursor.at + 60)}`);
}
