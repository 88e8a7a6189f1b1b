import { isDeepStrictEqual } from 'node:util';

/** Describes how a text changed: short values in full, longer ones by the lines that differ. */
export function describeTextChange(what: string, before: string, after: string): string[] {
  if (before === after) return [];
  if (isShort(before) && isShort(after)) return [`${what}: ${quote(before)} -> ${quote(after)}`];
  return [`${what}: ${size(before)} -> ${size(after)}`, ...changedLines(before, after)];
}

/** Whether Octopus would treat two values as the same; it stores empty text as null or leaves it out. */
export function isSameValue(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(withoutEmpty(before), withoutEmpty(after));
}

function withoutEmpty(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value as object).map(([key, item]) => [key, withoutEmpty(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

const shownLines = 4;

function changedLines(before: string, after: string): string[] {
  const old = before.split('\n');
  const fresh = after.split('\n');
  const gone = old.filter((line) => !fresh.includes(line)).map((line) => `- ${shorten(line)}`);
  const added = fresh.filter((line) => !old.includes(line)).map((line) => `+ ${shorten(line)}`);
  const more = Math.max(0, gone.length - shownLines) + Math.max(0, added.length - shownLines);
  return [
    ...[...gone.slice(0, shownLines), ...added.slice(0, shownLines)].map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more lines`] : []),
  ];
}

function isShort(text: string): boolean {
  return text.length <= 80 && !text.includes('\n');
}

function quote(text: string): string {
  return text === '' ? '(empty)' : `"${text}"`;
}

function shorten(line: string): string {
  return line.length <= 100 ? line : `${line.slice(0, 97)}...`;
}

function size(text: string): string {
  return text.length < 1000 ? `${text.length} characters` : `${(text.length / 1000).toFixed(1)} thousand characters`;
}
