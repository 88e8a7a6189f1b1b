import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { checkNodes } from './document-check.ts';
import { invalidTemplate } from './invalid-template.ts';
import type { SourceDocument } from './source-document.ts';
import { withoutByteOrderMark } from './template-value.ts';

/** Deeper than any real template, but shallow enough for recursive functions. */
const maxDepth = 100;

/**
 * Parses the text into nodes that know their position; JSON is parsed as YAML, of which it is a subset.
 * @throws OperatorError `invalid-template`
 */
export function readDocument(text: string, format: 'json' | 'yaml'): SourceDocument {
  if (format === 'json') checkJson(text);
  const lines = new LineCounter();
  const position = (offset: number): string => describePosition(lines, offset);
  const tokens = readTokens(text, lines);
  // The parser compares every key with all others, which takes seconds for a large map; checkNodes needs one pass.
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
    throw invalidTemplate(['The text contains more than one YAML document (---).']);
  }
  const problems = document.errors.map((error) => `${error.message} (${position(error.pos[0])})`);
  if (problems.length > 0) throw invalidTemplate(firstOf(problems));
  const source = { contents: document.contents, position, document };
  const nodeProblems = checkNodes(source);
  if (nodeProblems.length > 0) throw invalidTemplate(firstOf(nodeProblems));
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
    const reason = error.message.replace(/(?:,? (?:\.{3})?"| in JSON at position| at position).*$/s, '');
    throw invalidTemplate([
      `It starts with {, so it is read as JSON, but it is not well-formed: ${reason} (${where}).`,
    ]);
  }
}

/** Counts the levels as they open, because the parser recurses when they close, and so does everything that reads them. */
function readTokens(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    // The document itself and a scalar that is being read are on the stack too.
    if (parser.stack.length <= maxDepth + 2) continue;
    throw invalidTemplate([
      `It is nested more than ${maxDepth} levels deep (${describePosition(lines, parser.offset)}).`,
    ]);
  }
  return [...tokens, ...parser.end()];
}

function firstOf(problems: readonly string[]): string[] {
  return [...problems.slice(0, 10), ...(problems.length > 10 ? [`And ${problems.length - 10} more.`] : [])];
}
