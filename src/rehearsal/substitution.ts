import { type Binding, bindVariables } from './octostache/binding.ts';
import { foldCase } from './octostache/characters.ts';
import { evaluateTemplate, isTruthy } from './octostache/evaluation.ts';
import { refuseLacking } from './octostache/refusal.ts';

/** A set of Octopus variables: names ignore case, values may refer to other variables. */
export interface Variables {
  /** The value with every `#{…}` in it evaluated; undefined when there is no such variable, or the value is null. */
  readonly get: (name: string) => string | undefined;
  /** Evaluates a text; expressions that cannot be resolved stay in it. Undefined when the filter `null` says so. */
  readonly evaluate: (text: string) => string | undefined;
  /** The same for a script: Octopus evaluates what it can in one that is malformed. @throws Error for such a script */
  readonly evaluateScript: (body: string) => string;
  /** Whether a run condition holds: it is false if anything in it cannot be parsed or resolved. */
  readonly holds: (condition: string) => boolean;
  readonly names: () => readonly string[];
}

/** Builds a set of variables; later entries replace earlier ones of the same name. */
export function createVariables(entries: Iterable<readonly [name: string, value: string]>): Variables {
  const values = new Map<string, readonly [name: string, value: string]>();
  for (const [name, value] of entries) {
    const key = foldCase(name);
    values.set(key, [values.get(key)?.[0] ?? name, value]);
  }
  let tree: Binding | undefined;
  const evaluate = (text: string): Evaluated => {
    if (!text.includes('#{')) return { kind: 'complete', text };
    tree ??= bindVariables(values.values());
    const result = evaluateTemplate(text, tree);
    if (result === undefined) return { kind: 'malformed', text };
    return {
      kind: result.missing.length === 0 ? 'complete' : 'unresolved',
      text: result.isNull ? undefined : result.text,
    };
  };
  return {
    get: (name) => {
      const entry = values.get(foldCase(name));
      return entry && evaluate(entry[1]).text;
    },
    evaluate: (text) => evaluate(text).text,
    evaluateScript: (body) => {
      const { kind, text = '' } = evaluate(body);
      return kind === 'malformed' ? refuseLacking('scripts with malformed expressions', 'the script') : text;
    },
    holds: (condition) => {
      const { kind, text } = evaluate(condition);
      return kind === 'complete' && text !== undefined && isTruthy(text);
    },
    names: () => [...values.values()].map(([name]) => name),
  };
}

interface Evaluated {
  readonly kind: 'complete' | 'unresolved' | 'malformed';
  readonly text: string | undefined;
}
