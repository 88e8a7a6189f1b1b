import { Composer, type Document, LineCounter, Parser } from 'yaml';
import { checkNodes } from './document-check.ts';
import { invalidTemplate } from './invalid-template.ts';
import type { SourceDocument } from './source-document.ts';
import { withoutByteOrderMark } from './template-value.ts';

/** Deeper than any template, and shallow enough for every recursion over it. */
const maxDepth = 100;

/**
 * Reads the text into nodes that know their place in it; JSON is read as the YAML it is.
 * @throws OperatorError `invalid-template`
 */
export function readDocument(text: string, format: 'json' | 'yaml'): SourceDocument {
  if (format === 'json') checkJson(text);
  const lines = new LineCounter();
  const position = (offset: number): string => describePosition(lines, offset);
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  checkDepth(tokens, position);
  // Checking keys one against all others takes seconds for a large map; checkNodes does it in one pass.
  // CloudFormation has no merge keys and only YAML's core tags, whatever version a %YAML directive names.
  const composer = new Composer({
    uniqueKeys: false,
    keepSourceTokens: true,
    schema: 'core',
    resolveKnownTags: false,
    merge: false,
  });
  const [document, ...others] = [...composer.compose(tokens, true, text.length)] as Document.Parsed[];
  if (document === undefined || others.length > 0) {
    throw invalidTemplate(['The text holds more than one YAML document (---).']);
  }
  const problems = document.errors.map((error) => `${error.message} (${position(error.pos[0])})`);
  if (problems.length > 0) throw invalidTemplate(problems.slice(0, 10));
  const source = { contents: document.contents, position, document };
  const nodeProblems = checkNodes(source);
  if (nodeProblems.length > 0) throw invalidTemplate(nodeProblems.slice(0, 10));
  return source;
}

function describePosition(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${Math.max(line, 1)}, column ${Math.max(col, 1)}`;
}

function checkJson(text: string): void {
  try {
    JSON.parse(withoutByteOrderMark(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = Number(/position (\d+)/.exec(error.message)?.[1] ?? text.length);
    const before = text.slice(0, offset).split('\n');
    const where = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    const reason = error.message.replace(/(?:,? "| in JSON at position| at position).*$/s, '');
    throw invalidTemplate([`It starts with {, so it is read as JSON, and is not well-formed: ${reason} (${where}).`]);
  }
}

/** Walks with a list of its own instead of the call stack, which a hostile text would overflow. */
function checkDepth(tokens: readonly unknown[], position: (offset: number) => string): void {
  let level: unknown[] = [...tokens];
  for (let depth = 0; level.length > 0; depth += 1) {
    const first = level[0] as { readonly offset?: number };
    // Each level of nesting is a token, and for mappings an item between it and the next.
    if (depth > 2 * maxDepth) {
      const where = first.offset === undefined ? '' : ` (${position(first.offset)})`;
      throw invalidTemplate([`It is nested more than ${maxDepth} levels deep${where}.`]);
    }
    level = level.flatMap(children);
  }
}

function children(token: unknown): unknown[] {
  if (typeof token !== 'object' || token === null) return [];
  const { items, key, value } = token as { items?: unknown[]; key?: unknown; value?: unknown };
  return [...(items ?? []), key, value].filter((child) => typeof child === 'object' && child !== null);
}
