import type { ManualStep, ProcessDefinition, ProcessStep, TemplateStep } from '../octopus/process/definition.ts';
import type { ScriptResult } from './script-run.ts';
import type { LogLevel } from './step-output.ts';
import type { TemplateLibrary } from './template-library.ts';

/** A request to deploy a release. */
export interface DeploymentRequest {
  readonly process: ProcessDefinition;
  readonly library: TemplateLibrary;
  readonly release: string;
  /** The id of the runbook run, if this is one and no deployment. */
  readonly runbookRun?: string;
  /** The project's variables; values may refer to others. */
  readonly variables: Readonly<Record<string, string>>;
  /** Added to the environment of every script, for example AWS_ENDPOINT_URL. */
  readonly environment: Readonly<Record<string, string>>;
  readonly decide: (question: ApprovalQuestion) => Promise<ApprovalDecision>;
  readonly observer?: DeploymentObserver;
}

export interface ApprovalQuestion {
  readonly step: ManualStep;
  /** Markdown with every expression evaluated. */
  readonly instructions: string;
}

export interface ApprovalDecision {
  readonly proceed: boolean;
  readonly notes: string;
}

/** Receives events while the deployment runs. */
export interface DeploymentObserver {
  readonly stepStarted?: (step: ProcessStep, position: number, total: number) => void;
  /** @param isSummary whether the line repeats the output variable Summary, which the next approval shows */
  readonly line?: (step: ProcessStep, level: LogLevel, text: string, isSummary: boolean) => void;
  /** Receives a function that kills the running script's process tree with SIGKILL. */
  readonly scriptStarted?: (step: TemplateStep, kill: () => void) => void;
  /** Awaited before the next step starts. */
  readonly stepFinished?: (result: StepResult) => void | Promise<void>;
}

export type StepStatus = 'succeeded' | 'succeeded with warnings' | 'failed' | 'skipped';

export interface StepResult {
  readonly step: ProcessStep;
  readonly status: StepStatus;
  /** Why it failed or was skipped; empty otherwise. */
  readonly reason: string;
  readonly milliseconds: number;
  /** Output variables, those of manual interventions (`Manual.Approved`, …) included. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What the script reported; undefined for manual interventions and skipped steps. */
  readonly script: ScriptResult | undefined;
}

/** The error lines with which a failed step explained its failure; empty if it gave none, for example because it was killed. */
export function explanationOf({ script }: Pick<StepResult, 'script'>): readonly string[] {
  return script?.resultMessage === undefined ? [] : script.errors;
}

export interface DeploymentResult {
  readonly release: string;
  readonly succeeded: boolean;
  readonly steps: readonly StepResult[];
}
