import type { ProcessDefinition, RunbookDefinition } from '../process/definition.ts';
import { workerToolsImage } from '../process/placement.ts';
import { InstallError } from './install-error.ts';
import type { Overrides } from './process-merge.ts';
import type { NamedResource, Project } from './resources.ts';
import type { SpaceClient } from './space-client.ts';

/** The project to install the canary into; everything is given by its name in Octopus. */
export interface ProjectRequest {
  readonly name: string;
  readonly process: ProcessDefinition;
  /** The processes with which the project may have been created; what its steps still share with one was not edited. */
  readonly formerProcesses?: readonly ProcessDefinition[];
  readonly runbooks: readonly RunbookDefinition[];
  /** Values of project variables, by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly account?: string;
  readonly projectGroup?: string;
  readonly lifecycle?: string;
  readonly workerPool?: string;
  readonly containerImage?: string;
  readonly containerFeed?: string;
  readonly teams?: readonly string[];
  readonly resetSteps: boolean;
}

/** A request whose names are resolved to ids of a space. */
export interface ResolvedRequest extends ProjectRequest {
  readonly existing: Project | undefined;
  readonly projectGroupId: string;
  readonly lifecycleId: string;
  readonly accountId: string | undefined;
  readonly overrides: Overrides;
}

/** Resolves every name of a request before anything is changed. @throws InstallError that lists the existing names */
export async function resolveRequest(space: SpaceClient, request: ProjectRequest): Promise<ResolvedRequest> {
  const existing = await space.findProject(request.name);
  if (existing?.IsVersionControlled === true) {
    throw new InstallError(
      `The project ${existing.Name} stores its process in Git, and this command does not write to Git.`,
      'Install only the step templates (without --project), and add the process to the repository with the command "process --format ocl".',
    );
  }
  const find = (collection: Collection, name: string | undefined): Promise<string | undefined> =>
    name === undefined ? Promise.resolve(undefined) : findId(space, collection, name);
  const isNew = existing === undefined;
  const workerPoolId = await find('workerpools', request.workerPool);
  const container = await resolveContainer(space, request);
  const teams = await Promise.all((request.teams ?? []).map((team) => findId(space, 'teams', team)));
  return {
    ...request,
    existing,
    projectGroupId: isNew ? await findOrDefault(space, 'projectgroups', request.projectGroup) : '',
    lifecycleId: isNew ? await findOrDefault(space, 'lifecycles', request.lifecycle) : '',
    accountId: await find('accounts', request.account),
    overrides: {
      ...(workerPoolId !== undefined && { workerPool: { id: workerPoolId, name: request.workerPool ?? '' } }),
      ...(container !== undefined && { container }),
      ...(teams.length > 0 && { responsibleTeamIds: teams.join(',') }),
      resetSteps: request.resetSteps,
    },
  };
}

const collections = {
  projectgroups: 'project group',
  lifecycles: 'lifecycle',
  accounts: 'account',
  workerpools: 'worker pool',
  feeds: 'feed',
  teams: 'team',
} as const;
type Collection = keyof typeof collections;

async function listNamed(space: SpaceClient, collection: Collection): Promise<readonly NamedResource[]> {
  const query = collection === 'teams' ? ({ includeSystem: true } as const) : {};
  return space.list<NamedResource>(collection, `listing the ${collections[collection]}s`, query);
}

async function findId(space: SpaceClient, collection: Collection, name: string): Promise<string> {
  const all = await listNamed(space, collection);
  const namesakes = all.filter(({ Name }) => Name.toLowerCase() === name.toLowerCase());
  // A space and the whole server may each have a team of the same name, and only one of them may approve.
  if (namesakes.length > 1) throw ambiguous(space, collections[collection], name, namesakes);
  const found = namesakes[0] ?? all.find(({ Id }) => Id === name);
  if (found !== undefined) return found.Id;
  throw missing(space, collections[collection], name, all);
}

async function findOrDefault(space: SpaceClient, collection: Collection, name: string | undefined): Promise<string> {
  if (name !== undefined) return findId(space, collection, name);
  const all = await listNamed(space, collection);
  const found = all.find(({ Name }) => Name.startsWith('Default ')) ?? all[0];
  if (found !== undefined) return found.Id;
  throw missing(space, collections[collection], 'Default', all);
}

async function resolveContainer(
  space: SpaceClient,
  { containerFeed, containerImage }: ProjectRequest,
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
    `The image ${Image} needs a container registry, and the space has ${nameAll(registries)}.`,
    'Choose one with --container-feed. If there is none, add a feed in Octopus (Deploy, Manage, External Feeds).',
  );
}

function missing(space: SpaceClient, kind: string, name: string, all: readonly NamedResource[]): InstallError {
  return new InstallError(
    `The space ${space.spaceName} has no ${kind} "${name}"; the owner of the API key can see ${nameAll(all)}.`,
    `Use one of these names, or create the ${kind} in Octopus first.`,
  );
}

function ambiguous(space: SpaceClient, kind: string, name: string, all: readonly NamedResource[]): InstallError {
  const ids = all.map(({ Id }) => Id).join(', ');
  return new InstallError(
    `The space ${space.spaceName} has ${all.length} ${kind}s named "${name}": ${ids}.`,
    'Give the id of the one you mean.',
  );
}

function nameAll(resources: readonly NamedResource[]): string {
  return resources.map(({ Name }) => `"${Name}"`).join(', ') || 'none';
}
