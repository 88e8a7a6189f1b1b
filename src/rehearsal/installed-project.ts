import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../octopus/installer/connection.ts';
import { applyInstallation, planInstallation } from '../octopus/installer/installation.ts';
import type { ActionTemplate, Step, VariableSet } from '../octopus/installer/resources.ts';
import type { SpaceClient } from '../octopus/installer/space-client.ts';
import { readWantedTemplates } from '../octopus/installer/template-files.ts';
import type { ProcessDefinition, ProcessStep, ProjectVariable, RunCondition } from '../octopus/process/definition.ts';
import { buildRunbooks } from '../octopus/process/process.ts';
import { templateFileName, templateName } from '../octopus/template/step-template.ts';
import { setUpParameters } from '../set-up/parameters.ts';
import { setUpProject } from '../set-up/set-up-project.ts';
import { steps as declarations } from '../steps/index.ts';
import type { StepId } from '../steps/step.ts';
import { createOctopusServer, type OctopusServer } from './octopus-server/server.ts';
import type { RehearsalOptions } from './scenario.ts';
import { runScript } from './script-run.ts';
import { createVariables } from './substitution.ts';
import { type ExportedTemplate, importTemplate, type StepTemplate, type TemplateLibrary } from './template-library.ts';

/** A project as an Octopus Server has it after an installation. */
export interface InstalledProject {
  readonly library: TemplateLibrary;
  readonly process: ProcessDefinition;
}

/**
 * Installs a process into an emulated Octopus Server, and reads the templates, process and variables back.
 * @param progress is called for each change that was made
 */
export async function installAndReadBack(
  templateDirectory: string,
  process: ProcessDefinition,
  progress: (line: string) => void,
): Promise<InstalledProject> {
  return withServer(async (_server, space) => {
    const templates = readWantedTemplates(templateDirectory);
    const request = { name: projectName, process, runbooks: buildRunbooks(), variables: {}, resetSteps: false };
    const { changes } = await planInstallation(space, { templates, project: request, updateUsages: false });
    await applyInstallation(changes, progress);
  });
}

/**
 * Does the same with the step template *Set Up Canary Project*, whose script runs as on a worker.
 * @param shape what the process is like
 * @param progress is called for each line of its log
 */
export async function setUpAndReadBack(
  templateDirectory: string,
  shape: Pick<RehearsalOptions, 'weights' | 'watch' | 'template'>,
  progress: (line: string) => void,
): Promise<InstalledProject> {
  const file = templateFileName(setUpProject);
  const { Parameters, Properties } = JSON.parse(
    readFileSync(join(templateDirectory, file), 'utf8'),
  ) as ExportedTemplate;
  const scriptBody = Properties['Octopus.Action.Script.ScriptBody'] ?? '';
  return withServer(async (server, space) => {
    const variables = {
      ...Object.fromEntries(Parameters.map(({ Name, DefaultValue }) => [Name, DefaultValue ?? ''])),
      [setUpParameters.apiKey.name]: server.apiKey,
      [setUpParameters.project.name]: projectName,
      [setUpParameters.dryRun.name]: 'False',
      ...{ 'Octopus.Web.ServerUri': server.url, 'Octopus.Space.Id': space.spaceId },
      [setUpParameters.weights.name]: shape.weights.join(','),
      [setUpParameters.watch.name]: String(shape.watch),
      [setUpParameters.ownTemplate.name]: String(shape.template !== undefined),
    };
    const request = { scriptBody, variables: createVariables(Object.entries(variables)), environment: {} };
    const { exitCode } = await runScript({ ...request, log: (_, line) => progress(line) });
    if (exitCode !== 0) throw new Error(`Set Up Canary Project ended with exit code ${exitCode}.`);
  });
}

async function withServer(
  install: (server: OctopusServer, space: SpaceClient) => Promise<void>,
): Promise<InstalledProject> {
  const server = await createOctopusServer();
  try {
    const space = await connect({ url: server.url, apiKey: server.apiKey, space: 'Default' });
    await install(server, space);
    return await readBack(space);
  } finally {
    await server.close();
  }
}

const projectName = 'ECS canary';

async function readBack(space: SpaceClient): Promise<InstalledProject> {
  const project = await space.findProject(projectName);
  if (project === undefined) throw new Error(`The project ${projectName} is missing after its installation.`);
  const { Steps } = await space.getProcess(project);
  const { Variables } = await space.get<VariableSet>(`variables/${project.VariableSetId}`, 'reading the variables');
  const library = new Map<StepId, StepTemplate>();
  const stepIds = new Map<string, StepId>();
  for (const template of await space.list<ActionTemplate>('actiontemplates', 'reading the step templates')) {
    const stepId = declarations.find((step) => templateName(step) === template.Name)?.id;
    if (stepId === undefined) continue;
    library.set(stepId, importTemplate(template.Name, JSON.stringify(template)));
    stepIds.set(template.Id, stepId);
  }
  const steps = Steps.map((step) => readStep(step, stepIds, library));
  return { library, process: { steps, projectVariables: Variables.map(readVariable) } };
}

function readStep(step: Step, stepIds: ReadonlyMap<string, StepId>, library: TemplateLibrary): ProcessStep {
  const [action] = step.Actions;
  const properties = (action?.Properties ?? {}) as Readonly<Record<string, string>>;
  const common = { name: step.Name, slug: String(step['Slug']), condition: readCondition(step) };
  if (action?.ActionType === 'Octopus.Manual') {
    const teams = properties['Octopus.Action.Manual.ResponsibleTeamIds'];
    return {
      ...common,
      kind: 'manual',
      instructions: properties['Octopus.Action.Manual.Instructions'] ?? '',
      responsibleTeams: teams === undefined ? [] : teams.split(','),
      blockConcurrentDeployments: true,
    };
  }
  const stepId = stepIds.get(properties['Octopus.Action.Template.Id'] ?? '');
  const template = stepId && library.get(stepId);
  if (!stepId || properties['Octopus.Action.Template.Version'] !== String(template?.version)) {
    throw new Error(`The step ${step.Name} is not made from the newest version of a canary template.`);
  }
  const given = Object.entries(properties).filter(([name]) => Object.hasOwn(template?.parameters ?? {}, name));
  return { ...common, kind: 'template', stepId, properties: Object.fromEntries(given) };
}

function readCondition({ Name, Condition, Properties }: Step): RunCondition {
  switch (Condition) {
    case 'Success':
      return { kind: 'success' };
    case 'Failure':
      return { kind: 'failure' };
    case 'Always':
      return { kind: 'always' };
    case 'Variable':
      return { kind: 'variable', expression: String(Properties['Octopus.Step.ConditionVariableExpression']) };
    default:
      throw new Error(`The step ${Name} has an unknown run condition: ${Condition}`);
  }
}

function readVariable({
  Name,
  Value,
  Type,
  ['Description']: description,
}: VariableSet['Variables'][number]): ProjectVariable {
  const type = Type === 'AmazonWebServicesAccount' ? Type : 'String';
  return { name: Name, type, value: Value ?? '', description: String(description ?? '') };
}
