import type {
  ProcessDefinition,
  ProcessStep,
  ProjectVariable,
  RunCondition,
} from '../../../../src/octopus/process/definition.ts';
import type { Placement } from '../../../../src/octopus/process/placement.ts';
import type { StepId } from '../../../../src/steps/step.ts';
import { type ReadBlock, readOcl } from './ocl-reader.ts';

/** What `deployment_process.ocl` says: the steps, and for those from templates the template and the place. */
export interface ReadStep {
  readonly step: ProcessStep;
  readonly version: string | undefined;
  readonly placement: Placement;
}

/** The steps that a document's blocks say. */
export function readSteps(blocks: readonly ReadBlock[]): ReadStep[] {
  return blocks.filter(({ name }) => name === 'step').map(readStep);
}

/** The project variables that `variables.ocl` says. */
export function readVariables(blocks: readonly ReadBlock[]): ProjectVariable[] {
  return blocks.map(({ labels: [name = ''], attributes, blocks: [value] }) => ({
    name,
    type: (attributes['type'] ?? 'String') as ProjectVariable['type'],
    value: value?.labels[0] ?? '',
    description: String(value?.attributes['description']),
  }));
}

/** The process that two OCL texts say. */
export function readProcess(process: string, variables: string): ProcessDefinition {
  return {
    steps: readSteps(readOcl(process).blocks).map(({ step }) => step),
    projectVariables: readVariables(readOcl(variables).blocks),
  };
}

function readStep({ labels: [slug = ''], attributes, blocks: [action] }: ReadBlock): ReadStep {
  const properties = (attributes['properties'] ?? {}) as Readonly<Record<string, string>>;
  const all = action?.attributes['properties'] as Readonly<Record<string, string>>;
  const shared = {
    slug,
    name: String(attributes['name']),
    condition: readCondition(attributes['condition'], properties),
  };
  const { 'Octopus.Action.Template.Id': id, 'Octopus.Action.Template.Version': version, ...own } = all;
  const pool = action?.attributes['worker_pool'];
  const container = action?.blocks.find(({ name }) => name === 'container')?.attributes;
  const placement = { ...(pool && { workerPool: pool }), ...(container && { container }) } as object as Placement;
  if (action?.attributes['action_type'] === 'Octopus.Manual') {
    return { step: { kind: 'manual', ...shared, ...readManual(all) }, version, placement };
  }
  const stepId = id?.replace('ActionTemplates-', '') as StepId;
  return { step: { kind: 'template', stepId, ...shared, properties: own }, version, placement };
}

/** What the properties of a manual intervention say. */
export function readManual(properties: Readonly<Record<string, string>>) {
  const teams = properties['Octopus.Action.Manual.ResponsibleTeamIds'];
  return {
    instructions: properties['Octopus.Action.Manual.Instructions'] ?? '',
    responsibleTeams: teams?.split(',') ?? [],
    blockConcurrentDeployments: (properties['Octopus.Action.Manual.BlockConcurrentDeployments'] === 'True') as true,
  };
}

/** The run condition that a word and the step's properties say. */
export function readCondition(word: unknown, properties: Readonly<Record<string, string>>): RunCondition {
  const kind = String(word ?? 'Success').toLowerCase() as RunCondition['kind'];
  if (kind !== 'variable') return { kind };
  return { kind, expression: properties['Octopus.Step.ConditionVariableExpression'] ?? '' };
}
