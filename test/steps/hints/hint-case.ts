import type { ErrorCode } from '../../../src/canary/error-catalogue.ts';
import type { CanaryConsole } from '../../support/canary-console.ts';
import type { CanaryWorld, RunOptions, StepRun } from '../../support/canary-world.ts';
import type { Hint, Values } from './hint.ts';

/** A canary whose version 1 serves on blue, while version 2 waits on green. */
export interface HintScene {
  readonly world: CanaryWorld;
  readonly awsConsole: CanaryConsole;
  /** AWS's refusals by operation, of the steps' calls and of CloudFormation's own. */
  readonly refusals: Map<string, readonly [code: string, message: string]>;
}

/** A way in which an error arises, and what its words lead to. */
export interface HintCase {
  readonly code: ErrorCode;
  /** How the state arises, as the end of "an operator is told …". */
  readonly when: string;
  readonly arrange?: (scene: HintScene) => Promise<unknown>;
  /** The step that refuses, and that runs again after the hint was followed. */
  readonly run: (scene: HintScene, values: Values, options: RunOptions) => Promise<StepRun>;
  /** Only the first run has them: what disturbs it. */
  readonly first?: RunOptions;
  /** Does what the words say. @returns the parameters that they set for the next run */
  readonly follow: (hint: Hint, scene: HintScene) => Promise<Values | undefined> | Values | undefined;
  /** What the next run refuses for, where its words lead on; by default it succeeds. */
  readonly leadsTo?: ErrorCode;
}
