import {
  createTemplate,
  getTemplate,
  getTemplateVersion,
  listAllTemplates,
  listTemplates,
  modifyTemplate,
} from './action-templates.ts';
import { getSettings, modifySettings } from './deployment-settings.ts';
import { createDeployment, listChannels } from './deployments.ts';
import { convertToGit, createRelease } from './git-projects.ts';
import { findIn } from './lookup.ts';
import { page } from './paging.ts';
import { getProcess, modifyProcess, ofProject } from './processes.ts';
import { createProject, getProject, getVariables, listProjects, modifyVariables } from './projects.ts';
import { invalid } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import {
  createRunbook,
  createSnapshot,
  getRunbook,
  getRunTemplate,
  getSnapshotTemplate,
  listRunbooks,
} from './runbooks.ts';
import { type PlainCollection, plainCollections, type Resource } from './state.ts';
import {
  cancelTask,
  getDetails,
  getTask,
  listArtifacts,
  listInterruptions,
  listTasks,
  submitInterruption,
  takeResponsibility,
} from './tasks.ts';
import { createTrigger, listTriggers, modifyTrigger } from './triggers.ts';
import { listUsages, updateActions } from './usages.ts';

/** The handler of one method and path in a space, and the permission that it needs. */
export interface Route {
  readonly method: string;
  /** Path below the space; `*` matches one part, which is passed to the handler. */
  readonly path: string;
  readonly permission: string;
  readonly handle: (request: SpaceRequest) => object;
}

const viewPermissions: Readonly<Record<PlainCollection, string>> = {
  projectgroups: 'ProjectGroupView',
  lifecycles: 'LifecycleView',
  accounts: 'AccountView',
  workerpools: 'WorkerView',
  feeds: 'FeedView',
  teams: 'TeamView',
  environments: 'EnvironmentView',
};

/** All routes of a space; the first match wins. */
export const routes: readonly Route[] = [
  route('GET', 'actiontemplates', 'ActionTemplateView', listTemplates),
  route('GET', 'actiontemplates/all', 'ActionTemplateView', listAllTemplates),
  route('POST', 'actiontemplates', 'ActionTemplateCreate', createTemplate),
  route('GET', 'actiontemplates/*', 'ActionTemplateView', getTemplate),
  route('PUT', 'actiontemplates/*', 'ActionTemplateEdit', modifyTemplate),
  route('GET', 'actiontemplates/*/versions/*', 'ActionTemplateView', getTemplateVersion),
  route('GET', 'actiontemplates/*/usage', 'ActionTemplateView', listUsages),
  route('POST', 'actiontemplates/*/actionsupdate', 'ProcessEdit', updateActions),
  route('GET', 'projects', 'ProjectView', listProjects),
  route('POST', 'projects', 'ProjectCreate', createProject),
  route('GET', 'projects/*', 'ProjectView', getProject),
  route('GET', 'projects/*/deploymentsettings', 'ProjectView', getSettings),
  route('PUT', 'projects/*/deploymentsettings', 'ProjectEdit', modifySettings),
  route('POST', 'projects/*/git/convert', 'ProjectEdit', convertToGit),
  route('POST', 'releases', 'ReleaseCreate', createRelease),
  route('GET', 'projects/*/deploymentprocesses', 'ProcessView', ofProject(getProcess)),
  route('PUT', 'projects/*/deploymentprocesses', 'ProcessEdit', ofProject(modifyProcess)),
  route('GET', 'deploymentprocesses/*', 'ProcessView', getProcess),
  route('PUT', 'deploymentprocesses/*', 'ProcessEdit', modifyProcess),
  route('GET', 'projects/*/runbooks', 'RunbookView', listRunbooks),
  route('POST', 'projects/*/runbooks', 'RunbookEdit', createRunbook),
  route('GET', 'projects/*/runbookprocesses/*', 'RunbookView', getProcess),
  route('PUT', 'projects/*/runbookprocesses/*', 'RunbookEdit', modifyProcess),
  route('GET', 'runbooks/*', 'RunbookView', getRunbook),
  route('GET', 'runbookprocesses/*/runbooksnapshottemplate', 'RunbookView', getSnapshotTemplate),
  route('POST', 'runbooksnapshots', 'RunbookEdit', createSnapshot),
  route('GET', 'runbooksnapshots/*/runbookruns/template', 'RunbookView', getRunTemplate),
  route('GET', 'projects/*/triggers', 'TriggerView', listTriggers),
  route('POST', 'projecttriggers', 'TriggerCreate', createTrigger),
  route('PUT', 'projecttriggers/*', 'TriggerEdit', modifyTrigger),
  route('GET', 'projects/*/channels', 'ProjectView', listChannels),
  route('POST', 'deployments', 'DeploymentCreate', createDeployment),
  route('GET', 'tasks', 'TaskView', listTasks),
  route('GET', 'tasks/*', 'TaskView', getTask),
  route('GET', 'tasks/*/details', 'TaskView', getDetails),
  route('POST', 'tasks/*/cancel', 'TaskCancel', cancelTask),
  route('GET', 'interruptions', 'InterruptionView', listInterruptions),
  route('PUT', 'interruptions/*/responsible', 'InterruptionSubmit', takeResponsibility),
  route('POST', 'interruptions/*/submit', 'InterruptionSubmit', submitInterruption),
  route('GET', 'artifacts', 'ArtifactView', listArtifacts),
  route('GET', 'variables/*', 'VariableView', getVariables),
  route('PUT', 'variables/*', 'VariableEdit', modifyVariables),
  ...plainCollections.flatMap((name) => [
    route('GET', name, viewPermissions[name], (request) => page(listed(name, request), request)),
    route('GET', `${name}/*`, viewPermissions[name], ({ space, parts }) => findIn(space.plain[name], parts[0] ?? '')),
    route('POST', name, viewPermissions[name].replace('View', 'Create'), (request) => addPlain(name, request)),
  ]),
];

function addPlain(name: PlainCollection, { space, body }: SpaceRequest): Resource {
  const all = space.plain[name];
  const Name = requiredText(body, 'Name');
  if (all.some((other) => other.Name === Name)) throw invalid(`The name '${Name}' is already in use.`);
  const resource = { ...structuredClone(body), Id: `${name}-${space.id}-${all.length + 1}`, Name, SpaceId: space.id };
  all.push(resource);
  return resource;
}

// A space lists teams of the whole server only when asked.
function listed(name: PlainCollection, { space, query }: SpaceRequest): readonly Resource[] {
  if (name !== 'teams' || query.get('includeSystem') === 'true') return space.plain[name];
  return space.plain[name].filter(({ ['SpaceId']: space }) => space !== null);
}

/** Finds the route of a request and the parts that match its wildcards; undefined when Octopus has none. */
export function findRoute(method: string, path: readonly string[]): { route: Route; parts: string[] } | undefined {
  for (const candidate of routes) {
    const parts = candidate.method === method ? match(candidate.path.split('/'), path) : undefined;
    if (parts !== undefined) return { route: candidate, parts };
  }
  return undefined;
}

function match(pattern: readonly string[], path: readonly string[]): string[] | undefined {
  if (pattern.length !== path.length) return undefined;
  const fits = pattern.every((part, index) => part === '*' || part === path[index]?.toLowerCase());
  return fits ? path.filter((_, index) => pattern[index] === '*') : undefined;
}

function route(method: string, path: string, permission: string, handle: Route['handle']): Route {
  return { method, path, permission, handle };
}
