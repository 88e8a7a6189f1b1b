import type { Approval } from './approval.ts';
import type { Applied } from './change.ts';
import type { LockOwner } from './lock.ts';
import type { OperatorError } from './operator-error.ts';
import type { PlannedRetreat } from './retreat.ts';

/** What a run of a step knows from its beginning. */
export interface RunContext {
  readonly region: string;
  /** Stack operations of this run carry it, which identifies their events. */
  readonly token: string;
  /** Whether Octopus runs the step because the deployment failed. */
  readonly deploymentFailed: boolean;
  /** What failed, in Octopus's words; empty if nothing did, or in a runbook. */
  readonly deploymentError?: string;
  readonly lockOwner: LockOwner;
  readonly startedAt: Date;
  /** What a person decided at the manual intervention that the step demands; undefined when it demands none. */
  readonly approval: Approval | undefined;
}

/** What a run remembers from one read to the next; `remember` alone makes a new one, and nothing outlives the process. */
export interface RunMemory {
  /** The lock that this run replaced when it acquired its own; empty when there was none. */
  readonly replacedLock?: string;
  /** Whether this run saw its own deployment hold the lock; if it no longer does, somebody rolled back in the meantime. */
  readonly heldLock?: boolean;
  /** The share to which this run's last write lowered green at a rule, in percent. */
  readonly loweredTo?: number;
  /** The weights of all production rules at the last read, and since when they are unchanged, also by AWS's clock; epoch milliseconds. */
  readonly split?: { readonly text: string; readonly since: number; readonly awsSince: number };
  /** When AWS answered this run's last write of weights, by AWS's clock; epoch milliseconds. */
  readonly movedAt?: number;
  /** Green's largest share at the rules that this run wrote, before it did, in percent. */
  readonly movedFrom?: number;
  /** AWS's ids of the requests that did. */
  readonly requestIds?: readonly string[];
  /** ARNs of the rules at which this run proved that it can return traffic to blue, and how long that took in total. */
  readonly wayBack?: { readonly rules: ReadonlySet<string>; readonly seconds: number };
  /** Why AWS refused to prove it. */
  readonly noWayBack?: OperatorError;
  /** What AWS said when it refused to record the share. */
  readonly recordRefusal?: string;
  /** What AWS said when it refused an entry of the ledger. */
  readonly entryRefusal?: string;
  /** ARNs of rules whose weights this run could not write at its last try. */
  readonly unwritable?: ReadonlySet<string>;
  /** When this run last took all traffic from green at a rule; epoch milliseconds. */
  readonly leftGreenAt?: number;
  /** What this run has decided to take from green, since the figures that show why are only of the split before. */
  readonly planned?: PlannedRetreat | undefined;
  /** Whether this run asked AWS to change anything. */
  readonly wrote?: boolean;
  /** How often the lock could not be read. */
  readonly blindLooks?: number;
  /** How AWS answered the last stack operation of this run, if there was one. */
  readonly submitted?: {
    readonly kind: 'create-stack' | 'update-stack';
    readonly outcome: Applied;
    readonly blueHealthy?: number | undefined;
  };
  /** When the run first looked, by AWS's clock; epoch milliseconds. */
  readonly firstLook?: number;
  /** The stack operation being watched. */
  readonly operation?: StackOperation;
}

/** A run at one moment, which `observe` and `decide` only read. */
export interface Run extends RunContext, RunMemory {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The same by AWS's clock. */
  readonly awsNow: number;
}

/** What has been seen of one stack operation so far. */
export interface StackOperation {
  readonly token: string;
  /** When AWS began it. */
  readonly startedAt?: Date;
  readonly seenEvent?: string;
  /** Logical ids that have begun to change, and those that are done. */
  readonly begun: ReadonlySet<string>;
  readonly finished: ReadonlySet<string>;
  /** Whether the stack itself said that the operation is over; its status alone may be a stale read. */
  readonly ended: boolean;
  /** Whether it rolled back; a stale status from before that looks like success. */
  readonly rolledBack?: boolean;
  /** The first failure, which is the cause of the others. */
  readonly rootCause?: string;
  /** Why this run cancelled it: reasons of the failed tasks. */
  readonly cancelledFor?: string;
}
