import type { Parameter } from '../../../parameters/parameters.ts';
import { findStepParameter } from '../../../steps/step-parameter.ts';
import type { ProcessStep, ProjectVariable } from '../definition.ts';
import { workerToolsImage } from '../placement.ts';
import { formerBinding, isMissed } from '../project-variables.ts';

/** What each project that uses a process template sets. */
export interface TemplateParameter {
  readonly name: string;
  readonly label: string;
  /** Markdown. */
  readonly help: string;
  /** The value of `Octopus.ControlType`. */
  readonly control: string;
  /** For Select: stored value and label of each choice. */
  readonly choices?: Parameter['choices'];
  /** Empty for none: projects, which then have to set it, unless it is optional. */
  readonly defaultValue: string;
  readonly isOptional: boolean;
}

/** The worker pool that the steps run on. */
export const workerPool = required(
  'EcsCanary.WorkerPool',
  'WorkerPool',
  'Worker pool',
  'The worker pool that the steps run on; its workers run containers.',
);

/** The feed of the container image. */
export const containerFeed = required(
  'EcsCanary.ContainerFeed',
  'Feed',
  'Container feed',
  'The feed that the container image of the steps is pulled from, such as Docker Hub.',
);

/** The container image that the steps run in. */
export const containerImage: TemplateParameter = {
  name: 'EcsCanary.ContainerImage',
  label: 'Container image',
  help: 'The image that the steps run in. It has bash, openssl and Node.js.',
  control: 'SingleLineText',
  defaultValue: workerToolsImage,
  isOptional: false,
};

/** The teams that may approve. */
export const approvalTeams = required(
  'EcsCanary.ApprovalTeams',
  'Teams',
  'Teams that approve',
  'The teams that may approve the shares and the promotion.',
);

/** The parameters of a template with these steps, those of its place first; each variable of a project becomes one. */
export function findParameters(
  steps: readonly ProcessStep[],
  variables: readonly ProjectVariable[],
): readonly TemplateParameter[] {
  const place = [workerPool, containerFeed, containerImage];
  const isApproved = steps.some(({ kind }) => kind === 'manual');
  return [
    ...place,
    ...(isApproved ? [approvalTeams] : []),
    ...variables.flatMap((variable) => findParameter(variable, steps)),
  ];
}

function required(name: string, control: string, label: string, help: string): TemplateParameter {
  return { name, label, help, control, defaultValue: '', isOptional: false };
}

function findParameter(variable: ProjectVariable, steps: readonly ProcessStep[]): TemplateParameter[] {
  const name = toParameterName(variable.name);
  const given = steps.flatMap((step) => (step.kind === 'template' ? [step.properties[name]] : []));
  const bound = given.filter((value) => value !== undefined);
  if (bound.length === 0) return [];
  const { label, control, choices } = declarationOf(name);
  // A runbook gives some of them a value of its own, such as Guard's Retreat.
  const own = bound.find((value) => ![variable.name, `#{${variable.name}}`].includes(formerBinding(value)));
  return [
    {
      name,
      label,
      help: toParameterName(variable.description),
      control,
      ...(choices && { choices }),
      defaultValue: own ?? variable.value,
      isOptional: !isMissed(variable.name, []),
    },
  ];
}

/** Parameters have the names that the steps know, so that every message of a step names them. */
export function toParameterName(text: string): string {
  return text.replaceAll(/\bCanary\./g, 'EcsCanary.');
}

function declarationOf(name: string): Parameter {
  const found = findStepParameter(name);
  if (found === undefined) throw new RangeError(`No step has the parameter ${name}.`);
  return found;
}
