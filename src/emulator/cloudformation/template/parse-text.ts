import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { AwsError } from '../../contract/aws-error.ts';

const functions = new Set(
  'Base64 Sub GetAtt Join Select Split If Equals And Or Not FindInMap ImportValue GetAZs Cidr Transform Length ToJsonString Contains EachMemberEquals EachMemberIn RefAll ValueOf ValueOfAll'.split(
    ' ',
  ),
);

/** Parses a template body, JSON or YAML with any short form, into plain data in which every function has its long form. */
export function parseText(text: string): unknown {
  return text.trimStart().startsWith('{') ? parseJson(text) : parseYaml(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A flow mapping is YAML that looks like JSON, so JSON's message is only for text that is neither.
    const document = parseDocument(text, { logLevel: 'error' });
    if (document.errors.length > 0) throw formatError('JSON not well-formed.');
    return parseYaml(text);
  }
}

function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw formatError(`YAML not well-formed. (line ${line}, column ${col})`);
  }
  return plain(document.contents, document);
}

function plain(node: ParsedNode | null, document: Document): unknown {
  if (node === null) return null;
  const tag = node.tag;
  if (tag?.startsWith('!')) return shortForm(tag.slice(1), node, document);
  return untagged(node, document);
}

function untagged(node: ParsedNode, document: Document): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => plain(item as ParsedNode, document));
  if (isAlias(node)) return plain(node.resolve(document) as ParsedNode, document);
  if (isMap(node)) return plainMap(node, document);
  return null;
}

function plainMap(node: YAMLMap.Parsed, document: Document): Record<string, unknown> {
  return Object.fromEntries(
    node.items.map((pair) => [String(plain(pair.key, document)), plain(pair.value as ParsedNode | null, document)]),
  );
}

function shortForm(name: string, node: ParsedNode, document: Document): unknown {
  const value = isScalar(node) ? (node.source ?? '') : untagged(node, document);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (!functions.has(name)) throw formatError(`YAML not well-formed. The tag !${name} is not known.`);
  return { [`Fn::${name}`]: name === 'GetAtt' && typeof value === 'string' ? splitAttribute(value) : value };
}

/** `X.Y.Z` as the pair in the long form; the logical id ends at the first dot. */
export function splitAttribute(text: string): [string, string] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}

function formatError(message: string): AwsError {
  return new AwsError('ValidationError', `Template format error: ${message}`);
}
