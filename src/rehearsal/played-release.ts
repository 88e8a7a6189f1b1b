import type { Stage } from './canary-watch.ts';
import type { DeploymentResult } from './deployment.ts';
import type { Night } from './night.ts';
import type { PlannedRelease } from './scenario.ts';
import type { EntryPointMeasurement } from './users.ts';

/** The result of one release. */
export interface PlayedRelease {
  readonly plan: PlannedRelease;
  readonly deployment: DeploymentResult;
  readonly stages: readonly Stage[];
  /** The night for which an approval waited; undefined if none did. */
  readonly night?: Night | undefined;
  /** Whether a person's note ended the deployment. */
  readonly endedByNote: boolean;
  /** Task definitions that were stable before and after the release. */
  readonly stableBefore: string;
  readonly stableAfter: string;
  /** Task definition that blue runs after the release. */
  readonly blueAfter: string;
  /** Task definition that the release deployed on green; empty if it failed before that. */
  readonly green: string;
  /** What users got at each entry point at the end of the release; empty when there were no users. */
  readonly final: readonly EntryPointMeasurement[];
}
