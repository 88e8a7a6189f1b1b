import type { StepId } from '../../steps/step.ts';
import type { ProcessDefinition, ProcessStep, RunbookDefinition, RunCondition } from './definition.ts';
import type { Placement } from './placement.ts';
import { referenceProperties, type TemplateReference } from './template-references.ts';

/** A step template as one Octopus space knows it: what a step made from it copies. */
export interface InstalledTemplate extends TemplateReference {
  readonly actionType: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly packages: readonly Readonly<Record<string, unknown>>[];
}

/** The templates that a process is made from, by step. */
export type InstalledTemplates = Readonly<Record<StepId, InstalledTemplate>>;

/** A step of a process, as the REST API takes it; a server adds the ids. */
export interface RestStep {
  readonly Name: string;
  readonly Slug: string;
  readonly Condition: RestCondition;
  readonly StartTrigger: 'StartAfterPrevious';
  readonly PackageRequirement: 'LetOctopusDecide';
  readonly Properties: Readonly<Record<string, string>>;
  readonly Actions: readonly [RestAction];
}

/** The one action of a step; its name is what output variables are addressed by. */
export interface RestAction {
  readonly Name: string;
  readonly Slug: string;
  readonly ActionType: string;
  readonly Notes: null;
  readonly IsDisabled: false;
  readonly IsRequired: false;
  readonly CanBeUsedForProjectVersioning: false;
  readonly WorkerPoolId: string | null;
  readonly WorkerPoolVariable: null;
  readonly Container: { readonly FeedId: string | null; readonly Image: string | null };
  readonly Environments: readonly string[];
  readonly ExcludedEnvironments: readonly string[];
  readonly Channels: readonly string[];
  readonly TenantTags: readonly string[];
  readonly Packages: readonly Readonly<Record<string, unknown>>[];
  readonly GitDependencies: readonly Readonly<Record<string, unknown>>[];
  readonly Properties: Readonly<Record<string, unknown>>;
}

export type RestCondition = 'Success' | 'Failure' | 'Always' | 'Variable';

/**
 * The `Steps` of a deployment process, for `PUT …/deploymentprocesses/{id}`.
 * @param placement ids, not slugs: the REST API takes `WorkerPools-1` and `Feeds-1`; responsible teams are ids likewise
 */
export function renderProcessSteps(
  process: ProcessDefinition,
  templates: InstalledTemplates,
  placement: Placement = {},
): RestStep[] {
  return process.steps.map((step) => renderStep(step, templates, placement));
}

/** The `Steps` of a runbook's process, for `PUT …/runbookProcesses/{id}`; ids as for a deployment process. */
export function renderRunbookSteps(
  runbook: RunbookDefinition,
  templates: InstalledTemplates,
  placement: Placement = {},
): RestStep[] {
  return runbook.steps.map((step) => renderStep(step, templates, placement));
}

/** Whether a failed step of a runbook waits for a person; of a scheduled one it must not, because nobody is there. */
export function guidedFailureMode({ trigger }: RunbookDefinition): 'EnvironmentDefault' | 'Off' {
  return trigger === undefined ? 'EnvironmentDefault' : 'Off';
}

/** The word that every form of the process has for a run condition. */
export function conditionWord({ kind }: RunCondition): RestCondition {
  return ({ success: 'Success', failure: 'Failure', always: 'Always', variable: 'Variable' } as const)[kind];
}

/** The properties of a step, as opposed to those of its action. */
export function stepProperties({ condition }: ProcessStep): Readonly<Record<string, string>> {
  return condition.kind === 'variable' ? { 'Octopus.Step.ConditionVariableExpression': condition.expression } : {};
}

/** The properties of a manual intervention's action; without teams anybody who may deploy decides. */
export function manualProperties(step: ProcessStep & { readonly kind: 'manual' }): Readonly<Record<string, string>> {
  return {
    'Octopus.Action.RunOnServer': 'true',
    'Octopus.Action.Manual.BlockConcurrentDeployments': step.blockConcurrentDeployments ? 'True' : 'False',
    'Octopus.Action.Manual.Instructions': step.instructions,
    ...(step.responsibleTeams.length > 0 && {
      'Octopus.Action.Manual.ResponsibleTeamIds': step.responsibleTeams.join(','),
    }),
  };
}

function renderStep(step: ProcessStep, templates: InstalledTemplates, placement: Placement): RestStep {
  return {
    Name: step.name,
    Slug: step.slug,
    Condition: conditionWord(step.condition),
    StartTrigger: 'StartAfterPrevious',
    PackageRequirement: 'LetOctopusDecide',
    Properties: stepProperties(step),
    Actions: [renderAction(step, templates, placement)],
  };
}

function renderAction(step: ProcessStep, templates: InstalledTemplates, placement: Placement): RestAction {
  const template = step.kind === 'template' ? templates[step.stepId] : undefined;
  // A manual intervention runs no script, so it needs neither a worker nor a container.
  const { workerPool, container } = step.kind === 'template' ? placement : {};
  return {
    Name: step.name,
    Slug: step.slug,
    ActionType: template?.actionType ?? 'Octopus.Manual',
    Notes: null,
    IsDisabled: false,
    IsRequired: false,
    CanBeUsedForProjectVersioning: false,
    WorkerPoolId: workerPool ?? null,
    WorkerPoolVariable: null,
    Container: { FeedId: container?.feed ?? null, Image: container?.image ?? null },
    Environments: [],
    ExcludedEnvironments: [],
    Channels: [],
    TenantTags: [],
    Packages: template?.packages ?? [],
    GitDependencies: [],
    Properties: renderProperties(step, template),
  };
}

// A step from a template carries copies of the template's properties beside the reference to it.
function renderProperties(
  step: ProcessStep,
  template: InstalledTemplate | undefined,
): Readonly<Record<string, unknown>> {
  if (step.kind === 'manual') return manualProperties(step);
  return {
    ...template?.properties,
    ...(template && referenceProperties(template)),
    ...step.properties,
  };
}
