import type { FaultKind } from '../../emulator/faults.ts';

/** One of two deployments that may run at the same time. */
export type Slot = 0 | 1;

/** What a person does at a manual intervention; ignored by steps without one before them. */
export interface Intervention {
  readonly proceed: boolean;
  readonly note: string;
}

/** What goes wrong during a run of a step. */
export type SequenceFault =
  | { readonly kind: 'none' }
  /** The process is killed around its n-th call, counted from 1. */
  | { readonly kind: 'kill'; readonly when: 'before' | 'after'; readonly call: number }
  | {
      readonly kind: 'fault';
      readonly fault: FaultKind;
      /** Any operation if absent. */
      readonly operation?: string;
      readonly occurrence: number;
      readonly times: number;
    };

/** One action of operators, Octopus or AWS, as plain data, so that a sequence can be printed, shrunk and kept. */
export type Action =
  /** Starts a deployment if none is running. */
  | { readonly kind: 'release'; readonly slot: Slot; readonly bad: boolean; readonly takeOver: boolean }
  /** Octopus runs the next step, or Rollback after a failure; starts a release if none is running. */
  | {
      readonly kind: 'next-step';
      readonly slot: Slot;
      readonly intervention: Intervention;
      readonly injectedFault: SequenceFault;
    }
  /** Octopus repeats the last step. */
  | { readonly kind: 'repeat-step'; readonly slot: Slot; readonly injectedFault: SequenceFault }
  /** Both deployments run their next step at the same time. */
  | { readonly kind: 'concurrent-steps'; readonly intervention: Intervention; readonly seed: number }
  /** A deployment is cancelled, so that none of its steps runs any more. */
  | { readonly kind: 'cancel'; readonly slot: Slot }
  /** A person runs Rollback in a runbook. */
  | { readonly kind: 'runbook'; readonly injectedFault: SequenceFault }
  /** Somebody runs Watch Canary, alone or while the first deployment runs its next step. */
  | {
      readonly kind: 'watch';
      readonly minutes: number;
      readonly beside: boolean;
      readonly injectedFault: SequenceFault;
    }
  /** A runbook runs Guard. */
  | { readonly kind: 'guard'; readonly minutes: number; readonly injectedFault: SequenceFault }
  /** At one entry point, counted from 0 modulo their number; at all of them if absent. */
  | { readonly kind: 'weights'; readonly green: number; readonly entryPoint?: number | undefined }
  /** `remove` deletes the tag. */
  | { readonly kind: 'tag'; readonly value: 'Blue' | 'Green' | 'Purple' | 'remove' }
  | { readonly kind: 'stack'; readonly fails: boolean }
  | { readonly kind: 'scale'; readonly colour: 'blue' | 'green'; readonly percent: number }
  /** Adds a task set next to green's, or removes it if it exists. */
  | { readonly kind: 'orphan' }
  /** Removes the lock. */
  | { readonly kind: 'remove-lock' }
  /** Emulated seconds. */
  | { readonly kind: 'time'; readonly seconds: number };

/** The canary's state before the first action. */
export type Start = 'stable-blue' | 'stable-green' | 'several-entry-points' | 'first';

/** A sequence of actions on a canary. */
export interface Sequence {
  readonly start: Start;
  readonly actions: readonly Action[];
}
