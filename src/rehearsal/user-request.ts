import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type Client, stranger } from './client.ts';
import { type EntryPoint, localAddress } from './entry-point.ts';
import { ordinaryHeaders } from './ordinary-request.ts';

/** Where a user sends a request: an entry point, or any address. */
export type Visit = Pick<EntryPoint, 'url' | 'host'> & Partial<EntryPoint>;

/** What a user finally got; everything is undefined when the connection failed. */
export interface Reply {
  readonly status: number | undefined;
  /** From the X-App-Version header; undefined when no task answered. */
  readonly version: string | undefined;
  /** ARN from the X-Task-Definition header. */
  readonly taskDefinition: string | undefined;
}

/** Sends a request as a user would, and follows redirects of a redirect entry point. */
export function askAsUser(visit: Visit, agent?: Agent, client: Client = stranger): Promise<Reply> {
  return askAt(visit, { agent, client }, mostRedirects);
}

/** Who asks, and over which connections. */
interface Asker {
  readonly agent: Agent | undefined;
  readonly client: Client;
}

/** Browsers follow more, but no load balancer needs that many. */
const mostRedirects = 5;

async function askAt(visit: Visit, asker: Asker, redirects: number): Promise<Reply> {
  const { status, headers } = await send(visit, asker);
  const { location } = headers;
  if (visit.kind === 'redirect' && visit.ports && location !== undefined && isRedirect(status)) {
    const target = URL.canParse(location) ? new URL(location) : undefined;
    const url = target && localAddress(visit.ports, target);
    if (url === undefined || redirects === 0) return nothing;
    return askAt({ ...visit, url, host: target?.hostname }, asker, redirects - 1);
  }
  return {
    status,
    version: headerOf(headers, 'x-app-version'),
    taskDefinition: headerOf(headers, 'x-task-definition'),
  };
}

const nothing: Reply = { status: undefined, version: undefined, taskDefinition: undefined };

function isRedirect(status = 0): boolean {
  return status >= 300 && status < 400;
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

function send({ url, host }: Visit, { agent, client }: Asker): Promise<Answered> {
  const site = host ?? new URL(url).hostname;
  const headers = { ...ordinaryHeaders, ...(host === undefined ? {} : { host }), ...client.headersFor(site) };
  return new Promise((resolve) => {
    const fail = (): void => resolve({ status: undefined, headers: {} });
    const outgoing = request(url, { ...(agent && { agent }), timeout: 10_000, headers }, (response) => {
      client.receive(site, response.headers);
      response.resume();
      response.once('error', fail);
      response.once('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('timed out')));
    outgoing.once('error', fail);
    outgoing.end();
  });
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
