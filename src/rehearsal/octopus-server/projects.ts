import { denied, strictPolicy } from './deployment-settings.ts';
import { findIn } from './lookup.ts';
import { page } from './paging.ts';
import { createProcess } from './processes.ts';
import { invalid, notFound, outdated } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import { newGuid, type Resource, slugOf } from './state.ts';

export function listProjects(request: SpaceRequest): object {
  return page(request.space.projects, request);
}

export function getProject({ space, parts }: SpaceRequest): object {
  return findIn(space.projects, parts[0] ?? '');
}

/** Creates a project with an empty process and no variables; the answer denies its connectivity policy. */
export function createProject({ space, body, settings }: SpaceRequest): object {
  const name = requiredText(body, 'Name');
  findIn(space.plain.projectgroups, requiredText(body, 'ProjectGroupId'));
  findIn(space.plain.lifecycles, requiredText(body, 'LifecycleId'));
  if (space.projects.some(({ Name }) => Name.toLowerCase() === name.toLowerCase())) {
    throw invalid(`A project with the name '${name}' already exists. Please choose a different name.`);
  }
  const id = `Projects-${space.projects.length + 1}`;
  const project: Resource = {
    Description: '',
    IsDisabled: false,
    IsVersionControlled: false,
    PersistenceSettings: { Type: 'Database' },
    TenantedDeploymentMode: 'Untenanted',
    ...structuredClone(body),
    Id: id,
    Name: name,
    Slug: slugOf(name),
    SpaceId: space.id,
    ProjectConnectivityPolicy: {
      ...strictPolicy,
      ...(settings.takesPolicyOfNewProject && structuredClone(body['ProjectConnectivityPolicy'] as object)),
    },
    VariableSetId: `variableset-${id}`,
    DeploymentProcessId: `deploymentprocess-${id}`,
    Links: {},
  };
  space.projects.push(project);
  createProcess(space, `deploymentprocess-${id}`, { ProjectId: id });
  const set = { Id: `variableset-${id}`, OwnerId: id, Version: 0, Variables: [], ScopeValues: {}, Links: {} };
  space.variableSets.set(set.Id, set);
  return { ...project, ProjectConnectivityPolicy: denied(project) };
}

export function getVariables({ space, parts: [id = ''] }: SpaceRequest): object {
  const set = space.variableSets.get(id);
  if (set === undefined) throw notFound(id);
  return set;
}

/** Saves all variables of a project, unless somebody else did since they were read. */
export function modifyVariables({ space, parts: [id = ''], body, settings }: SpaceRequest): object {
  const set = space.variableSets.get(id);
  if (set === undefined) throw notFound(id);
  if (body['Version'] !== set.Version) {
    throw outdated({ what: 'variable set', id }, settings.conflict);
  }
  set.Variables = structuredClone((body['Variables'] ?? []) as Resource[]);
  for (const variable of set.Variables) variable.Id ||= newGuid();
  set.Version += 1;
  return set;
}
