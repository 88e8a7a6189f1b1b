import type { StepId } from '../../steps/step.ts';
import type { TemplateParameter } from './resources.ts';

/** A step template to install: the parts of its exported JSON that Octopus's REST API accepts. */
export interface WantedTemplate {
  readonly stepId: StepId;
  readonly body: TemplateBody;
}

export interface TemplateBody {
  readonly Name: string;
  readonly Description: string;
  readonly ActionType: string;
  readonly Properties: Readonly<Record<string, string | null>>;
  readonly Parameters: readonly TemplateParameter[];
  readonly Packages: readonly Readonly<Record<string, unknown>>[];
  readonly GitDependencies: readonly Readonly<Record<string, unknown>>[];
}

/** What the REST API accepts of an exported template. */
export function templateBodyOf(exported: TemplateBody): TemplateBody {
  const { Name, Description, ActionType, Properties, Parameters, Packages, GitDependencies } = exported;
  return { Name, Description, ActionType, Properties, Parameters, Packages, GitDependencies };
}
