import { type Binding, bindVariables, leaf } from './binding.ts';
import { foldCase, toLower, trim } from './characters.ts';
import { applyFilter } from './filters.ts';
import { jsonItems, jsonMember } from './json-values.ts';
import { parseTemplate } from './parser.ts';
import {
  type Comparison,
  type Expression,
  type Path,
  printExpression,
  printPath,
  printToken,
  type Token,
} from './tokens.ts';

/** What a text became, and which of its expressions gave nothing. */
export interface Evaluation {
  readonly text: string;
  /** Expressions that could not be resolved, also in values that were used: a condition with one is false. */
  readonly missing: readonly string[];
  /** Whether an expression ended with the filter `null`, which makes the whole text null. */
  readonly isNull: boolean;
}

/**
 * Evaluates a text as Octostache 3.9.3 does; undefined when it is malformed, so that all of it stays unchanged.
 * @throws Error for values that refer to themselves, and for what the rehearsal lacks
 */
export function evaluateTemplate(text: string, variables: Binding): Evaluation | undefined {
  const tokens = parseTemplate(text);
  return tokens && renderAll(tokens, { names: variables, parent: undefined, open: [] });
}

/** Whether Octopus takes an evaluated text for true. Blanks are true. */
export function isTruthy(text: string): boolean {
  return text !== '' && text !== '0' && !['no', 'false'].includes(toLower(trim(text)));
}

/** Where names are looked up: first here, then in what is around it. */
interface Context {
  readonly names: Binding;
  readonly parent: Context | undefined;
  /** Paths being resolved, with their places, to find values that refer to themselves. */
  readonly open: readonly OpenPath[];
}

interface OpenPath {
  readonly key: string;
  readonly name: string;
}

const nothing: Evaluation = { text: '', missing: [], isNull: false };

function renderAll(tokens: readonly Token[], context: Context): Evaluation {
  return joined(tokens.map((token) => render(token, context)));
}

function joined(parts: readonly Evaluation[]): Evaluation {
  return {
    text: parts.map(({ text }) => text).join(''),
    missing: parts.flatMap(({ missing }) => missing),
    isNull: parts.some(({ isNull }) => isNull),
  };
}

function render(token: Token, context: Context): Evaluation {
  switch (token.kind) {
    case 'text':
      return { ...nothing, text: token.text };
    case 'substitution':
      return substitute(token, context);
    case 'conditional':
      return choose(token, context);
    case 'repetition':
      return repeat(token, context);
  }
}

function substitute(token: Extract<Token, { kind: 'substitution' }>, context: Context): Evaluation {
  const { value, missing, isNull } = calculate(token.expression, context);
  if (value !== undefined) return { text: value, missing, isNull };
  const text = printToken(token);
  // Only in this spelling; with a capital letter it is an expression that gives nothing.
  if (token.expression.kind === 'filter' && token.expression.name === 'null') return { text, missing, isNull: true };
  return { text, missing: [...missing, text], isNull };
}

interface Calculated extends Omit<Evaluation, 'text'> {
  readonly value: string | undefined;
}

function calculate(expression: Expression, context: Context): Calculated {
  if (expression.kind === 'variable') {
    const { found, missing } = resolve(expression.path, context);
    return { value: found?.item, missing, isNull: false };
  }
  const argument = calculate(expression.argument, context);
  const options = expression.options.map((option) => render(option, context));
  const { missing, isNull } = joined([{ ...nothing, ...argument }, ...options]);
  const texts = options.map(({ text }) => text);
  return {
    value: applyFilter(expression.name, argument.value, texts, `#{${printExpression(expression)}}`),
    missing,
    isNull,
  };
}

function choose(token: Extract<Token, { kind: 'conditional' }>, context: Context): Evaluation {
  const { comparison } = token;
  const left = compared(token.left, context);
  const right = comparison === undefined ? { ...nothing, gaveNothing: false } : rightOf(comparison, context);
  const { missing, isNull } = joined([left, right]);
  if (left.gaveNothing || right.gaveNothing) {
    const text = printToken(token);
    return { text, missing: [...missing, text], isNull };
  }
  const holds = comparison ? (left.text === right.text) === comparison.equal : isTruthy(left.text);
  const chosen = renderAll(holds ? token.truthy : token.falsy, context);
  return joined([{ text: '', missing, isNull }, chosen]);
}

interface Compared extends Evaluation {
  /** A variable that gives nothing counts as empty, a filter that gives nothing spoils the condition. */
  readonly gaveNothing: boolean;
}

function rightOf({ right }: Comparison, context: Context): Compared {
  if ('literal' in right) return { ...nothing, text: right.literal, gaveNothing: false };
  return compared(right.expression, context);
}

function compared(expression: Expression, context: Context): Compared {
  const { value, missing, isNull } = calculate(expression, context);
  return { text: value ?? '', missing, isNull, gaveNothing: value === undefined && expression.kind === 'filter' };
}

function repeat(token: Extract<Token, { kind: 'repetition' }>, context: Context): Evaluation {
  const { found, missing } = resolve(token.collection, context);
  const items = itemsOf(found, printToken(token));
  const rounds = items.map((item, index) => {
    const place = bindVariables([
      ['Octopus.Template.Each.Index', String(index)],
      ['Octopus.Template.Each.First', index === 0 ? 'True' : 'False'],
      ['Octopus.Template.Each.Last', index === items.length - 1 ? 'True' : 'False'],
    ]);
    const enumerator = foldCase(token.enumerator);
    if (place.names.has(enumerator))
      throw new Error(`Octopus fails at ${printToken(token)}: each item needs a different name.`);
    const names = { ...place, names: new Map([...place.names, [enumerator, item]]) };
    return renderAll(token.body, { names, parent: context, open: [] });
  });
  return joined([{ ...nothing, missing }, ...rounds]);
}

function itemsOf(collection: Binding | undefined, source: string): readonly Binding[] {
  if (collection === undefined) return [];
  if (collection.indexes.size > 0) return [...collection.indexes.values()];
  const { item } = collection;
  return item === undefined ? [] : (jsonItems(item, source) ?? item.split(',').map(leaf));
}

interface Resolved {
  readonly found: Binding | undefined;
  readonly missing: readonly string[];
}

const notFound: Resolved = { found: undefined, missing: [] };

function resolve(path: Path, outer: Context): Resolved {
  const context = { ...outer, open: [...outer.open, opened(path, outer)] };
  const known = withIndexes(path, context);
  let binding: Binding | undefined = context.names;
  for (const step of known) {
    if (step.kind === 'variableIndex') return notFound;
    const at: Binding = binding;
    binding = below(at, step) ?? jsonBelow(at, step.text, known, context);
    if (binding === undefined) return context.parent ? resolve(known, context.parent) : notFound;
  }
  return evaluated(binding, context);
}

class SelfReference extends Error {}

/** @throws SelfReference when the path is being resolved already, at the same place */
function opened(path: Path, context: Context): OpenPath {
  const key = JSON.stringify(path);
  const chain: OpenPath[] = [];
  for (let around: Context | undefined = context; around; around = around.parent) chain.unshift(...around.open);
  const name = printPath(path);
  if (chain.some((one) => one.key === key)) {
    throw new SelfReference(
      `The variable ${name} refers to itself: ${[...chain.map((one) => one.name), name].join(' -> ')}.`,
    );
  }
  return { key, name };
}

/** The path with `[#{Name}]` replaced by the index that it stands for, where that is known. */
function withIndexes(path: Path, context: Context): Path {
  return path.map((step) => {
    if (step.kind !== 'variableIndex') return step;
    const { found } = resolve(step.path, context);
    if (found === undefined) return { ...step, path: withIndexes(step.path, context) };
    return found.item === undefined ? step : { kind: 'index', text: found.item, at: -1 };
  });
}

function below(
  { names, indexes }: Binding,
  { kind, text }: Exclude<Path[number], { kind: 'variableIndex' }>,
): Binding | undefined {
  if (kind === 'name') return names.get(foldCase(text));
  const first = text === '*' ? indexes.values().next().value : undefined;
  return first ?? indexes.get(foldCase(text));
}

/** A value that refers to itself is not JSON; only where nothing but its own name is asked for is that an error. */
function jsonBelow(binding: Binding, property: string, path: Path, context: Context): Binding | undefined {
  if (!binding.item || property === '') return undefined;
  try {
    return jsonMember(evaluated(binding, context).found.item ?? '', property, `#{${printPath(path)}}`);
  } catch (error) {
    if (error instanceof SelfReference) return undefined;
    throw error;
  }
}

/** What a value becomes when it is used: its own expressions are evaluated, and only the text remains. */
function evaluated(binding: Binding, context: Context): Resolved & { readonly found: Binding } {
  if (binding.item === undefined) return { found: binding, missing: [] };
  if (!binding.item.includes('#{')) return { found: leaf(binding.item), missing: [] };
  const tokens = parseTemplate(binding.item);
  if (tokens === undefined) return { found: binding, missing: [] };
  const { text, missing } = renderAll(tokens, { names: leaf(undefined), parent: context, open: [] });
  return { found: leaf(text), missing };
}
