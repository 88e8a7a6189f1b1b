import { findIn } from './lookup.ts';
import { page } from './paging.ts';
import { invalid } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import type { Resource, SpaceState } from './state.ts';

/** The triggers of a project. */
export function listTriggers(request: SpaceRequest): object {
  const { space, parts } = request;
  const project = findIn(space.projects, parts[0] ?? '');
  return page(
    space.triggers.filter(({ ProjectId }) => ProjectId === project.Id),
    request,
  );
}

/** Creates a trigger; only a published runbook can have one. */
export function createTrigger({ space, body }: SpaceRequest): object {
  const name = requiredText(body, 'Name');
  const project = findIn(space.projects, requiredText(body, 'ProjectId'));
  const problems = findProblems(space, project, name, body);
  if (problems.length > 0) throw invalid(...problems);
  const trigger: Resource = {
    IsDisabled: false,
    ...structuredClone(body),
    Id: `ProjectTriggers-${space.triggers.length + 1}`,
    Name: name,
    SpaceId: space.id,
    Links: {},
  };
  space.triggers.push(trigger);
  return trigger;
}

/** Saves a whole trigger. */
export function modifyTrigger({ space, parts, body }: SpaceRequest): object {
  return Object.assign(findIn(space.triggers, parts[0] ?? ''), structuredClone(body));
}

interface RunRunbook {
  readonly ActionType?: string;
  readonly RunbookId?: string;
  readonly EnvironmentIds?: readonly string[];
}

function findProblems(space: SpaceState, project: Resource, name: string, body: SpaceRequest['body']): string[] {
  const { ActionType, RunbookId, EnvironmentIds = [] } = (body['Action'] ?? {}) as RunRunbook;
  const { FilterType, CronExpression } = (body['Filter'] ?? {}) as { FilterType?: string; CronExpression?: string };
  const runbook = space.runbooks.find(({ Id, ProjectId }) => Id === RunbookId && ProjectId === project.Id);
  const namesake = space.triggers.some((other) => other['ProjectId'] === project.Id && other.Name === name);
  const strangers = EnvironmentIds.filter((id) => !space.plain.environments.some(({ Id }) => Id === id));
  return [
    ...(namesake ? [`A trigger with the name '${name}' already exists. Please choose a different name.`] : []),
    ...(ActionType === 'RunRunbook' ? [] : [`This server knows no trigger action ${ActionType}.`]),
    ...(FilterType === 'CronExpressionSchedule' ? [] : [`This server knows no trigger filter ${FilterType}.`]),
    ...(CronExpression?.split(' ').length === 6 ? [] : ['The CRON expression must consist of 6 fields.']),
    ...(runbook?.['PublishedRunbookSnapshotId'] ? [] : ['Please specify a published runbook.']),
    ...(EnvironmentIds.length > 0 ? [] : ['Please specify at least one environment.']),
    ...strangers.map((id) => `The environment ${id} does not exist.`),
  ];
}
