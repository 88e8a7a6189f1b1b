/** A deployment that runs, or has run. */
export interface Task {
  readonly Id: string;
  readonly Name: 'Deploy';
  readonly deploymentId: string;
  state: 'Executing' | 'Success' | 'Failed' | 'Canceled';
  /** Action name → its lines. */
  readonly log: Map<string, string[]>;
  readonly artifacts: string[];
  readonly interruptions: Interruption[];
  /** Kills the script that runs now. */
  kill: (() => void) | undefined;
}

/** A question to a person. */
export interface Interruption {
  readonly Id: string;
  readonly Name: string;
  readonly instructions: string;
  responsible: string | null;
  answer: PersonAnswer | undefined;
  readonly decide: (answer: PersonAnswer) => void;
}

export interface PersonAnswer {
  readonly proceed: boolean;
  readonly notes: string;
}

/** Ends a task that still runs. */
export function endTask(task: Task): void {
  if (!isActive(task)) return;
  task.state = 'Canceled';
  task.kill?.();
}

/** Whether a task has not ended. */
export function isActive({ state }: Task): boolean {
  return state === 'Executing';
}
