import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type Fault, type Faults, type SeenRequest } from './faults.ts';
import { page } from './paging.ts';
import { type ConflictAnswer, notFound, Refusal } from './refusal.ts';
import { readBody, type ServerSettings } from './request.ts';
import { findRoute } from './routes.ts';
import { changeSpaces, describeSpace } from './spaces.ts';
import { createFurnishedSpace, type SpaceState } from './state.ts';
import { endTask } from './task.ts';

export interface OctopusServerOptions {
  readonly apiKey?: string;
  /** TCP port; any free one if left out. */
  readonly port?: number;
  readonly spaces?: readonly string[];
  /** Permissions that the owner of the key does not have. */
  readonly denied?: readonly string[];
  /** The most items in one answer. */
  readonly pageSize?: number;
  /** Whether saving a step template with an old `Version` is refused. */
  readonly locksTemplates?: boolean;
  /** How saving an outdated resource is refused. */
  readonly conflict?: ConflictAnswer;
  /** Whether a new project gets the connectivity policy that the request has. */
  readonly takesPolicyOfNewProject?: boolean;
  /** Whether a new snapshot is published if the query asks for it. */
  readonly publishesSnapshots?: boolean;
}

/** A request that was answered, or dropped, with status 0. */
export interface AnsweredRequest extends SeenRequest {
  readonly status: number;
}

/** An Octopus Server in this process, with the documented API resources that an installation needs. */
export interface OctopusServer {
  readonly url: string;
  readonly apiKey: string;
  readonly spaces: readonly SpaceState[];
  readonly faults: Faults;
  /** Action name → forced outcome of an update of usages. */
  readonly outcomes: Map<string, string>;
  readonly requests: readonly AnsweredRequest[];
  readonly close: () => Promise<void>;
}

/** Starts a server on 127.0.0.1. @throws the error of the port, if it cannot be used */
export async function createOctopusServer(options: OctopusServerOptions = {}): Promise<OctopusServer> {
  const context: Context = {
    apiKey: options.apiKey ?? 'API-REHEARSALREHEARSALREHEARSA',
    spaces: (options.spaces ?? ['Default']).map((name, index) => createFurnishedSpace(index + 1, name)),
    denied: new Set(options.denied),
    pageSize: options.pageSize ?? 30,
    locksTemplates: options.locksTemplates ?? true,
    conflict: options.conflict ?? { status: 409, wording: 'another user', place: 'ErrorMessage' },
    takesPolicyOfNewProject: options.takesPolicyOfNewProject ?? true,
    publishesSnapshots: options.publishesSnapshots ?? true,
    outcomes: new Map(),
    faults: createFaults(),
    requests: [],
  };
  const server = createServer((request, response) => void serve(context, request, response));
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: context.apiKey,
    spaces: context.spaces,
    faults: context.faults,
    outcomes: context.outcomes,
    requests: context.requests,
    close: async () => {
      for (const task of context.spaces.flatMap(({ tasks }) => tasks)) endTask(task);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Context extends ServerSettings {
  readonly apiKey: string;
  readonly spaces: SpaceState[];
  readonly denied: ReadonlySet<string>;
  readonly pageSize: number;
  readonly faults: Faults;
  readonly requests: AnsweredRequest[];
}

async function serve(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://octopus');
  const seen: SeenRequest = { method: request.method ?? 'GET', path: decodeURIComponent(url.pathname) };
  const fault = context.faults.next(seen);
  const answer = fault?.kind === 'drop' ? 'dropped' : await answerWith(context, request, url, seen, fault);
  const dropped = answer === 'dropped' || fault?.kind === 'drop after';
  context.requests.push({ ...seen, status: answer === 'dropped' || dropped ? 0 : answer.status });
  if (answer === 'dropped' || dropped) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(answer.body));
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answerWith(
  context: Context,
  request: IncomingMessage,
  url: URL,
  seen: SeenRequest,
  fault: Fault | undefined,
): Promise<Answer> {
  try {
    const body = await readBody(request);
    if (fault?.kind === 'answer') throw new Refusal(fault.status, fault.message);
    if (fault?.kind === 'meanwhile') await fault.act();
    const result = route(context, request, url, seen, body);
    return { status: seen.method === 'POST' && !seen.path.endsWith('Update') ? 201 : 200, body: result };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, message, errors, helpText } = error;
    return { status, body: { ErrorMessage: message, Errors: errors, ...(helpText && { HelpText: helpText }) } };
  }
}

function route(
  context: Context,
  request: IncomingMessage,
  url: URL,
  { method, path }: SeenRequest,
  body: Readonly<Record<string, unknown>>,
): object {
  const [api, ...rest] = path.split('/').filter((part) => part !== '');
  if (api?.toLowerCase() !== 'api') throw notFound(path);
  if (rest.length === 0) return rootDocument;
  authenticate(context, request);
  const [first, second, third] = rest.map((part) => part.toLowerCase());
  if (first === 'users' && second === 'me') return currentUser;
  if (first === 'users' && third === 'permissions') return describePermissions(context);
  if (first === 'spaces' && rest.length === 1 && method === 'GET')
    return page(context.spaces.map(describeSpace), { ...context, query: url.searchParams });
  if (first === 'spaces' && method !== 'GET' && rest.length <= 2) {
    authorise(context, spacePermissions[method] ?? '');
    return changeSpaces(context.spaces, method, second, body);
  }
  const inSpace = first === 'spaces' ? rest.slice(1) : rest;
  const space = context.spaces.find(({ id }) => id.toLowerCase() === inSpace[0]?.toLowerCase());
  if (space === undefined) throw notFound(inSpace[0] ?? '');
  if (inSpace.length === 1) return describeSpace(space);
  const found = findRoute(method, inSpace.slice(1));
  if (found === undefined) throw notFound(path);
  authorise(context, found.route.permission);
  const { pageSize } = context;
  return found.route.handle({ space, parts: found.parts, query: url.searchParams, body, pageSize, settings: context });
}

function authenticate({ apiKey }: Context, request: IncomingMessage): void {
  const key = request.headers['x-octopus-apikey'];
  if (key === undefined) {
    throw new Refusal(
      401,
      'You must be logged in to request this resource. Please provide a valid API key or log in again.',
    );
  }
  if (key !== apiKey) {
    throw new Refusal(401, 'The API key you provided was not valid. Please double-check your API key and try again.');
  }
}

function authorise({ denied }: Context, permission: string): void {
  if (!denied.has(permission)) return;
  throw new Refusal(
    403,
    `You do not have permission to perform this action. Please contact your Octopus administrator. Missing permission: ${permission}`,
    [],
    'Teams that have enough permission include: Space Managers',
  );
}

const spacePermissions: Readonly<Record<string, string>> = {
  POST: 'SpaceCreate',
  PUT: 'SpaceEdit',
  DELETE: 'SpaceDelete',
};

/** What the owner of the key may do on the whole server. */
function describePermissions({ denied }: Context): object {
  const SystemPermissions = Object.values(spacePermissions).filter((permission) => !denied.has(permission));
  return { SystemPermissions, SpacePermissions: {}, Teams: [], IsPermissionsComplete: true, IsTeamsComplete: true };
}

const rootDocument = {
  Application: 'Octopus Deploy',
  Version: '2026.3.0',
  ApiVersion: '3.0.0',
  InstallationId: '00000000-0000-4000-8000-000000000000',
  Links: {
    Self: '/api',
    CurrentUser: '/api/users/me',
    Spaces: '/api/spaces{/id}{?skip,ids,take,partialName}',
    SpaceHome: '/api/{spaceId}',
  },
};

const currentUser = { Id: 'Users-1', Username: 'rehearsal', DisplayName: 'Rehearsal', IsService: true, IsActive: true };
