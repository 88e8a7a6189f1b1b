import { randomBytes } from 'node:crypto';
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import { answerError } from './answers.ts';

/** The end of a forwarded request. */
export interface ForwardedAnswer {
  /** What the client gets. */
  readonly status: number;
  /** Real seconds until the target began to answer; absent if the load balancer answered itself. */
  readonly targetSeconds?: number;
  /** Whether no connection to the target could be made. */
  readonly unconnected?: boolean;
}

/** Where a request goes, and whom to notify when it is answered. */
export interface Destination {
  readonly agent: Agent;
  /** Real port of the task; undefined if no task is at the target's address any more. */
  readonly localPort: number | undefined;
  readonly listener: { readonly protocol: string; readonly port: number };
  /** The path and host that the task sees. */
  readonly path: string;
  readonly host: string | undefined;
  readonly idleTimeoutSeconds: number;
  readonly timeScale: number;
  readonly leastTimeoutMs: number;
  readonly cookies: readonly string[];
  /** Called once. */
  answered(answer: ForwardedAnswer): void;
}

/** Streams a request to a task and its answer back: 502 if the task fails, 504 if it does not answer in time. */
export function forward(request: IncomingMessage, response: ServerResponse, to: Destination): void {
  let told = false;
  const answered = (answer: ForwardedAnswer): void => {
    if (!told) to.answered(answer);
    told = true;
  };
  // A load balancer logs 460 for a client that gave up before it was answered.
  response.once('close', () => answered({ status: 460 }));
  if (to.localPort === undefined) fail(response, { ...to, answered }, { status: 502, unconnected: true });
  else send(request, response, { ...to, answered }, 0);
}

function send(request: IncomingMessage, response: ServerResponse, to: Destination, attempt: number): void {
  const bodiless = !('content-length' in request.headers) && !('transfer-encoding' in request.headers);
  const upstream = openRequest({
    host: '127.0.0.1',
    port: to.localPort,
    method: request.method,
    path: to.path,
    headers: forwardedHeaders(request, to),
    // A kept-alive connection may just be closing, and only a request without a body can be sent again.
    agent: bodiless && attempt === 0 ? to.agent : false,
    timeout: Math.max(to.leastTimeoutMs, (to.idleTimeoutSeconds * 1000) / to.timeScale),
  });
  const sentAt = performance.now();
  let timedOut = false;
  upstream.on('timeout', () => {
    timedOut = true;
    upstream.destroy();
  });
  upstream.on('response', (answer) => passBack(answer, response, to, (performance.now() - sentAt) / 1000));
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    if (response.destroyed) return;
    if (response.headersSent) response.destroy();
    else if (upstream.reusedSocket && !timedOut && attempt === 0) send(request, response, to, 1);
    else fail(response, to, { status: timedOut ? 504 : 502, unconnected: error.syscall === 'connect' });
  });
  response.once('close', () => abandon(response, upstream));
  if (bodiless) upstream.end();
  else request.pipe(upstream);
}

function passBack(answer: IncomingMessage, response: ServerResponse, to: Destination, targetSeconds: number): void {
  const status = answer.statusCode ?? 502;
  const headers = hopless(answer.headers);
  if (to.cookies.length > 0)
    headers['set-cookie'] = [...[headers['set-cookie'] ?? []].flat().map(String), ...to.cookies];
  to.answered({ status, targetSeconds });
  response.writeHead(status, headers);
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

function fail(
  response: ServerResponse,
  to: Destination,
  answer: ForwardedAnswer & { readonly status: 502 | 504 },
): void {
  to.answered(answer);
  answerError(response, answer.status);
}

function abandon(response: ServerResponse, upstream: ClientRequest): void {
  if (!response.writableFinished) upstream.destroy();
}

function forwardedHeaders(request: IncomingMessage, to: Destination): Record<string, string | string[] | undefined> {
  const { headers } = request;
  const client = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const before = headers['x-forwarded-for'];
  return {
    ...hopless(headers),
    ...(to.host === undefined ? {} : { host: to.host }),
    ...(headers['transfer-encoding'] ? { 'transfer-encoding': headers['transfer-encoding'] } : {}),
    'x-forwarded-for': before ? `${[before].flat().join(', ')}, ${client}` : client,
    'x-forwarded-proto': to.listener.protocol.toLowerCase(),
    'x-forwarded-port': String(to.listener.port),
    'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? traceId(),
  };
}

function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}

const hops: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

function hopless(headers: IncomingMessage['headers']): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hops.has(name)));
}
