import { findIn } from './lookup.ts';
import { invalid } from './refusal.ts';
import type { SpaceRequest } from './request.ts';
import type { Resource } from './state.ts';

/** Whether deployments may start without targets, and which targets they skip. */
export interface ConnectivityPolicy {
  readonly AllowDeploymentsToNoTargets: boolean;
  readonly SkipMachineBehavior: string;
  readonly TargetRoles: readonly string[];
  readonly ExcludeUnhealthyTargets: boolean;
}

/** What a project has unless a client sets it: the web portal does, API clients do not. */
export const strictPolicy: ConnectivityPolicy = {
  AllowDeploymentsToNoTargets: false,
  SkipMachineBehavior: 'None',
  TargetRoles: [],
  ExcludeUnhealthyTargets: false,
};

/** The deployment settings of a project. */
export function getSettings({ space, parts }: SpaceRequest): object {
  return describe(findIn(space.projects, parts[0] ?? ''));
}

/** Saves the deployment settings of a project; the answer denies what was saved (OctopusDeploy/Issues#6757). */
export function modifySettings({ space, parts, body }: SpaceRequest): object {
  const project = findIn(space.projects, parts[0] ?? '');
  const policy = body['ConnectivityPolicy'] as ConnectivityPolicy | undefined;
  if (policy === undefined) throw invalid('The ConnectivityPolicy field is required.');
  project['ProjectConnectivityPolicy'] = { ...strictPolicy, ...structuredClone(policy) };
  return { ...describe(project), ConnectivityPolicy: denied(project) };
}

/** The policy as the answer to a write has it, whatever was written. */
export function denied({ ['ProjectConnectivityPolicy']: policy }: Resource): ConnectivityPolicy {
  return { ...(policy as ConnectivityPolicy), AllowDeploymentsToNoTargets: false };
}

function describe(project: Resource): Resource {
  return {
    Id: `deploymentsettings-${project.Id}`,
    Name: '',
    ProjectId: project.Id,
    ConnectivityPolicy: project['ProjectConnectivityPolicy'],
    DefaultGuidedFailureMode: 'EnvironmentDefault',
    Links: {},
  };
}
