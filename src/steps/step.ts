import type { ParameterSet } from '../octopus/parameters.ts';

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

/** Octopus system variables that every step reads, for log lines, tags and the user agent. */
export const systemVariables = [
  'Octopus.Deployment.Id',
  'Octopus.Release.Number',
  'Octopus.Environment.Name',
  'Octopus.Project.Name',
  'Octopus.Action.Name',
  'Octopus.RunbookRun.Id',
] as const;
export type SystemVariable = (typeof systemVariables)[number];
