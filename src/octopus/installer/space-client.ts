import { type Client, DeploymentProcessRepository, ProjectRepository } from '@octopusdeploy/api-client';
import { type AttemptSettings, attemptRead, attemptWrite } from './attempts.ts';
import type { ConnectivityPolicy, NamedResource, Page, Process, Project } from './resources.ts';

/** One write, and how to check whether it took effect when its answer is lost. */
export interface Write<T> {
  /** The write in words, for example `saving the variables`. */
  readonly doing: string;
  readonly landed: () => Promise<T | undefined>;
}

/** A space of an Octopus Server. Paths are below the space; every method throws InstallError. */
export interface SpaceClient {
  readonly address: string;
  /** Of the server. */
  readonly version: string;
  readonly user: string;
  readonly spaceId: string;
  readonly spaceName: string;
  readonly get: <T>(path: string, doing: string) => Promise<T>;
  /** All resources of a collection, page by page. */
  readonly list: <T>(path: string, doing: string, query?: ListQuery) => Promise<readonly T[]>;
  readonly post: <T>(path: string, body: object, write: Write<T>) => Promise<T>;
  readonly put: <T>(path: string, body: object, write: Write<T>) => Promise<T>;
  readonly findProject: (name: string) => Promise<Project | undefined>;
  readonly createProject: (project: NewProject) => Promise<Project>;
  readonly getProcess: (project: Project) => Promise<Process>;
  readonly saveProcess: (project: Project, process: Process, write: Write<Process>) => Promise<Process>;
}

export interface ListQuery {
  readonly partialName?: string;
  /** Whether to list also what belongs to the whole server. */
  readonly includeSystem?: true;
}

export interface NewProject {
  readonly Name: string;
  readonly Description: string;
  readonly ProjectGroupId: string;
  readonly LifecycleId: string;
  readonly ProjectConnectivityPolicy: ConnectivityPolicy;
}

interface SpaceConnection {
  readonly client: Client;
  readonly settings: AttemptSettings;
  readonly space: NamedResource;
  readonly version: string;
  readonly user: string;
}

/** Projects and processes go through the client's repositories; everything else uses its generic requests. */
export function createSpaceClient({ client, settings, space, version, user }: SpaceConnection): SpaceClient {
  const args = { spaceId: space.Id };
  const prefix = '~/api/{spaceId}';
  const projects = new ProjectRepository(client, space.Name);
  const processes = new DeploymentProcessRepository(client, space.Name);
  const findProject = (name: string): Promise<Project | undefined> =>
    attemptRead(settings, `looking for the project ${name}`, () =>
      findByName((skip) => projects.list({ partialName: name, skip, take }) as unknown as Promise<Page<Project>>, name),
    );
  return {
    address: settings.address,
    version,
    user,
    spaceId: space.Id,
    spaceName: space.Name,
    get: (path, doing) => attemptRead(settings, doing, () => client.get(`${prefix}/${path}`, args)),
    list: (path, doing, query) =>
      collect((skip) =>
        attemptRead(settings, doing, () =>
          client.get(`${prefix}/${path}{?skip,take,partialName,includeSystem}`, { ...args, ...query, skip, take }),
        ),
      ),
    post: (path, body, { doing, landed }) =>
      attemptWrite(settings, doing, () => client.doCreate(`${prefix}/${path}`, body, args), landed),
    put: (path, body, { doing, landed }) =>
      attemptWrite(settings, doing, () => client.doUpdate(`${prefix}/${path}`, body, args), landed),
    findProject,
    createProject: (project) =>
      attemptWrite(
        settings,
        `creating the project ${project.Name}`,
        () => projects.create(project as never) as unknown as Promise<Project>,
        () => findProject(project.Name),
      ),
    getProcess: (project) =>
      attemptRead(settings, `reading the process of ${project.Name}`, () => processes.get(project as never) as never),
    saveProcess: (project, process, { doing, landed }) =>
      attemptWrite(settings, doing, () => processes.update(project as never, process as never) as never, landed),
  };
}

/** Finds a resource by name, ignoring case. */
export function named<T extends { readonly Name: string }>(resources: readonly T[], name: string): T | undefined {
  return resources.find(({ Name }) => Name.toLowerCase() === name.toLowerCase());
}

const take = 100;

async function findByName<T extends NamedResource>(
  read: (skip: number) => Promise<Page<T>>,
  name: string,
): Promise<T | undefined> {
  return named(await collect(read), name);
}

async function collect<T>(read: (skip: number) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (;;) {
    const page = await read(items.length);
    items.push(...page.Items);
    if (page.Items.length === 0 || items.length >= page.TotalResults) return items;
  }
}
