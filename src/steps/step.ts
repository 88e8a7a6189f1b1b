import type { Approval } from '../canary/approval.ts';
import type { Applied } from '../canary/change.ts';
import type { Decision } from '../canary/decision.ts';
import type { LockOwner } from '../canary/lock.ts';
import type { CanaryReader } from '../observation/canary-reader.ts';
import type { Check, ParameterSet, ValuesOf } from '../parameters/parameters.ts';

/** The six steps, in the order of the process. */
export type StepId = 'prepare-blue' | 'deploy-stack' | 'add-test-rule' | 'shift-traffic' | 'promote' | 'rollback';

/** What a step tells the world about itself; templates, references, policies and the process derive from it. */
export interface StepDeclaration<P extends ParameterSet = ParameterSet> {
  readonly id: StepId;
  /** As in the template's name after "AWS ECS Canary - ", for example "Prepare Blue". */
  readonly name: string;
  /** Markdown for the template's description: what it does, in a few sentences. */
  readonly summary: string;
  readonly parameters: P;
  /** Output variables the step sets, each with a sentence. `AwsOutputs[…]` stands for one per stack output. */
  readonly outputs: Readonly<Record<string, string>>;
  /** IAM actions the step's own calls need. */
  readonly actions: readonly string[];
}

/** What a step knows of its own run; nothing of it outlives the process. */
export interface Run {
  readonly region: string;
  /** Stack operations of this run carry it, so that their events are told from others'. */
  readonly token: string;
  /** Whether Octopus runs the step because the deployment failed. */
  readonly deploymentFailed: boolean;
  readonly lockOwner: LockOwner;
  readonly startedAt: Date;
  /** The time now, in epoch milliseconds. */
  readonly now: () => number;
  /** What a person decided at the manual intervention that the step demands; undefined when it demands none. */
  readonly approval: Approval | undefined;
  /** The mark that this run replaced when it took the canary; empty when there was none. */
  replacedLock?: string;
  /** Whether the canary was seen to be this run's deployment's own; one that is no longer was rolled back meanwhile. */
  heldLock?: boolean;
  /** The share that this run was asked to bring green down to at every door, in percent. */
  loweredTo?: number;
  /** The weights as they were read last, and since when they are so; epoch milliseconds. */
  shares?: { readonly text: string; readonly since: number };
  /** Rules whose weights this run could not write at its last try. */
  unwritable?: Set<string>;
  /** When this run last took all traffic from green at a door; epoch milliseconds. */
  leftGreenAt?: number;
  /** Whether this run asked AWS to change anything. */
  wrote?: boolean;
  /** How often Rollback could not read whose canary it is. */
  blindLooks?: number;
  /** How the last stack operation of this run was received, if there was one. */
  submitted?: {
    readonly kind: 'create-stack' | 'update-stack';
    readonly outcome: Applied;
    readonly blueHealthy?: number | undefined;
  };
  /** The stack operation being watched. */
  operation?: StackOperation;
}

/** What has been seen of one stack operation so far. */
export interface StackOperation {
  readonly token: string;
  /** When AWS began it. */
  startedAt?: Date;
  seenEvent?: string;
  /** Logical ids that have begun to change, and those that are done. */
  readonly begun: Set<string>;
  readonly finished: Set<string>;
  /** Whether the stack itself said that the operation is over; its status alone may be a stale read. */
  ended: boolean;
  /** Whether it went back; a status read from before that looks like success. */
  rolledBack?: boolean;
  /** The first failure, which is the cause of the others. */
  rootCause?: string;
  /** Why this run cancelled it: reasons of the failed tasks. */
  cancelledFor?: string;
}

/** What `observe` and `decide` may use. */
export interface StepContext<P extends ParameterSet> {
  readonly values: ValuesOf<P>;
  readonly reader: CanaryReader;
  readonly run: Run;
}

/** A step: observe reads, decide is pure, and the loop applies one change at a time until the goal is read back. */
export interface Step<P extends ParameterSet, S> extends StepDeclaration<P> {
  /** What must hold between parameters. */
  readonly checks?: readonly Check<ValuesOf<P>>[];
  readonly observe: (context: StepContext<P>) => Promise<S>;
  /** @throws OperatorError when the step must not go on */
  readonly decide: (state: S, context: Omit<StepContext<P>, 'reader'>) => Decision;
}

/** Lets TypeScript infer a step's parameters and state. */
export function defineStep<P extends ParameterSet, S>(step: Step<P, S>): Step<P, S> {
  return step;
}

/** Octopus system variables that every step reads, for log lines, tags and the user agent. */
export const systemVariables = [
  'Octopus.Deployment.Id',
  'Octopus.Deployment.Error',
  'Octopus.Release.Number',
  'Octopus.Environment.Name',
  'Octopus.Project.Name',
  'Octopus.Action.Name',
  'Octopus.RunbookRun.Id',
] as const;
export type SystemVariable = (typeof systemVariables)[number];

/** Outputs of the manual intervention that EcsCanary.ApprovalStep names; the wrapper reads them as `Approval.<name>`. */
export const approvalVariables = [
  'Manual.Approved',
  'Manual.Notes',
  'Manual.ResponsibleUser.DisplayName',
  'Manual.ResponsibleUser.Username',
] as const;
export type ApprovalVariable = (typeof approvalVariables)[number];
