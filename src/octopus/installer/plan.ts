/** One thing that an installation would do, or has no need to do. */
export interface PlannedChange {
  readonly kind: 'create' | 'update' | 'unchanged';
  /** For example `step template AWS ECS Canary - Promote`. */
  readonly what: string;
  /** What would be different afterwards, one a line. */
  readonly differences: readonly string[];
  /** What the operator should know, and nothing is done about. */
  readonly notes: readonly string[];
  /** Does it; resolves to what is to be told about it beyond that it was done. */
  readonly apply: () => Promise<readonly string[]>;
}

/** What needs no change. */
export function unchanged(what: string, notes: readonly string[] = []): PlannedChange {
  return { kind: 'unchanged', what, differences: [], notes, apply: async () => [] };
}

/** The plan as text, for a person to decide on. */
export function renderPlan(changes: readonly PlannedChange[]): string[] {
  return changes.flatMap(({ kind, what, differences, notes }) => [
    `${marks[kind]} ${kind.padEnd(9)} ${what}`,
    ...differences.map((line) => `              ${line}`),
    ...notes.map((line) => `            ! ${line}`),
  ]);
}

const marks = { create: '+', update: '~', unchanged: '=' } as const;
