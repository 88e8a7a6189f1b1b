import type { ProcessStep } from '../definition.ts';
import { conditionWord, stepProperties } from '../json.ts';
import { type Expression, source, type TerraformBlock, type TerraformValue } from './writer.ts';

/** The resources of the steps of a process, and their order. */
export function renderSteps(steps: readonly ProcessStep[], process: string): TerraformBlock[] {
  const addresses = steps.map((step) => source(`${resourceType(step)}.${stepName(step, process)}.id`));
  return [
    ...steps.map((step) => renderStep(step, process)),
    {
      type: 'resource',
      labels: ['octopusdeploy_process_steps_order', process],
      arguments: { process_id: processId(process), steps: addresses },
    },
  ];
}

/** A slug as the name of a resource. */
export function stepAddress(slug: string): string {
  return slug.replaceAll('-', '_');
}

function renderStep(step: ProcessStep, process: string): TerraformBlock {
  const properties = stepProperties(step);
  return {
    type: 'resource',
    labels: [resourceType(step), stepName(step, process)],
    arguments: {
      process_id: processId(process),
      name: step.name,
      slug: step.slug,
      condition: conditionWord(step.condition),
      ...(Object.keys(properties).length > 0 && { properties }),
      ...actionArguments(step),
    },
  };
}

function actionArguments(step: ProcessStep): Readonly<Record<string, TerraformValue>> {
  if (step.kind === 'manual') {
    return {
      type: 'Octopus.Manual',
      execution_properties: source(`merge(local.manual, local.responsible_teams, {
  "Octopus.Action.Manual.Instructions" = join("\\n", local.instructions["${step.slug}"])
})`),
    };
  }
  const template = `octopusdeploy_step_template.canary["${step.stepId}"]`;
  return {
    template_id: source(`${template}.id`),
    template_version: source(`${template}.version`),
    worker_pool_id: source('var.worker_pool_id'),
    container: source('local.container'),
    parameters: step.properties,
  };
}

function resourceType(step: ProcessStep): string {
  return step.kind === 'manual' ? 'octopusdeploy_process_step' : 'octopusdeploy_process_templated_step';
}

// Resources of one type need names of their own, and both processes have a step Rollback.
function stepName(step: ProcessStep, process: string): string {
  return process === 'canary' ? stepAddress(step.slug) : `${process}_${stepAddress(step.slug)}`;
}

function processId(process: string): Expression {
  return source(`octopusdeploy_process.${process}.id`);
}
