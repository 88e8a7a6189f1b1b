import type { StepId } from '../../steps/step.ts';

/** When Octopus runs a step; a Variable condition is evaluated even after a failure. */
export type RunCondition =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure' }
  | { readonly kind: 'always' }
  | { readonly kind: 'variable'; readonly expression: string };

/** A step made from one of our step templates. */
export interface TemplateStep {
  readonly kind: 'template';
  readonly stepId: StepId;
  readonly name: string;
  readonly slug: string;
  /** Parameter name → value or `#{binding}`; what is absent keeps the template's default. */
  readonly properties: Readonly<Record<string, string>>;
  readonly condition: RunCondition;
}

/** A manual intervention, which cannot be a step template. */
export interface ManualStep {
  readonly kind: 'manual';
  readonly name: string;
  readonly slug: string;
  /** Markdown; `#{…}` is evaluated when the deployment reaches the step. */
  readonly instructions: string;
  /** Slugs of the teams that may decide; empty means anyone who may deploy. */
  readonly responsibleTeams: readonly string[];
  readonly blockConcurrentDeployments: true;
  readonly condition: RunCondition;
}

export type ProcessStep = TemplateStep | ManualStep;

/** A variable of the Octopus project that the process is bound to. */
export interface ProjectVariable {
  readonly name: string;
  readonly type: 'String' | 'AmazonWebServicesAccount';
  /** Empty when the operator has to supply it. */
  readonly value: string;
  readonly description: string;
}

/** A whole deployment process: the one source of the rehearsal and of every generated form. */
export interface ProcessDefinition {
  readonly steps: readonly ProcessStep[];
  readonly projectVariables: readonly ProjectVariable[];
}

/** A runbook of the same project, which is started by hand at any time, and by its trigger if it has one. */
export interface RunbookDefinition {
  readonly name: string;
  readonly slug: string;
  /** Markdown. */
  readonly description: string;
  readonly steps: readonly TemplateStep[];
  readonly trigger?: ScheduledTrigger;
}

/** A deployment process with the runbooks beside it. */
export interface WholeProcess {
  readonly process: ProcessDefinition;
  readonly runbooks: readonly RunbookDefinition[];
}

/** What starts a runbook again and again. */
export interface ScheduledTrigger {
  readonly name: string;
  /** Plain text. */
  readonly description: string;
  /** Six fields, seconds first, in UTC. */
  readonly cronExpression: string;
}
