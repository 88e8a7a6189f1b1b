import type { ProcessStep, TemplateStep } from '../octopus/process/definition.ts';
import type { DeploymentRequest, StepResult } from './deployment.ts';
import type { TemplateLibrary } from './template-library.ts';

export type Entry = readonly [name: string, value: string];

/** The variables of a deployment as they grow from step to step. */
export interface History {
  readonly entries: (step: ProcessStep) => readonly Entry[];
  readonly add: (result: StepResult) => void;
  readonly failed: () => boolean;
}

/** What of a deployment decides its first variables. */
export type VariableSource = Pick<DeploymentRequest, 'release' | 'runbookRun' | 'variables'>;

/** Starts a deployment's variables: the project's, the system's, and later every step's outputs. */
export function createHistory(request: VariableSource): History {
  const outputs: Entry[] = [];
  let failure: StepResult | undefined;
  return {
    entries: (step) => [
      ...Object.entries(request.variables),
      ...systemEntries(request, step),
      ...outputs,
      ...(failure === undefined ? [] : failureEntries(failure)),
    ],
    add: (result) => {
      if (result.status === 'failed') failure ??= result;
      outputs.push(...outputEntries(result));
    },
    failed: () => failure !== undefined,
  };
}

/**
 * The properties of an action made from a template: parameter defaults, then the step's values, then the template's own.
 * @throws Error when the step sets a property that is not a parameter of the template, or the template is missing
 */
export function actionProperties(library: TemplateLibrary, step: TemplateStep): readonly Entry[] {
  const template = library.get(step.stepId);
  if (template === undefined) throw new Error(`The library has no step template for ${step.stepId}.`);
  const unknown = Object.keys(step.properties).filter((name) => !Object.hasOwn(template.parameters, name));
  if (unknown.length > 0) {
    throw new Error(
      `The step ${step.name} sets properties that are not parameters of "${template.name}": ${unknown.join(', ')}.`,
    );
  }
  return [
    ...Object.entries(template.parameters),
    ...Object.entries(step.properties),
    ...Object.entries(template.properties),
    ['Octopus.Action.Template.Version', String(template.version)],
  ];
}

function systemEntries({ release, runbookRun }: VariableSource, step: ProcessStep): readonly Entry[] {
  const digits = release.replaceAll(/\W/g, '');
  const own: readonly Entry[] =
    runbookRun === undefined
      ? [
          ['Octopus.Deployment.Id', `Deployments-${digits}`],
          ['Octopus.Release.Number', release],
        ]
      : [['Octopus.RunbookRun.Id', runbookRun]];
  return [
    ...own,
    ['Octopus.Environment.Name', 'Rehearsal'],
    ['Octopus.Project.Name', 'ECS canary'],
    ['Octopus.Space.Id', 'Spaces-1'],
    ['Octopus.Space.Name', 'Default'],
    ['Octopus.Task.Id', `ServerTasks-${runbookRun ?? digits}`],
    ['Octopus.Action.Name', step.name],
    ['Octopus.Step.Name', step.name],
  ];
}

const statusCodes: Readonly<Record<StepResult['status'], string>> = {
  succeeded: 'Succeeded',
  'succeeded with warnings': 'Succeeded',
  failed: 'Failed',
  skipped: 'Skipped',
};

function outputEntries(result: StepResult): readonly Entry[] {
  const { name } = result.step;
  const entries: Entry[] = Object.entries(result.outputs).map(([key, value]) => [
    `Octopus.Action[${name}].Output.${key}`,
    value,
  ]);
  entries.push([`Octopus.Step[${name}].Status.Code`, statusCodes[result.status]]);
  if (result.script?.exitCode !== undefined) {
    entries.push([`Octopus.Action[${name}].Output.Octopus.Action.Script.ExitCode`, String(result.script.exitCode)]);
  }
  return entries;
}

function failureEntries(failure: StepResult): readonly Entry[] {
  return [
    ['Octopus.Deployment.Error', 'The deployment failed because one or more steps failed.'],
    ['Octopus.Deployment.ErrorDetail', `${failure.step.name}: ${failure.reason}`],
  ];
}
