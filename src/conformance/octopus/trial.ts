import type { ActionTemplate, NamedResource, Process, Project } from '../../octopus/installer/resources.ts';
import { remember } from '../remember.ts';
import type { Named } from './rest.ts';
import type { OctopusScene } from './scene.ts';
import { stepOf } from './trial-process.ts';

/** A second project with a step template of its own, with which checks can do what they like. */
export interface Trial {
  /** As the server answered when it was created. */
  readonly template: ActionTemplate;
  readonly project: Project & {
    readonly ProjectConnectivityPolicy?: { readonly AllowDeploymentsToNoTargets?: boolean };
  };
}

export const openTrial = remember(async ({ call, space }: OctopusScene): Promise<Trial> => {
  const first = async (collection: string): Promise<string | undefined> =>
    (await space.list<NamedResource>(collection, `listing ${collection}`))[0]?.Id;
  const template = await call<ActionTemplate>('POST', 'actiontemplates', trialTemplate);
  const project = await call<Trial['project']>('POST', 'projects', {
    Name: 'Trial',
    ProjectGroupId: await first('projectgroups'),
    LifecycleId: await first('lifecycles'),
    ProjectConnectivityPolicy: {
      AllowDeploymentsToNoTargets: true,
      SkipMachineBehavior: 'None',
      TargetRoles: [],
      ExcludeUnhealthyTargets: false,
    },
  });
  return { template, project };
});

/** A number of its own shows whether the server takes it. */
const trialTemplate = {
  Name: 'Trial',
  Description: 'For verify-octopus.',
  ActionType: 'Octopus.Script',
  Version: 7,
  Properties: {
    'Octopus.Action.Script.ScriptSource': 'Inline',
    'Octopus.Action.Script.Syntax': 'Bash',
    'Octopus.Action.Script.ScriptBody': 'echo "$(get_octopusvariable "Trial.Text")"',
  },
  Parameters: [parameter('Trial.Text', 'SingleLineText', 'hello')],
  Packages: [],
  GitDependencies: [],
};

/** A parameter of the trial's template. */
export function parameter(Name: string, control: string, DefaultValue: string): object {
  return { Name, Label: Name, HelpText: '', DefaultValue, DisplaySettings: { 'Octopus.ControlType': control } };
}

/** Saves the trial's template as its next version. */
export async function saveTemplate({ call }: OctopusScene, { Id }: Named, change: object): Promise<ActionTemplate> {
  const current = await call<ActionTemplate>('GET', `actiontemplates/${Id}`);
  return call('PUT', `actiontemplates/${Id}`, { ...current, ...change });
}

/** Gives the trial's project one step, made from that version of its template. */
export async function useTemplate(scene: OctopusScene, { project }: Trial, template: ActionTemplate): Promise<Process> {
  const path = `projects/${project.Id}/deploymentprocesses`;
  const current = await scene.call<Process>('GET', path);
  return scene.call('PUT', path, { ...current, Steps: [templateStep(template)] });
}

function templateStep({ Id, Version, Properties, ActionType }: ActionTemplate): object {
  const made = { 'Octopus.Action.Template.Id': Id, 'Octopus.Action.Template.Version': String(Version) };
  return stepOf('Trial', {
    ActionType,
    Properties: { ...Properties, ...made, 'Octopus.Action.RunOnServer': 'true', 'Trial.Text': 'from the step' },
  });
}

/** Creates a runbook in the trial's project. */
export function addRunbook(
  { call }: OctopusScene,
  { project }: Trial,
  Name: string,
  more: object = {},
): Promise<Named> {
  return call('POST', `projects/${project.Id}/runbooks`, {
    ...{ Name, ProjectId: project.Id, MultiTenancyMode: 'Untenanted', EnvironmentScope: 'All', Environments: [] },
    ...more,
  });
}
