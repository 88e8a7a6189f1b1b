import { pollUntil, realClock } from '../clock.ts';
import type { Items, Named, Rest } from './rest.ts';

/** A space as far as it is read here. */
export interface Space extends Named {
  readonly Description: string | null;
}

/** The name of a run's space; Octopus allows 20 characters. */
export function spaceName(run: string): string {
  return `check-${run}`;
}

const mark = 'Scratch space of octopus-ecs-canary verify-octopus; it can be deleted.';

/** Creates the space of a run, with what a canary project needs. */
export async function createScratchSpace({ call }: Rest, run: string): Promise<Space> {
  const user = await call<{ readonly Id: string }>('GET', 'users/me');
  const space = await call<Space>('POST', 'spaces', {
    Name: spaceName(run),
    Description: mark,
    IsDefault: false,
    TaskQueueStopped: false,
    SpaceManagersTeams: [],
    SpaceManagersTeamMembers: [user.Id],
  });
  await call('POST', `${space.Id}/environments`, { Name: names.environment });
  await call('POST', `${space.Id}/accounts`, {
    Name: names.account,
    AccountType: 'AmazonWebServicesAccount',
    AccessKey: 'AKIAIOSFODNN7EXAMPLE',
    SecretKey: { HasValue: true, NewValue: 'not a key' },
    EnvironmentIds: [],
  });
  await call('POST', `${space.Id}/feeds`, {
    Name: names.feed,
    FeedType: 'Docker',
    FeedUri: 'https://index.docker.io',
    ApiVersion: 'v1',
  });
  return space;
}

/** What the space of a run has. */
export const names = {
  environment: 'Check',
  account: 'Check account',
  feed: 'Check registry',
  project: 'Canary check',
} as const;

/** The runs whose spaces are still there. */
export async function findRuns(rest: Rest): Promise<readonly string[]> {
  return (await findScratchSpaces(rest)).map(({ Name }) => Name.replace(spaceName(''), ''));
}

/** Deletes the space of a run with all that is in it, and no other space. @returns what is left */
export async function removeScratchSpace(
  rest: Rest,
  run: string,
  tell: (line: string) => void,
): Promise<readonly string[]> {
  const space = (await findNamedSpaces(rest)).find(({ Name }) => Name === spaceName(run));
  if (space === undefined) return [];
  if (space.Description !== mark)
    return [`the space ${space.Name}: somebody changed its description, so it was not deleted; delete it in Octopus`];
  tell(`Deleting the space ${space.Name} …`);
  try {
    // Octopus deletes a space only once its task queue is stopped.
    await rest.call('PUT', `spaces/${space.Id}`, { ...space, TaskQueueStopped: true });
    await endTasks(rest, space);
    await rest.call('DELETE', `spaces/${space.Id}`);
    const read = () => findScratchSpaces(rest);
    const isGone = (spaces: readonly Space[]): boolean => spaces.every(({ Id }) => Id !== space.Id);
    await pollUntil(realClock, 'the space was gone', read, isGone, { seconds: 300 });
    return [];
  } catch (error) {
    return [`the space ${space.Name}: ${error instanceof Error ? error.message : error}`];
  }
}

/** Nothing of the space should still run on a worker. */
async function endTasks({ call }: Rest, { Id }: Space): Promise<void> {
  const read = async () => (await call<Items<Named>>('GET', `${Id}/tasks?active=true&take=100`)).Items;
  for (const task of await read()) await call('POST', `${Id}/tasks/${task.Id}/cancel`);
  const isOver = (tasks: readonly Named[]): boolean => tasks.length === 0;
  await pollUntil(realClock, 'the tasks of the space ended', read, isOver, { seconds: 120 });
}

/** Spaces of other people are never among them, because both name and description must be ours. */
async function findScratchSpaces(rest: Rest): Promise<readonly Space[]> {
  return (await findNamedSpaces(rest)).filter(({ Description }) => Description === mark);
}

async function findNamedSpaces({ call }: Rest): Promise<readonly Space[]> {
  const found: Space[] = [];
  for (;;) {
    const page = await call<Items<Space>>('GET', `spaces?skip=${found.length}&take=100`);
    found.push(...page.Items);
    if (page.Items.length === 0 || found.length >= page.TotalResults) break;
  }
  return found.filter(({ Name }) => Name.startsWith(spaceName('')));
}
