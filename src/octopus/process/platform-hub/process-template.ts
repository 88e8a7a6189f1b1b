import { version } from '../../../version.ts';
import type { ProcessStep, RunbookDefinition, WholeProcess } from '../definition.ts';
import { approvalTeams, findParameters, type TemplateParameter, toParameterName } from './template-parameters.ts';

/** A process template of Platform Hub: steps that many projects share, and what each of these projects sets. */
export interface ProcessTemplate {
  readonly name: string;
  /** The name of its file, by which projects and policies refer to it. */
  readonly slug: string;
  /** Markdown. */
  readonly description: string;
  readonly parameters: readonly TemplateParameter[];
  /** Their properties are those that no parameter gives. */
  readonly steps: readonly ProcessStep[];
}

/** The slug of the template with the deployment process. */
export const canarySlug = 'aws-ecs-canary';

/** The process as a template, then each runbook as one. */
export function buildProcessTemplates({
  process,
  runbooks,
}: WholeProcess): readonly [ProcessTemplate, ...ProcessTemplate[]] {
  const template = (
    about: Omit<ProcessTemplate, 'parameters' | 'steps'>,
    steps: readonly ProcessStep[],
  ): ProcessTemplate => {
    const parameters = findParameters(steps, process.projectVariables);
    const names = new Set(parameters.map(({ name }) => name));
    const description = `${about.description}\n\nVersion ${version} of octopus-ecs-canary.`;
    return { ...about, description, parameters, steps: steps.map((step) => toTemplateStep(step, names)) };
  };
  return [
    template({ name: 'Deploy Process - AWS ECS Canary', slug: canarySlug, description: ofDeployment }, process.steps),
    ...runbooks.map((runbook) => template(describeRunbook(runbook), runbook.steps)),
  ];
}

const ofDeployment =
  'Deploys a release to Amazon ECS as a canary: people approve each share of the requests that the new version gets. Add nothing between its steps, and use it once in a process.';

function describeRunbook({ name, slug, description }: RunbookDefinition) {
  return {
    name: `Runbook - AWS ECS ${name}`,
    slug: `${canarySlug}-${slug.replace('-canary', '')}`,
    description: `For the runbook *${name}*. ${description}`,
  };
}

function toTemplateStep(step: ProcessStep, parameters: ReadonlySet<string>): ProcessStep {
  const condition =
    step.condition.kind === 'variable'
      ? { ...step.condition, expression: nameInside(step.condition.expression) }
      : step.condition;
  if (step.kind === 'manual') {
    const responsibleTeams = [`#{${approvalTeams.name}}`];
    return { ...step, condition, responsibleTeams, instructions: nameInside(toParameterName(step.instructions)) };
  }
  const own = Object.entries(step.properties).filter(([name]) => !parameters.has(name));
  return { ...step, condition, properties: Object.fromEntries(own.map(([name, value]) => [name, nameInside(value)])) };
}

/** Inside a template, output variables of its steps have names of their own. */
function nameInside(text: string): string {
  return text.replaceAll('Octopus.Action[', 'Octopus.ProcessTemplate.Action[');
}
