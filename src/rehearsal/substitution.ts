import { applyFilter } from './octostache-filters.ts';
import { type Comparison, type Path, parseOctostache, type Token } from './octostache-parser.ts';

/** A set of Octopus variables: names ignore case, values may refer to other variables. */
export interface Variables {
  /** The value with every `#{…}` in it evaluated; undefined when there is no such variable. */
  readonly get: (name: string) => string | undefined;
  /** Evaluates a text; expressions that cannot be resolved stay unchanged. */
  readonly evaluate: (text: string) => string;
  readonly names: () => readonly string[];
}

/** Builds a set of variables; later entries replace earlier ones of the same name. */
export function createVariables(entries: Iterable<readonly [name: string, value: string]>): Variables {
  const scope: Scope = { values: new Map(), locals: new Map(), open: [] };
  for (const [name, value] of entries) scope.values.set(normalise(name), { name, value });
  return {
    get: (name) => lookUp(scope, name),
    evaluate: (text) => evaluate(scope, text),
    names: () => [...scope.values.values()].map((entry) => entry.name),
  };
}

/** Whether Octopus treats a value as true, as in run conditions. */
export function isTruthy(value: string): boolean {
  return !['', '0', 'no', 'false'].includes(value.trim().toLowerCase());
}

interface Scope {
  readonly values: Map<string, { readonly name: string; readonly value: string }>;
  /** Variables bound by `each`: the current item of a comma-separated list. */
  readonly locals: ReadonlyMap<string, string>;
  /** Names being evaluated, to find values that refer to themselves. */
  readonly open: readonly string[];
}

function evaluate(scope: Scope, text: string): string {
  if (!text.includes('#{')) return text;
  const tokens = parseOctostache(text);
  return tokens === undefined ? text : render(scope, tokens);
}

function render(scope: Scope, tokens: readonly Token[]): string {
  return tokens.map((token) => renderToken(scope, token)).join('');
}

function renderToken(scope: Scope, token: Token): string {
  switch (token.kind) {
    case 'text':
      return token.text;
    case 'substitution': {
      const value = resolve(scope, token.path);
      return value === undefined
        ? token.source
        : token.filters.reduce((text, filter) => applyFilter(filter, text), value);
    }
    case 'conditional':
      return render(scope, holds(scope, token.path, token.comparison) ? token.truthy : token.falsy);
    case 'repetition':
      return items(scope, token.collection)
        .map((item) =>
          render({ ...scope, locals: new Map(scope.locals).set(normalise(token.enumerator), item) }, token.body),
        )
        .join('');
  }
}

function holds(scope: Scope, path: Path, comparison: Comparison | undefined): boolean {
  const left = resolve(scope, path) ?? '';
  if (comparison === undefined) return isTruthy(left);
  const right =
    'literal' in comparison.right ? comparison.right.literal : (resolve(scope, comparison.right.path) ?? '');
  return (left === right) === comparison.equal;
}

function items(scope: Scope, collection: Path): readonly string[] {
  const list = resolve(scope, collection);
  return list === undefined ? [] : list.split(',');
}

function resolve(scope: Scope, path: Path): string | undefined {
  const name = nameOf(scope, path);
  if (name === undefined) return undefined;
  return scope.locals.get(normalise(name)) ?? lookUp(scope, name);
}

function nameOf(scope: Scope, path: Path): string | undefined {
  let name = '';
  for (const [index, step] of path.entries()) {
    if (step.kind === 'name') name += index === 0 ? step.text : `.${step.text}`;
    else {
      const key = step.kind === 'index' ? step.text : resolve(scope, step.path);
      if (key === undefined) return undefined;
      name += `[${key}]`;
    }
  }
  return name;
}

function lookUp(scope: Scope, name: string): string | undefined {
  const key = normalise(name);
  const entry = scope.values.get(key);
  if (entry === undefined) return undefined;
  if (scope.open.includes(key))
    throw new Error(`The variable ${name} refers to itself: ${[...scope.open, key].join(' -> ')}.`);
  return evaluate({ ...scope, open: [...scope.open, key] }, entry.value);
}

function normalise(name: string): string {
  return name.trim().toLowerCase();
}
