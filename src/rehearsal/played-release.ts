import type { Stage } from './canary-watch.ts';
import type { DeploymentResult } from './deployment.ts';
import type { PlannedRelease } from './scenario.ts';
import type { EntryPointMeasurement } from './users.ts';

/** One release as it went. */
export interface PlayedRelease {
  readonly plan: PlannedRelease;
  readonly deployment: DeploymentResult;
  readonly stages: readonly Stage[];
  /** Whether a person's note asked for the end of the deployment. */
  readonly endedByNote: boolean;
  /** Task definition that was stable before, and the one that is stable now. */
  readonly stableBefore: string;
  readonly stableAfter: string;
  /** Task definition that blue runs now. */
  readonly blueAfter: string;
  /** What users got at each door at the very end of the release; empty when no user ever came. */
  readonly final: readonly EntryPointMeasurement[];
}
