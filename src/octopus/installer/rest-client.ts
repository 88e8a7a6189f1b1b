import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { version } from '../../version.ts';
import { AnswerError } from './rest-failure.ts';

/** Sends one request, with the path below the server's address, and returns the answer's JSON. @throws AnswerError or the network's error */
export type Send = <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => Promise<T>;

/** How to reach a server. */
export interface RestTarget {
  /** Without a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
  /** Through which to connect, for example to a proxy; Node's own if left out. */
  readonly agents?: Agents | undefined;
}

/** An agent for each protocol. */
export interface Agents {
  readonly httpAgent?: http.Agent;
  readonly httpsAgent?: https.Agent;
}

/** Talks to an Octopus Server. The official client needs 160 KB of a compressed program, this one 1 KB. */
export function createRestClient({ url, apiKey, agents = {} }: RestTarget): Send {
  const isSecure = url.startsWith('https:');
  const agent = isSecure ? agents.httpsAgent : agents.httpAgent;
  return async <T>(method: string, path: string, body?: object) => {
    const content = body && JSON.stringify(body);
    const headers = {
      'X-Octopus-ApiKey': apiKey,
      'User-Agent': `octopus-ecs-canary/${version}`,
      Accept: 'application/json',
      ...(content !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(content),
      }),
    };
    const signal = AbortSignal.timeout(patience);
    try {
      const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
        const options = { method, headers, signal, ...(agent && { agent }) };
        const request = (isSecure ? https : http).request(`${url}${path}`, options, resolve);
        request.on('error', reject).end(content);
      });
      return readAnswer(answer, await text(answer)) as T;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw Object.assign(new Error(`no answer within ${patience / 1000} s`), { code: 'ETIMEDOUT' });
    }
  };
}

const patience = 120_000;

function readAnswer({ statusCode: status = 0, headers }: http.IncomingMessage, content: string): unknown {
  const answer = parse(content);
  if (status >= 200 && status < 300 && answer !== undefined) return answer;
  // A redirection is not followed, because it would take the API key to another address.
  if (headers.location !== undefined) throw new AnswerError(status, `it redirects to ${headers.location}`);
  throw new AnswerError(status, answer === undefined ? 'the answer is not JSON' : explain(answer));
}

function parse(content: string): object | undefined {
  try {
    const answer: unknown = JSON.parse(content);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** What Octopus says; `Errors` has the details of a general `ErrorMessage`. */
function explain(answer: { readonly ErrorMessage?: unknown; readonly Errors?: unknown }): string {
  const errors = Array.isArray(answer.Errors) ? answer.Errors : [];
  return [answer.ErrorMessage, ...errors].filter((line) => typeof line === 'string' && line !== '').join('\n');
}
