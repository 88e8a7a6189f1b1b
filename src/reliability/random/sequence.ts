import type { FaultKind } from '../../emulator/faults.ts';

/** One of two deployments that may be under way at the same time. */
export type Slot = 0 | 1;

/** What a person does at a manual intervention; steps that have none before them ignore it. */
export interface Intervention {
  readonly proceed: boolean;
  readonly note: string;
}

/** What goes wrong during a run of a step. */
export type InjectedFault =
  | { readonly kind: 'none' }
  /** The process dies around its n-th call, from 1. */
  | { readonly kind: 'kill'; readonly when: 'before' | 'after'; readonly call: number }
  | {
      readonly kind: 'fault';
      readonly fault: FaultKind;
      /** Absent: any operation. */
      readonly operation?: string;
      readonly occurrence: number;
      readonly times: number;
    };

/** One thing that operators, Octopus or the world do. Plain data, so that a sequence can be printed, shrunk and kept. */
export type Action =
  /** A deployment begins where none is under way. */
  | { readonly kind: 'release'; readonly slot: Slot; readonly bad: boolean; readonly takeOver: boolean }
  /** Octopus goes on with the next step, Rollback after a failure included; begins a release where none is under way. */
  | {
      readonly kind: 'next-step';
      readonly slot: Slot;
      readonly intervention: Intervention;
      readonly injectedFault: InjectedFault;
    }
  /** Octopus repeats the last step. */
  | { readonly kind: 'repeat-step'; readonly slot: Slot; readonly injectedFault: InjectedFault }
  /** Both deployments go on at the same moment. */
  | { readonly kind: 'concurrent-steps'; readonly intervention: Intervention; readonly seed: number }
  /** A deployment is cancelled, so that nothing of it runs any more. */
  | { readonly kind: 'cancel'; readonly slot: Slot }
  /** A person runs Rollback in a runbook. */
  | { readonly kind: 'runbook'; readonly injectedFault: InjectedFault }
  /** At one entry point, counted from 0 and over again; at all of them where it is absent. */
  | { readonly kind: 'weights'; readonly green: number; readonly entryPoint?: number | undefined }
  /** `remove` takes the tag away. */
  | { readonly kind: 'tag'; readonly value: 'Blue' | 'Green' | 'Purple' | 'remove' }
  | { readonly kind: 'stack'; readonly fails: boolean }
  | { readonly kind: 'scale'; readonly colour: 'blue' | 'green'; readonly percent: number }
  /** Adds a task set beside green's, or removes the one that is there. */
  | { readonly kind: 'orphan' }
  /** Removes the lock that says whose canary it is. */
  | { readonly kind: 'remove-lock' }
  /** Emulated seconds. */
  | { readonly kind: 'time'; readonly seconds: number };

/** How the canary lies when the first action comes. */
export type Start = 'stable-blue' | 'stable-green' | 'several-entry-points' | 'first';

/** What happens to a canary, one action after the other. */
export interface Sequence {
  readonly start: Start;
  readonly actions: readonly Action[];
}
