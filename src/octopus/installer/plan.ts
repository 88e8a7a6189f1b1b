/** One change that an installation would make, or need not make. */
export interface PlannedChange {
  readonly kind: 'create' | 'update' | 'unchanged';
  /** For example `step template AWS ECS Canary - Promote`. */
  readonly what: string;
  /** What would be different afterwards, one per line. */
  readonly differences: readonly string[];
  /** What the operator should know; nothing is done about it. */
  readonly notes: readonly string[];
  /** Makes the change; resolves to remarks for the operator. */
  readonly apply: () => Promise<readonly string[]>;
}

/** Changes in their order, and what is left to do by hand afterwards. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** Sentences, one for each thing to do. */
  readonly toDo: readonly string[];
}

/** What needs no change. */
export function unchanged(what: string, notes: readonly string[] = []): PlannedChange {
  return { kind: 'unchanged', what, differences: [], notes, apply: async () => [] };
}

/** Renders the plan as text, for a person to decide on. */
export function renderPlan(changes: readonly PlannedChange[]): string[] {
  return changes.flatMap(({ kind, what, differences, notes }) => [
    `${marks[kind]} ${kind.padEnd(9)} ${what}`,
    ...differences.map((line) => `              ${line}`),
    ...notes.map((line) => `            ! ${line}`),
  ]);
}

const marks = { create: '+', update: '~', unchanged: '=' } as const;
