import type {
  ProcessDefinition,
  ProcessStep,
  ProjectVariable,
  RunbookDefinition,
  TemplateStep,
} from '../../../../src/octopus/process/definition.ts';
import type { StepId } from '../../../../src/steps/step.ts';
import { readHcl } from '../ocl/hcl.ts';
import { readCondition, readManual } from '../ocl/process-reader.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** A Terraform module as the HCL parser gives it; expressions are texts such as `${var.project_id}`. */
export interface Module {
  readonly resource: Readonly<Record<string, Readonly<Record<string, readonly [Arguments]>>>>;
  readonly variable: Readonly<Record<string, readonly [Arguments]>>;
  readonly locals: readonly [Locals];
}

interface Locals {
  readonly manual: Readonly<Record<string, string>>;
  readonly instructions: Readonly<Record<string, readonly string[]>>;
  readonly project_variables: Readonly<Record<string, Omit<ProjectVariable, 'name'>>>;
}

/** Parses a module. */
export async function readModule(text: string): Promise<Module> {
  return (await readHcl(text)) as Module;
}

/** The deployment process that a module makes, its variables by name: neither Terraform nor Octopus orders them. */
export function readModuleProcess(module: Module): ProcessDefinition {
  const { project_variables } = module.locals[0];
  const variables = Object.entries(project_variables).map(([name, variable]) => ({ name, ...variable }));
  return byName({ steps: readSteps(module, 'canary'), projectVariables: variables });
}

/** The same process with its variables ordered by name. */
export function byName({ steps, projectVariables }: ProcessDefinition): ProcessDefinition {
  const sorted = [...projectVariables].sort(({ name: one }, { name: other }) => (one < other ? -1 : 1));
  return { steps, projectVariables: sorted };
}

/** The runbooks that a module makes. */
export function readModuleRunbooks(module: Module): RunbookDefinition[] {
  return Object.entries(module.resource['octopusdeploy_runbook'] ?? {}).map(([address, [runbook]]) => ({
    name: String(runbook['name']),
    slug: address.replaceAll('_', '-'),
    description: String(runbook['description']),
    steps: readSteps(module, address) as TemplateStep[],
    ...readTrigger(module, address),
  }));
}

function readTrigger({ resource }: Module, runbook: string): Pick<RunbookDefinition, 'trigger'> {
  const [trigger] = resource['octopusdeploy_project_scheduled_trigger']?.[runbook] ?? [];
  if (trigger === undefined) return {};
  const [action] = trigger['run_runbook_action'] as readonly [Arguments];
  const [schedule] = trigger['cron_expression_schedule'] as readonly [Arguments];
  if (action['runbook_id'] !== `\${octopusdeploy_runbook.${runbook}.id}` || trigger['timezone'] !== 'UTC')
    throw new Error(`Not a trigger of ${runbook}: ${JSON.stringify(trigger)}`);
  return {
    trigger: {
      name: String(trigger['name']),
      description: String(trigger['description']),
      cronExpression: String(schedule['cron_expression']),
    },
  };
}

function readSteps(module: Module, process: string): ProcessStep[] {
  const order = module.resource['octopusdeploy_process_steps_order']?.[process]?.[0]['steps'] as readonly string[];
  return order.map((reference) => {
    const [, type = '', name = ''] = /^\$\{(\w+)\.(\w+)\.id\}$/.exec(reference) ?? [];
    const step = module.resource[type]?.[name]?.[0] ?? {};
    if (step['process_id'] !== `\${octopusdeploy_process.${process}.id}`)
      throw new Error(`${name} is of another process.`);
    return readStep(module, step);
  });
}

function readStep(module: Module, step: Arguments): ProcessStep {
  const properties = (step['properties'] ?? {}) as Readonly<Record<string, string>>;
  const slug = String(step['slug']);
  const shared = { slug, name: String(step['name']), condition: readCondition(step['condition'], properties) };
  if (step['type'] === 'Octopus.Manual') return { kind: 'manual', ...shared, ...readApproval(module, slug, step) };
  const [, id, otherId] =
    /^\$\{octopusdeploy_step_template\.canary\["(.+?)"\]\.id\} \$\{octopusdeploy_step_template\.canary\["(.+)"\]\.version\}$/.exec(
      `${step['template_id']} ${step['template_version']}`,
    ) ?? [];
  if (id !== otherId) throw new Error(`${slug} takes the version of another template.`);
  return {
    kind: 'template',
    stepId: id as StepId,
    ...shared,
    properties: step['parameters'] as Record<string, string>,
  };
}

function readApproval({ locals: [locals], variable }: Module, slug: string, step: Arguments) {
  const expected = `\${merge(local.manual, local.responsible_teams, {
    "Octopus.Action.Manual.Instructions" = join("\\n", local.instructions["${slug}"])
  })}`;
  if (step['execution_properties'] !== expected)
    throw new Error(`Not the properties of a gate: ${step['execution_properties']}`);
  const instructions = locals.instructions[slug]?.join('\n') ?? '';
  const responsibleTeams = variable['responsible_team_ids']?.[0]['default'] as readonly string[];
  return { ...readManual({ ...locals.manual, 'Octopus.Action.Manual.Instructions': instructions }), responsibleTeams };
}
