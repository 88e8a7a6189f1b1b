/** One part of a variable's path: `Octopus`, `.Action`, `[Prepare Blue]` or `[#{Name}]`. */
export type PathStep =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'index'; readonly text: string }
  | { readonly kind: 'variableIndex'; readonly path: Path };
export type Path = readonly PathStep[];

export interface Filter {
  readonly name: string;
  readonly options: readonly string[];
}

export interface Comparison {
  readonly equal: boolean;
  readonly right: { readonly literal: string } | { readonly path: Path };
}

export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'substitution'; readonly path: Path; readonly filters: readonly Filter[]; readonly source: string }
  | {
      readonly kind: 'conditional';
      readonly path: Path;
      readonly comparison: Comparison | undefined;
      readonly truthy: readonly Token[];
      readonly falsy: readonly Token[];
    }
  | {
      readonly kind: 'repetition';
      readonly enumerator: string;
      readonly collection: Path;
      readonly body: readonly Token[];
    };

interface Cursor {
  readonly source: string;
  at: number;
}

/** Parses a text with `#{…}` expressions; undefined when it is malformed, in which case Octopus leaves it unchanged. */
export function parseOctostache(source: string): readonly Token[] | undefined {
  const cursor = { source, at: 0 };
  const tokens = template(cursor);
  return cursor.at === source.length ? tokens : undefined;
}

function template(cursor: Cursor): readonly Token[] {
  const tokens: Token[] = [];
  while (cursor.at < cursor.source.length && !cursor.source.startsWith('#{else}', cursor.at)) {
    const token =
      attempt(cursor, conditional) ?? attempt(cursor, repetition) ?? attempt(cursor, substitution) ?? text(cursor);
    if (token === undefined) break;
    tokens.push(token);
  }
  return tokens;
}

function conditional(cursor: Cursor): Token | undefined {
  const keyword = match(cursor, /#\{\s*(if|unless)\s+/iy)?.[1]?.toLowerCase();
  if (keyword === undefined) return undefined;
  const left = path(cursor);
  if (left === undefined) return undefined;
  const compared = attempt(cursor, comparison);
  if (match(cursor, /\s*\}/y) === undefined) return undefined;
  const first = template(cursor);
  const second = match(cursor, /#\{else\}/y) === undefined ? [] : template(cursor);
  if (match(cursor, keyword === 'if' ? /#\{\/if\}/y : /#\{\/unless\}/y) === undefined) return undefined;
  const [truthy, falsy] = keyword === 'if' ? [first, second] : [second, first];
  return { kind: 'conditional', path: left, comparison: compared, truthy, falsy };
}

function comparison(cursor: Cursor): Comparison | undefined {
  const operator = match(cursor, /\s*(==|!=)\s*/y)?.[1];
  if (operator === undefined) return undefined;
  const equal = operator === '==';
  const literal = match(cursor, /"([^"#]*)"|\\"(.*?)\\"/sy);
  if (literal !== undefined) return { equal, right: { literal: literal[1] ?? literal[2] ?? '' } };
  const right = path(cursor);
  return right && { equal, right: { path: right } };
}

function repetition(cursor: Cursor): Token | undefined {
  const enumerator = match(cursor, /#\{\s*each\s+([\p{L}\p{N}_-]+)\s+in\s+/iuy)?.[1];
  if (enumerator === undefined) return undefined;
  const collection = path(cursor);
  if (collection === undefined || match(cursor, /\s*\}/y) === undefined) return undefined;
  const body = template(cursor);
  return match(cursor, /#\{\/each\}/y) && { kind: 'repetition', enumerator, collection, body };
}

function substitution(cursor: Cursor): Token | undefined {
  const start = cursor.at;
  if (match(cursor, /#\{(?!\/)\s*/y) === undefined) return undefined;
  const parsed = path(cursor);
  if (parsed === undefined) return undefined;
  const filters: Filter[] = [];
  for (let next = filter(cursor); next !== undefined; next = filter(cursor)) filters.push(next);
  if (match(cursor, /\s*\}/y) === undefined) return undefined;
  return { kind: 'substitution', path: parsed, filters, source: cursor.source.slice(start, cursor.at) };
}

function filter(cursor: Cursor): Filter | undefined {
  const name = match(cursor, /\s*\|\s*([\p{L}\p{N}_-]+)/uy)?.[1];
  if (name === undefined) return undefined;
  const options: string[] = [];
  const option = /\s+(?:"([^"#]*)"|([\p{L}\p{N}_:/~()-]+))/uy;
  for (let next = match(cursor, option); next !== undefined; next = match(cursor, option)) {
    options.push(next[1] ?? next[2] ?? '');
  }
  return { name, options };
}

// Names may hold blanks, but a blank before "|", "}" or an operator ends them.
const identifier = /(?:(?!\s[|}])(?!\s(?:in|==|!=)\s)[\p{L}\p{N}\s_\-:/~()])+/uy;

function path(cursor: Cursor): Path | undefined {
  const first = match(cursor, identifier)?.[0].trim();
  if (first === undefined || first === '') return undefined;
  const steps: PathStep[] = [{ kind: 'name', text: first }];
  for (let next = pathStep(cursor); next !== undefined; next = pathStep(cursor)) steps.push(next);
  return steps;
}

function pathStep(cursor: Cursor): PathStep | undefined {
  return attempt(cursor, (inner) => {
    if (match(inner, /\./y) !== undefined) {
      const name = match(inner, identifier)?.[0].trim();
      return name === undefined ? undefined : { kind: 'name', text: name };
    }
    return attempt(inner, variableIndex) ?? textIndex(inner);
  });
}

function variableIndex(cursor: Cursor): PathStep | undefined {
  if (match(cursor, /\[\s*#\{\s*/y) === undefined) return undefined;
  const inner = path(cursor);
  return inner && match(cursor, /\s*\}\s*\]/y) && { kind: 'variableIndex', path: inner };
}

function textIndex(cursor: Cursor): PathStep | undefined {
  const found = match(cursor, /\[((?:[^[\]]|\[[^[\]]*\])*)\]/y)?.[1];
  return found === undefined ? undefined : { kind: 'index', text: found.trim() };
}

function text(cursor: Cursor): Token | undefined {
  const found = match(cursor, /(?:[^#]|#$|##(?=#\{)|##\{|#[^{])+/y)?.[0];
  if (found === undefined) return undefined;
  // "##{" is a literal "#{"; "##" right before an expression is a literal "#".
  const beforeExpression = found.endsWith('##') && cursor.source.startsWith('#{', cursor.at);
  const plain = beforeExpression ? found.slice(0, -1) : found;
  return { kind: 'text', text: plain.replaceAll('##{', '#{') };
}

function attempt<T>(cursor: Cursor, parse: (cursor: Cursor) => T | undefined): T | undefined {
  const start = cursor.at;
  const result = parse(cursor);
  if (result === undefined) cursor.at = start;
  return result;
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.source);
  if (found === null) return undefined;
  cursor.at = pattern.lastIndex;
  return found;
}
