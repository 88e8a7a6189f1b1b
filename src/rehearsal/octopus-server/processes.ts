import { invalid, notFound, outdated } from './refusal.ts';
import type { SpaceRequest } from './request.ts';
import { type Action, newGuid, type Process, type SpaceState, type Step, slugOf } from './state.ts';

/** Creates the empty process of a new project or runbook. */
export function createProcess(space: SpaceState, id: string, owner: { ProjectId: string; RunbookId?: string }): void {
  space.processes.set(id, {
    Id: id,
    SpaceId: space.id,
    ...owner,
    Version: 0,
    LastSnapshotId: null,
    Steps: [],
    Links: {},
  });
}

export function getProcess({ space, parts }: SpaceRequest): object {
  return find(space, parts.at(-1) ?? '');
}

/** Saves a whole process, unless somebody else saved it since it was read. */
export function modifyProcess({ space, parts, body, settings }: SpaceRequest): object {
  const process = find(space, parts.at(-1) ?? '');
  if (body['Version'] !== process.Version) {
    throw outdated({ what: 'process', id: process.Id }, settings.conflict);
  }
  const steps = structuredClone((body['Steps'] ?? []) as Step[]);
  const problems = findProblems(space, steps);
  if (problems.length > 0) throw invalid(...problems);
  process.Steps = steps.map(completeStep);
  process.Version += 1;
  return process;
}

/** Lets the deployment process be found by its project. */
export function ofProject(handler: (request: SpaceRequest) => object): (request: SpaceRequest) => object {
  return (request) => {
    const project = request.space.projects.find(({ Id }) => Id === request.parts[0]);
    if (project === undefined) throw notFound(request.parts[0] ?? '');
    if (project['IsVersionControlled'] === true) throw notFound(`${project['DeploymentProcessId']}`);
    return handler({ ...request, parts: [String(project['DeploymentProcessId'])] });
  };
}

function find(space: SpaceState, id: string): Process {
  const process = space.processes.get(id);
  if (process === undefined) throw notFound(id);
  return process;
}

function completeStep(step: Step): Step {
  return {
    ...step,
    Id: step.Id || newGuid(),
    Slug: step.Slug || slugOf(step.Name),
    Actions: step.Actions.map((action) => ({
      ...action,
      Id: action.Id || newGuid(),
      Slug: action.Slug || slugOf(action.Name),
      LastUsedAt: null,
    })),
  };
}

function findProblems(space: SpaceState, steps: readonly Step[]): string[] {
  const names = steps.map(({ Name }) => Name.toLowerCase());
  const twice = steps.filter(({ Name }, index) => names.indexOf(Name.toLowerCase()) !== index);
  return [
    ...twice.map(({ Name }) => `Step names must be unique: '${Name}' is used more than once.`),
    ...steps.filter(({ Actions }) => !Actions?.length).map(({ Name }) => `Step '${Name}' has no actions.`),
    ...steps.flatMap(({ Actions }) => (Actions ?? []).flatMap((action) => findActionProblems(space, action))),
  ];
}

function findActionProblems(
  space: SpaceState,
  { Name, ActionType, Properties, WorkerPoolId, WorkerPoolVariable, Container }: Action,
): string[] {
  const problems: string[] = [];
  if (!ActionType) problems.push(`Action '${Name}': The ActionType field is required.`);
  const wrong = Object.entries(Properties ?? {}).filter(([, value]) => !isPropertyValue(value));
  for (const [property] of wrong) problems.push(`Action '${Name}': the value of ${property} must be text.`);
  if (WorkerPoolId && WorkerPoolVariable)
    problems.push(`Action '${Name}' has a worker pool and a worker pool variable.`);
  const id = Properties?.['Octopus.Action.Template.Id'];
  const version = Properties?.['Octopus.Action.Template.Version'];
  const known = id === undefined || space.templates.get(String(id))?.some(({ Version }) => String(Version) === version);
  if (known !== true) problems.push(`Action '${Name}': step template ${id} version ${version} does not exist.`);
  if (WorkerPoolId && !space.plain.workerpools.some(({ Id }) => Id === WorkerPoolId)) {
    problems.push(`Action '${Name}': worker pool ${WorkerPoolId} does not exist.`);
  }
  const feed = (Container as { FeedId?: string | null } | undefined)?.FeedId;
  if (feed && !space.plain.feeds.some(({ Id }) => Id === feed)) {
    problems.push(`Action '${Name}': feed ${feed} does not exist.`);
  }
  return problems;
}

// A sensitive value is an object, of which answers tell no more than whether there is one.
function isPropertyValue(value: unknown): boolean {
  return value === null || typeof value === 'string' || (typeof value === 'object' && 'HasValue' in value);
}
