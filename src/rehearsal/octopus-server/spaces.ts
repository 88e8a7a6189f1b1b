import { invalid, notFound } from './refusal.ts';
import { requiredText } from './request.ts';
import { createSpace, type SpaceState, slugOf } from './state.ts';
import { isActive } from './task.ts';

/** Creates, changes or deletes a space. */
export function changeSpaces(
  spaces: SpaceState[],
  method: string,
  id: string | undefined,
  body: Readonly<Record<string, unknown>>,
): object {
  if (method === 'POST' && id === undefined) return addSpace(spaces, body);
  const space = spaces.find((each) => each.id.toLowerCase() === id);
  if (space === undefined) throw notFound(id ?? '');
  if (method === 'PUT') {
    Object.assign(space, { description: body['Description'], isQueueStopped: body['TaskQueueStopped'] === true });
    return describeSpace(space);
  }
  if (method !== 'DELETE') throw notFound(id ?? '');
  if (!space.isQueueStopped) throw invalid('The task queue of a space must be stopped before the space is deleted.');
  if (space.tasks.some(isActive)) throw invalid('Tasks of this space are still running.');
  spaces.splice(spaces.indexOf(space), 1);
  return {};
}

/** A space as the API shows it. */
export function describeSpace(space: SpaceState): { Id: string; Name: string } & Record<string, unknown> {
  const { id, name, description, isQueueStopped } = space;
  return {
    ...{ Id: id, Name: name, Slug: slugOf(name), Description: description, TaskQueueStopped: isQueueStopped },
    ...{ IsDefault: id === 'Spaces-1', Links: {} },
  };
}

const longestName = 20;

function addSpace(spaces: SpaceState[], body: Readonly<Record<string, unknown>>): object {
  const name = requiredText(body, 'Name');
  const managers = [body['SpaceManagersTeams'], body['SpaceManagersTeamMembers']].flat().filter(Boolean);
  const taken = spaces.some((each) => each.name.toLowerCase() === name.toLowerCase());
  const problems = [
    ...(name.length > longestName ? [`The name of a space must have at most ${longestName} characters.`] : []),
    ...(managers.length > 0 ? [] : ['At least one space manager is required.']),
    ...(taken ? [`A space with the name '${name}' already exists. Please choose a different name.`] : []),
  ];
  if (problems.length > 0) throw invalid(...problems);
  const newest = Math.max(0, ...spaces.map(({ id }) => Number(id.split('-')[1])));
  const space = createSpace(newest + 1, name);
  space.description = String(body['Description'] ?? '');
  spaces.push(space);
  return describeSpace(space);
}
