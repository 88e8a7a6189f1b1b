import { findIn } from './lookup.ts';
import { invalid } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import type { Process, Release } from './state.ts';

/** Moves a project into Git; from here on its process can only be read by branch. */
export function convertToGit({ space, parts }: SpaceRequest): object {
  const project = findIn(space.projects, parts[0] ?? '');
  if (project['IsVersionControlled'] === true) throw invalid('The project is already version controlled.');
  project['IsVersionControlled'] = true;
  project['PersistenceSettings'] = { Type: 'VersionControlled', DefaultBranch: 'main' };
  const id = String(project['DeploymentProcessId']);
  const process = space.processes.get(id);
  if (process !== undefined) space.gitProcesses.set(project.Id, process);
  space.processes.delete(id);
  return project;
}

/** Creates a release, which keeps the process as it is on the branch. */
export function createRelease({ space, body }: SpaceRequest): object {
  const project = findIn(space.projects, requiredText(body, 'ProjectId'));
  const process = space.gitProcesses.get(project.Id) ?? space.processes.get(String(project['DeploymentProcessId']));
  const release: Release = {
    Id: `Releases-${space.releases.length + 1}`,
    ProjectId: project.Id,
    Version: requiredText(body, 'Version'),
    Branch: space.gitProcesses.has(project.Id) ? 'main' : null,
    process: structuredClone(process) as Process,
  };
  space.releases.push(release);
  return { Id: release.Id, ProjectId: release.ProjectId, Version: release.Version };
}
