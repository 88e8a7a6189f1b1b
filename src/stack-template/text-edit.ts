import { type Document, isCollection, isMap, isPair, isScalar, type Pair, type YAMLMap } from 'yaml';
import { invalidTemplate } from './invalid-template.ts';
import { type ParsedTemplate, parseTemplate } from './parsed-template.ts';
import { intrinsicName } from './plain-value.ts';
import { sameMeaning, type TemplateObject } from './template-value.ts';

/** A stretch of the text, by offsets, and what to put there. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Change {
  /** Edits that leave every other character alone; undefined where the text has an unusual form. */
  readonly edits: readonly Edit[] | undefined;
  /** What the template must mean afterwards. */
  readonly expected: TemplateObject;
  /** Makes the same change in the nodes, in case the edits do not give the expected result. */
  readonly rewrite: (document: Document.Parsed) => void;
}

/**
 * Changes a template's text, and parses it again to prove that it means exactly what is expected.
 * @throws OperatorError `invalid-template` if no edit can produce that
 */
export function changeText(template: ParsedTemplate, document: Document.Parsed, change: Change): string {
  const edited = change.edits === undefined ? undefined : applyEdits(template.text, change.edits);
  if (edited !== undefined && means(edited, change.expected)) return edited;
  const rewritten = rewrite(template, document, change);
  if (means(rewritten, change.expected)) return rewritten;
  throw invalidTemplate(['The template cannot be edited without changing its meaning; write it in a simpler form.']);
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((current, edit) => current.slice(0, edit.start) + edit.text + current.slice(edit.end), text);
}

/** Whether a text is a template that means exactly this. */
export function means(text: string, expected: TemplateObject): boolean {
  try {
    return sameMeaning(parseTemplate(text).body, expected);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'invalid-template') return false;
    throw error;
  }
}

function rewrite(template: ParsedTemplate, document: Document.Parsed, change: Change): string {
  if (template.format === 'json') {
    const indent = /\n([ \t]+)"/.exec(template.text)?.[1];
    return JSON.stringify(change.expected, null, indent);
  }
  change.rewrite(document);
  return document.toString({ lineWidth: 0 });
}

/** The pair of a key in a mapping node. */
export function pairOf(map: unknown, key: string): Pair | undefined {
  if (!isLiteralMap(map)) return undefined;
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

/** Whether a node is a mapping of literal keys, not the argument of a short-form intrinsic. */
export function isLiteralMap(node: unknown): node is YAMLMap {
  return isMap(node) && intrinsicName(node.tag ?? '') === undefined;
}

/** The edit that replaces a key's value and keeps a comment between the two. */
export function valueEdit(pair: Pair, text: string): Edit[] | undefined {
  const separators = sourceOf(pair);
  const colon = separators.findIndex(({ type }) => type === 'map-value-ind');
  const end = endOf(pair.value);
  if (colon < 0 || end === undefined) return undefined;
  const between = separators.slice(colon + 1);
  const property = between.find(({ type }) => type === 'tag' || type === 'anchor');
  const onNextLine = between.some(({ type }) => type === 'newline') && !between.some(({ type }) => type === 'comment');
  if (onNextLine) return [{ start: (separators[colon]?.offset ?? 0) + 1, end, text: ` ${text}` }];
  const start = property?.offset ?? startOf(pair.value);
  return start === undefined ? undefined : [{ start, end, text }];
}

/** The edit that adds a first pair to a mapping. */
export function insertion(source: string, map: YAMLMap, key: string, value: string): Edit[] | undefined {
  const start = startOf(map.items[0]?.key);
  if (start === undefined) return undefined;
  const before = source.slice(source.lastIndexOf('\n', start - 1) + 1, start);
  const alone = before.trim() === '';
  const lineBreak = `\n${alone ? before : ' '.repeat(before.length)}`;
  const separator = map.flow ? `,${alone ? lineBreak : ' '}` : lineBreak;
  return [{ start, end: start, text: `${key}: ${value}${separator}` }];
}

interface SourceToken {
  readonly type: string;
  readonly offset: number;
}

function sourceOf(pair: Pair): readonly SourceToken[] {
  return (pair as { srcToken?: { sep?: readonly SourceToken[] } }).srcToken?.sep ?? [];
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] } | null | undefined)?.range?.[0];
}

/** Where the last visible character ends; a block mapping's own range also covers the comments after it. */
function endOf(node: unknown): number | undefined {
  if (isCollection(node) && !node.flow) {
    const last = node.items.at(-1);
    return isPair(last) ? (endOf(last.value) ?? endOf(last.key)) : endOf(last);
  }
  return (node as { range?: readonly number[] } | null | undefined)?.range?.[1];
}
