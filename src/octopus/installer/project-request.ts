import type { ProcessDefinition, RunbookDefinition } from '../process/definition.ts';
import { workerToolsImage } from '../process/placement.ts';
import { InstallError } from './install-error.ts';
import type { Overrides } from './process-merge.ts';
import type { NamedResource, Project } from './resources.ts';
import type { SpaceClient } from './space-client.ts';
import type { Given, Wording } from './wording.ts';

/** The project to install the canary into; everything is given by its name in Octopus. */
export interface ProjectRequest {
  readonly name: string;
  readonly process: ProcessDefinition;
  /** The processes with which the project may have been created; what its steps still share with one was not edited. */
  readonly formerProcesses?: readonly ProcessDefinition[];
  readonly runbooks: readonly RunbookDefinition[];
  /** Values of project variables, by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly account?: string | undefined;
  readonly projectGroup?: string | undefined;
  readonly lifecycle?: string | undefined;
  readonly workerPool?: string | undefined;
  readonly containerImage?: string | undefined;
  readonly containerFeed?: string | undefined;
  readonly teams?: readonly string[] | undefined;
  readonly resetSteps: boolean;
}

/** A request whose names are resolved to ids of a space. */
export interface ResolvedRequest extends ProjectRequest {
  readonly existing: Project | undefined;
  readonly projectGroupId: string;
  readonly lifecycleId: string;
  readonly accountId: string | undefined;
  readonly overrides: Overrides;
  readonly wording: Wording;
}

/** Resolves every name of a request before anything is changed. @throws InstallError with every problem at once */
export async function resolveRequest(space: SpaceClient, request: ProjectRequest): Promise<ResolvedRequest> {
  const existing = await space.findProject(request.name);
  if (existing?.IsVersionControlled === true) {
    throw new InstallError(
      `The project ${existing.Name} stores its process in Git, and ${space.wording.runner} does not write to Git.`,
      space.wording.withoutProject,
    );
  }
  const { problems, ...ids } = await resolveNames(space, request, existing === undefined);
  if (problems.length > 0) throw together(problems);
  const { workerPool, container, teams, ...others } = ids;
  return {
    ...request,
    ...others,
    existing,
    wording: space.wording,
    overrides: {
      ...(workerPool !== undefined && { workerPool: { id: workerPool, name: request.workerPool ?? '' } }),
      ...(container !== undefined && { container }),
      ...(teams.length > 0 && { responsibleTeamIds: teams.join(',') }),
      resetSteps: request.resetSteps,
    },
  };
}

/** What a request names in a space. */
export type Names = Pick<
  ProjectRequest,
  'account' | 'projectGroup' | 'lifecycle' | 'workerPool' | 'containerImage' | 'containerFeed' | 'teams'
>;

/** Looks up all names. @param isNew whether the project needs a group and a lifecycle, if only the default ones */
export async function resolveNames(space: SpaceClient, names: Names, isNew: boolean) {
  const problems: InstallError[] = [];
  const find = (collection: Collection, name: string | undefined): Promise<string | undefined> =>
    name === undefined ? Promise.resolve(undefined) : collect(problems, () => findId(space, collection, name));
  const findForNew = async (collection: Collection, name: string | undefined): Promise<string> =>
    isNew ? ((await collect(problems, () => findOrDefault(space, collection, name))) ?? '') : '';
  const workerPool = await find('workerpools', names.workerPool);
  const container = await collect(problems, () => resolveContainer(space, names));
  const teams: (string | undefined)[] = [];
  for (const team of names.teams ?? []) teams.push(await find('teams', team));
  return {
    problems,
    workerPool,
    container,
    teams,
    accountId: await find('accounts', names.account),
    projectGroupId: await findForNew('projectgroups', names.projectGroup),
    lifecycleId: await findForNew('lifecycles', names.lifecycle),
  };
}

/** Keeps a problem of what was given, so that the others are found too; a failed request ends the search. */
async function collect<T>(problems: InstallError[], find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof InstallError) || error.cause !== undefined) throw error;
    problems.push(error);
    return undefined;
  }
}

function together(problems: readonly InstallError[]): InstallError {
  const [first, ...others] = problems;
  if (first !== undefined && others.length === 0) return first;
  return new InstallError(
    [`${problems.length} values need attention:`, ...problems.map(({ message }) => `  - ${message}`)].join('\n'),
    [...new Set(problems.map(({ hint }) => hint))].join(' '),
  );
}

const collections = {
  projectgroups: { kind: 'project group', given: 'projectGroup' },
  lifecycles: { kind: 'lifecycle', given: 'lifecycle' },
  accounts: { kind: 'account', given: 'account' },
  workerpools: { kind: 'worker pool', given: 'workerPool' },
  feeds: { kind: 'feed', given: 'containerFeed' },
  teams: { kind: 'team', given: 'teams' },
} as const satisfies Readonly<Record<string, { readonly kind: string; readonly given: Given }>>;
type Collection = keyof typeof collections;

async function listNamed(space: SpaceClient, collection: Collection): Promise<readonly NamedResource[]> {
  const query = collection === 'teams' ? ({ includeSystem: true } as const) : {};
  return space.list<NamedResource>(collection, `listing the ${collections[collection].kind}s`, query);
}

async function findId(space: SpaceClient, collection: Collection, name: string): Promise<string> {
  const all = await listNamed(space, collection);
  const namesakes = all.filter(({ Name }) => Name.toLowerCase() === name.toLowerCase());
  // A space and the whole server may each have a team of the same name, and only one of them may approve.
  if (namesakes.length > 1) throw ambiguous(space, collection, name, namesakes);
  const found = namesakes[0] ?? all.find(({ Id }) => Id === name);
  if (found !== undefined) return found.Id;
  throw missing(space, collection, name, all);
}

async function findOrDefault(space: SpaceClient, collection: Collection, name: string | undefined): Promise<string> {
  if (name !== undefined) return findId(space, collection, name);
  const all = await listNamed(space, collection);
  const found = all.find(({ Name }) => Name.startsWith('Default ')) ?? all[0];
  if (found !== undefined) return found.Id;
  throw missing(space, collection, 'Default', all);
}

async function resolveContainer(
  space: SpaceClient,
  { containerFeed, containerImage }: Names,
): Promise<{ FeedId: string; Image: string } | undefined> {
  if (containerFeed === undefined && containerImage === undefined) return undefined;
  const Image = containerImage ?? workerToolsImage;
  if (containerFeed !== undefined) return { FeedId: await findId(space, 'feeds', containerFeed), Image };
  const registries = (await listNamed(space, 'feeds')).filter(({ ['FeedType']: type }) =>
    ['Docker', 'AwsElasticContainerRegistry', 'GoogleContainerRegistry', 'AzureContainerRegistry'].includes(
      String(type),
    ),
  );
  if (registries.length === 1 && registries[0] !== undefined) return { FeedId: registries[0].Id, Image };
  throw new InstallError(
    `${space.wording.names.containerFeed}: The image ${Image} needs a container registry, and the space has ${nameAll(registries)}.`,
    `Choose one with ${space.wording.names.containerFeed}. If there is none, add a feed in Octopus (Deploy, Manage, External Feeds).`,
  );
}

function missing(
  space: SpaceClient,
  collection: Collection,
  name: string,
  all: readonly NamedResource[],
): InstallError {
  const { kind, given } = collections[collection];
  return new InstallError(
    `${space.wording.names[given]}: The space ${space.spaceName} has no ${kind} "${name}"; the owner of the API key can see ${nameAll(all)}.`,
    `Use one of these names, or create the ${kind} in Octopus first.`,
  );
}

function ambiguous(
  space: SpaceClient,
  collection: Collection,
  name: string,
  all: readonly NamedResource[],
): InstallError {
  const { kind, given } = collections[collection];
  const ids = all.map(({ Id }) => Id).join(', ');
  return new InstallError(
    `${space.wording.names[given]}: The space ${space.spaceName} has ${all.length} ${kind}s named "${name}": ${ids}.`,
    'Give the id of the one you mean.',
  );
}

function nameAll(resources: readonly NamedResource[]): string {
  return resources.map(({ Name }) => `"${Name}"`).join(', ') || 'none';
}
