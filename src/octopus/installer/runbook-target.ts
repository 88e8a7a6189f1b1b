import type { RunbookDefinition } from '../process/definition.ts';
import type { ResolvedRequest } from './project-request.ts';
import type { Project, Runbook } from './resources.ts';
import type { PlannedVariables } from './variable-plan.ts';

/** A runbook to plan for, and the project that it belongs to. */
export interface RunbookTarget {
  readonly request: ResolvedRequest;
  readonly runbook: RunbookDefinition;
  /** Undefined until it is created. */
  readonly project: () => Project | undefined;
  readonly variables: PlannedVariables;
}

/** The same with what the space has of the runbook. */
export interface FoundRunbook extends RunbookTarget {
  readonly existing: Runbook | undefined;
  /** What the space has of it while the plan is applied. */
  readonly made: () => Runbook;
}
