import type { Change } from './change.ts';
import type { OperatorError } from './operator-error.ts';
import type { TaskSet } from './service.ts';

/** What a step decides from what it observed. `reason` is the log line. */
export type Decision =
  | Done
  | {
      readonly kind: 'change';
      readonly reason: string;
      readonly change: Change;
      /** What the operator should know before the change. */
      readonly warnings?: readonly string[];
      /** Whether it counts only if a second read agrees. */
      readonly isDoubtful?: boolean;
      /** Lines for the log that are no warnings. */
      readonly notes?: readonly string[];
    }
  | {
      readonly kind: 'wait';
      readonly reason: string;
      /** 0 to 100, where the wait has a measurable end. */
      readonly percent?: number;
      /** Seconds until this wait can end, if known, to save useless AWS calls. */
      readonly seconds?: number;
      /** The most seconds between two looks, whose interval grows; 10 by default. */
      readonly mostSeconds?: number;
      /** How the step ends if its time or its credentials end first, where that is no failure. */
      readonly otherwise?: () => Done;
      /** The task set whose tasks show why, if the wait fails. */
      readonly taskSet?: TaskSet;
    };

/** A file attached to the task, which people can open in Octopus. */
export interface Artifact {
  /** A file name without a folder. */
  readonly name: string;
  readonly content: string;
}

/** The goal is reached and was read back. */
export interface Done {
  readonly kind: 'done';
  readonly reason: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
  /** Files to attach to the task. */
  readonly artifacts?: readonly Artifact[];
  /** Text for the log before the reason. */
  readonly report?: string;
  /** Fails the step after its outputs are set: what it found is a reason to stop the deployment. */
  readonly failure?: OperatorError;
}
