import type { ParsedTemplate } from './parsed-template.ts';
import { means } from './text-edit.ts';

/**
 * The text with the same meaning in fewer bytes: JSON without white space; YAML without spaces at the ends of lines,
 * and without lines of comments where nothing but comments looks like one. Numbers and strings stay as they are written.
 */
export function shorten({ format, text, body }: ParsedTemplate): string {
  if (format === 'json') return text.replace(/("(?:[^"\\]+|\\.)*")|\s+/g, '$1');
  const trimmed = text.replace(/[ \t]+$/gm, '');
  const candidates = [trimmed.replace(/^[ \t]*#.*(\r?\n|$)/gm, ''), trimmed];
  return candidates.find((candidate) => means(candidate, body)) ?? text;
}
