import { blank, trim } from './characters.ts';
import { attempt, type Cursor, match, remembered, startAt } from './cursor.ts';
import { refuseLacking } from './refusal.ts';
import type { Comparison, Expression, Path, PathStep, Token } from './tokens.ts';

/**
 * Parses a text with `#{…}` expressions; undefined when it is malformed, in which case Octopus leaves all of it unchanged.
 * @throws Error for a construct that the rehearsal lacks
 */
export function parseTemplate(source: string): readonly Token[] | undefined {
  const cursor = startAt(source);
  const tokens = template(cursor);
  return cursor.at === source.length ? tokens : undefined;
}

/** The path at the beginning of a variable's name; whatever follows it is ignored, as Octopus does. */
export function parseName(name: string): Path | undefined {
  return path(startAt(name));
}

function template(cursor: Cursor, untilElse = false): readonly Token[] {
  const tokens: Token[] = [];
  while (cursor.at < cursor.source.length && !(untilElse && cursor.source.startsWith('#{else}', cursor.at))) {
    const found = token(cursor);
    if (found === undefined) break;
    tokens.push(found);
  }
  return tokens;
}

function token(cursor: Cursor): Token | undefined {
  return expressionToken(cursor) ?? text(cursor);
}

function expressionToken(cursor: Cursor): Token | undefined {
  return remembered(cursor, () => {
    refuseUnsupported(cursor);
    return attempt(cursor, conditional) ?? attempt(cursor, repetition) ?? attempt(cursor, substitution);
  });
}

const open = String.raw`#\{(?!/)`;
const b = `[${blank}]`;

const unsupported = new RegExp(`${open}(?:${b}*(calc)|(elseif))${b}[^}]*\\}?`, 'iuy');

function refuseUnsupported(cursor: Cursor): void {
  const found = attempt(cursor, (inner) => match(inner, unsupported));
  // Octopus has elseif since a later version of Octostache than 3.9.3, which the rehearsal follows.
  if (found !== undefined) refuseLacking(`#{${found[1] ?? found[2]} …}`, found[0]);
}

const conditionalStart = new RegExp(`${open}${b}*(if|unless)${b}+`, 'iuy');

function conditional(cursor: Cursor): Token | undefined {
  const keyword = match(cursor, conditionalStart)?.[1]?.toLowerCase();
  if (keyword === undefined) return undefined;
  const condition =
    attempt(cursor, expressionsCompared) ??
    attempt(cursor, literalCompared) ??
    attempt(cursor, comparedWithLiteral) ??
    attempt(cursor, alone);
  if (condition === undefined || match(cursor, closing) === undefined) return undefined;
  const first = template(cursor, true);
  const second = match(cursor, /#\{else\}/y) === undefined ? [] : template(cursor);
  if (match(cursor, keyword === 'if' ? /#\{\/if\}/y : /#\{\/unless\}/y) === undefined) return undefined;
  const [truthy, falsy] = keyword === 'if' ? [first, second] : [second, first];
  return { kind: 'conditional', ...condition, truthy, falsy };
}

interface Condition {
  readonly left: Expression;
  readonly comparison: Comparison | undefined;
}

function expressionsCompared(cursor: Cursor): Condition | undefined {
  const left = expression(cursor);
  const equal = left && operator(cursor);
  const right = equal === undefined ? undefined : expression(cursor);
  return left && right && { left, comparison: { equal: equal === true, right: { expression: right } } };
}

function literalCompared(cursor: Cursor): Condition | undefined {
  const literal = quoted(cursor);
  const equal = literal === undefined ? undefined : operator(cursor);
  const left = equal === undefined ? undefined : expression(cursor);
  return left && { left, comparison: { equal: equal === true, right: { literal: literal ?? '' } } };
}

function comparedWithLiteral(cursor: Cursor): Condition | undefined {
  const left = expression(cursor);
  const equal = left && operator(cursor);
  const literal = equal === undefined ? undefined : quoted(cursor);
  return left && literal !== undefined
    ? { left, comparison: { equal: equal === true, right: { literal } } }
    : undefined;
}

function alone(cursor: Cursor): Condition | undefined {
  const left = expression(cursor);
  return left && { left, comparison: undefined };
}

const operators = new RegExp(`${b}*([=!]=)${b}*`, 'uy');

function operator(cursor: Cursor): boolean | undefined {
  const found = match(cursor, operators)?.[1];
  return found === undefined ? undefined : found === '==';
}

const quotedText = new RegExp(`${b}*(?:"([^"#]*)"|\\\\"(.*?)\\\\")${b}*`, 'suy');

function quoted(cursor: Cursor): string | undefined {
  const found = match(cursor, quotedText);
  return found && (found[1] ?? found[2] ?? '');
}

const repetitionStart = new RegExp(`${open}${b}*each${b}+`, 'iuy');
const keywordIn = new RegExp(`${b}*in${b}*`, 'iuy');

function repetition(cursor: Cursor): Token | undefined {
  if (match(cursor, repetitionStart) === undefined) return undefined;
  const enumerator = identifier(cursor);
  if (enumerator === undefined || match(cursor, keywordIn) === undefined) return undefined;
  const collection = path(cursor);
  if (collection === undefined || match(cursor, closing) === undefined) return undefined;
  const body = template(cursor);
  return match(cursor, /#\{\/each\}/y) && { kind: 'repetition', enumerator, collection, body };
}

const opening = new RegExp(open, 'uy');
const closing = new RegExp(`${b}*\\}`, 'uy');

function substitution(cursor: Cursor): Extract<Token, { kind: 'substitution' }> | undefined {
  if (match(cursor, opening) === undefined) return undefined;
  const found = expression(cursor);
  return found && match(cursor, closing) && { kind: 'substitution', expression: found };
}

const blanks = new RegExp(`${b}*`, 'uy');

/** A path with its filters, and the blanks around it. A filter may stand alone, as in `#{ | NowDate}`. */
function expression(cursor: Cursor): Expression | undefined {
  match(cursor, blanks);
  const symbol = attempt(cursor, path);
  match(cursor, blanks);
  let found: Expression | undefined = symbol && { kind: 'variable', path: symbol };
  for (let next = attempt(cursor, filter); next !== undefined; next = attempt(cursor, filter)) {
    found = { kind: 'filter', ...next, argument: found ?? { kind: 'variable', path: [] } };
  }
  return found;
}

const filterName = new RegExp(String.raw`\|${b}*((?:(?![\u{10000}-\u{10FFFF}])[\p{L}\p{Nd}_\-:/~()])+)${b}*`, 'uy');
const plainOption = new RegExp(String.raw`${b}*((?:(?![\u{10000}-\u{10FFFF}])[\p{L}\p{Nd}_\-:/~()])+)${b}*`, 'uy');

function filter(cursor: Cursor): { readonly name: string; readonly options: readonly Token[] } | undefined {
  const name = match(cursor, filterName)?.[1];
  if (name === undefined) return undefined;
  const options: Token[] = [];
  for (let next = option(cursor); next !== undefined; next = option(cursor)) options.push(next);
  return { name, options };
}

function option(cursor: Cursor): Token | undefined {
  const found = expressionToken(cursor);
  if (found !== undefined) return found;
  const plain = match(cursor, plainOption)?.[1] ?? quoted(cursor);
  return plain === undefined ? undefined : { kind: 'text', text: plain };
}

function path(cursor: Cursor): Path | undefined {
  const { at } = cursor;
  const first = identifier(cursor);
  if (first === undefined) return undefined;
  const steps: PathStep[] = [{ kind: 'name', text: first, at }];
  for (let next = attempt(cursor, pathStep); next !== undefined; next = attempt(cursor, pathStep)) steps.push(next);
  return steps;
}

function pathStep(cursor: Cursor): PathStep | undefined {
  const { at } = cursor;
  if (match(cursor, /\./y) !== undefined) {
    const name = identifier(cursor);
    return name === undefined ? undefined : { kind: 'name', text: name, at: at + 1 };
  }
  const variable = attempt(cursor, variableIndex);
  if (variable !== undefined) return { kind: 'variableIndex', path: variable, at };
  const text = textIndex(cursor);
  return text === undefined ? undefined : { kind: 'index', text, at };
}

// Names may contain blanks, but a blank before "|", "}" or an operator ends them, unless that is the text's last character.
const identifierText = new RegExp(
  String.raw`(?:(?!${b}[|}][\s\S])(?!${b}(?:in|==|!=)${b})(?![\u{10000}-\u{10FFFF}])[\p{L}\p{Nd}${blank}_\-:/~()])+`,
  'uy',
);

function identifier(cursor: Cursor): string | undefined {
  const found = match(cursor, identifierText)?.[0];
  return found === undefined ? undefined : trim(found);
}

const variableIndexStart = new RegExp(String.raw`\[${b}*(?=#\{)`, 'uy');
const variableIndexEnd = new RegExp(String.raw`${b}*\]`, 'uy');

function variableIndex(cursor: Cursor): Path | undefined {
  if (match(cursor, variableIndexStart) === undefined) return undefined;
  const inner = substitution(cursor)?.expression;
  return inner?.kind === 'variable' && match(cursor, variableIndexEnd) ? inner.path : undefined;
}

const indexStart = new RegExp(String.raw`\[${b}*`, 'uy');

/** Brackets in it must be balanced. Leading blanks do not count, trailing ones do. */
function textIndex(cursor: Cursor): string | undefined {
  if (match(cursor, indexStart) === undefined) return undefined;
  let found = '';
  while (match(cursor, /\]/y) === undefined) {
    const plain = match(cursor, /[^[\]]+/y)?.[0];
    const nested = plain === undefined ? attempt(cursor, textIndex) : undefined;
    if (plain === undefined && nested === undefined) return undefined;
    found += plain ?? `[${nested}]`;
  }
  return found;
}

/** `##{` is a literal `#{`, and `##` right before an expression a literal `#`. */
function text(cursor: Cursor): Token | undefined {
  let found = '';
  for (let part = match(cursor, textPart)?.[0]; part !== undefined; part = match(cursor, textPart)?.[0]) {
    found += part === '##{' || (part === '##' && cursor.source.startsWith('#{', cursor.at)) ? part.slice(1) : part;
  }
  return found === '' ? undefined : { kind: 'text', text: found };
}

const textPart = /[^#]+|#$|##(?=#\{[\s\S])|##\{|#[^{]/y;
