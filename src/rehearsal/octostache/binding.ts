import { foldCase } from './characters.ts';
import { parseName } from './parser.ts';
import { type Path, printPath } from './tokens.ts';

/** A value and what is below it: Octopus holds all variables as one tree of names and indexes. */
export interface Binding {
  readonly item: string | undefined;
  readonly names: ReadonlyMap<string, Binding>;
  /** In the order in which the indexes first appeared. */
  readonly indexes: ReadonlyMap<string, Binding>;
}

/** A value with nothing below it. */
export function leaf(item: string | undefined): Binding {
  return { item, names: new Map(), indexes: new Map() };
}

/**
 * Builds the tree of variables; a name counts only up to the first character that a path cannot contain.
 * @throws Error for a name with `[#{…}]`, with which Octopus evaluates nothing at all
 */
export function bindVariables(variables: Iterable<readonly [name: string, value: string]>): Binding {
  const root = newBranch(undefined);
  for (const [name, value] of variables) {
    const path = parseName(name);
    if (path !== undefined) branchAt(root, path).item = value;
  }
  return root;
}

interface Branch {
  item: string | undefined;
  readonly names: Map<string, Branch>;
  readonly indexes: Map<string, Branch>;
}

function newBranch(item: string | undefined): Branch {
  return { item, names: new Map(), indexes: new Map() };
}

function branchAt(root: Branch, path: Path): Branch {
  let branch = root;
  for (const step of path) {
    if (step.kind === 'variableIndex') {
      throw new Error(
        `A variable is named ${printPath(path)}: with an expression in a variable's name, Octopus cannot evaluate any expression. Rename it.`,
      );
    }
    const below = step.kind === 'name' ? branch.names : branch.indexes;
    const key = foldCase(step.text);
    const next = below.get(key) ?? newBranch(step.kind === 'index' ? step.text : undefined);
    below.set(key, next);
    branch = next;
  }
  return branch;
}
