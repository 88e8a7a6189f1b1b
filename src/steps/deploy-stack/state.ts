import type { Stack } from '../../aws/aws.ts';
import type { StoppedTask } from '../../canary/health.ts';
import type { StackOperation } from '../../canary/run.ts';
import type { Traffic } from '../../canary/traffic.ts';
import type { FailingTaskSet } from '../../observation/observe-green.ts';

/** What a step that deploys sees of its stack. */
export type DeployState =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'busy';
      readonly stack: Stack;
      readonly operation?: StackOperation | undefined;
      readonly failing: FailingTaskSet | undefined;
    }
  | { readonly kind: 'unusable'; readonly stack: Stack; readonly operation?: StackOperation | undefined }
  | {
      readonly kind: 'settled';
      readonly stack: Stack;
      readonly operation?: StackOperation | undefined;
      readonly traffic: Traffic;
      /** Healthy targets that belong to the green task set itself. */
      readonly ownHealthy: number;
      readonly stoppedGreen: readonly StoppedTask[];
      /** Read only while blue is short of healthy targets. */
      readonly stoppedBlue: readonly StoppedTask[];
      /** The template as deployed; read only before the update. */
      readonly templateText: string;
    };
