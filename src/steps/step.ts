import type { Attachments, Decision } from '../canary/decision.ts';
import type { Seen } from '../canary/remember.ts';
import type { Run } from '../canary/run.ts';
import type { CanaryReader } from '../observation/canary-reader.ts';
import type { RuleEvidence } from '../observation/colour-groups.ts';
import type { Check, ParameterSet, ValuesOf } from '../parameters/parameters.ts';

/** The steps, in the order of the process, which has one of the two that deploy. */
export type StepId =
  | 'prepare-blue'
  | 'deploy-stack'
  | 'deploy-own-template'
  | 'add-test-rule'
  | 'shift-traffic'
  | 'watch'
  | 'promote'
  | 'rollback';

/** Whether a step deploys; there are two, by where the template comes from. */
export function isDeploying(step: string): boolean {
  return step === 'deploy-stack' || step === 'deploy-own-template';
}

/** What becomes a step template. */
export interface TemplateDeclaration<P extends ParameterSet = ParameterSet> {
  /** Names the file; lower case with hyphens. */
  readonly id: string;
  /** As in the template's name after "AWS ECS Canary - ", for example "Prepare Blue". */
  readonly name: string;
  /** Markdown for the template's description: what it does, in a few sentences. */
  readonly summary: string;
  readonly parameters: P;
  /** Output variables the step sets, each with a sentence. `AwsOutputs[…]` stands for one per stack output. */
  readonly outputs: Readonly<Record<string, string>>;
  /** IAM actions that its own calls need; left out if it calls nothing of AWS. */
  readonly actions?: readonly string[];
  /** System variables that its script reads; left out by steps, which all read the same. */
  readonly reads?: readonly string[];
}

/** What a step declares about itself; templates, references, policies and the process derive from it. */
export interface StepDeclaration<P extends ParameterSet = ParameterSet> extends TemplateDeclaration<P> {
  readonly id: StepId;
  /** IAM actions the step's own calls need. */
  readonly actions: readonly string[];
}

/** What `observe` and `decide` may use. */
export interface StepContext<P extends ParameterSet> {
  readonly values: ValuesOf<P>;
  readonly reader: CanaryReader;
  readonly run: Run;
}

/** A step: observe reads, decide is pure, and the loop applies one change at a time until the goal is read back. */
export interface Step<P extends ParameterSet, S> extends StepDeclaration<P> {
  /** The manual intervention that must have approved the step; left out if the step needs none. */
  readonly approvalStep?: (values: ValuesOf<P>) => string | undefined;
  /** What must hold between parameters. */
  readonly checks?: readonly Check<ValuesOf<P>>[];
  /** Texts whose parts are no secret, although confidential parameters give them; nothing if left out. */
  readonly shown?: (values: ValuesOf<P>) => readonly string[];
  /** How rules tell the target groups, for a step that may rely on that. */
  readonly ruleEvidence?: RuleEvidence;
  /** Only reads; `decide` judges what was read. */
  readonly observe: (context: StepContext<P>) => Promise<S>;
  /** The part of a state that the run has to remember; nothing if left out. */
  readonly seen?: (state: S) => Seen;
  /** Files for the task, read once the goal is reached; what keeps them from being written is a warning. */
  readonly attach?: (context: StepContext<P>) => Promise<Attachments>;
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
