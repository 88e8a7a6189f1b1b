import { type AttemptSettings, attemptRead, attemptWrite } from './attempts.ts';
import type { ConnectivityPolicy, NamedResource, Page, Process, Project } from './resources.ts';
import type { Send } from './rest-client.ts';
import type { Wording } from './wording.ts';

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
  readonly wording: Wording;
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
  readonly send: Send;
  readonly settings: AttemptSettings;
  readonly space: NamedResource;
  readonly version: string;
  readonly user: string;
}

/** A client for the paths below a space. */
export function createSpaceClient({ send, settings, space, version, user }: SpaceConnection): SpaceClient {
  const pathOf = (path: string): string => `/api/${space.Id}/${path}`;
  const get: SpaceClient['get'] = (path, doing) => attemptRead(settings, doing, () => send('GET', pathOf(path)));
  const list: SpaceClient['list'] = (path, doing, query) => listAll(settings, send, pathOf(path), doing, query);
  const write =
    (method: 'POST' | 'PUT') =>
    <T>(path: string, body: object, { doing, landed }: Write<T>): Promise<T> =>
      attemptWrite(settings, doing, () => send<T>(method, pathOf(path), body), landed);
  const [post, put] = [write('POST'), write('PUT')];
  const findProject = async (name: string): Promise<Project | undefined> =>
    named(await list<Project>('projects', `looking for the project ${name}`, { partialName: name }), name);
  const processOf = ({ Id }: Project): string => `projects/${Id}/deploymentprocesses`;
  return {
    address: settings.address,
    version,
    user,
    spaceId: space.Id,
    spaceName: space.Name,
    wording: settings.wording,
    get,
    list,
    post,
    put,
    findProject,
    createProject: (project) =>
      post('projects', project, {
        doing: `creating the project ${project.Name}`,
        landed: () => findProject(project.Name),
      }),
    getProcess: (project) => get(processOf(project), `reading the process of ${project.Name}`),
    saveProcess: (project, process, saving) => put(processOf(project), process, saving),
  };
}

/** All resources of a collection, page by page. @param path below the server's address */
export async function listAll<T>(
  settings: AttemptSettings,
  send: Send,
  path: string,
  doing: string,
  query: ListQuery = {},
): Promise<readonly T[]> {
  const items: T[] = [];
  for (;;) {
    const parts = Object.entries({ ...query, skip: items.length, take: 100 });
    const search = new URLSearchParams(parts.map(([name, value]) => [name, String(value)]));
    const page = await attemptRead(settings, doing, () => send<Page<T>>('GET', `${path}?${search}`));
    items.push(...page.Items);
    if (page.Items.length === 0 || items.length >= page.TotalResults) return items;
  }
}

/** Finds a resource by name, ignoring case. */
export function named<T extends { readonly Name: string }>(resources: readonly T[], name: string): T | undefined {
  return resources.find(({ Name }) => Name.toLowerCase() === name.toLowerCase());
}
