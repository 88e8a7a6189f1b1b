import { request } from 'node:http';
import type { Scene } from './scene.ts';
import type { Node } from './target.ts';

/** What a user got. */
export interface Answer {
  /** When the request was sent: epoch milliseconds of the target's clock. */
  readonly sentAt: number;
  /** 0 if there was no answer. */
  readonly status: number;
  /** The version that the application named; undefined if it named none. */
  readonly version: string | undefined;
  /** Cookies to send back. */
  readonly cookies: string;
}

/** Sends that many requests, evenly over all nodes of the load balancer, each on a connection of its own. */
export async function sendRequests(scene: Scene, count: number, cookies?: string): Promise<readonly Answer[]> {
  const { target, listener, network } = scene;
  const nodes = await target.nodesOf(listener, network.dnsName);
  const answers: Answer[] = [];
  // A few at a time, so that one small task can answer them all.
  for (let sent = 0; sent < count; sent += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, count - sent) }, (_, at) => nodes[(sent + at) % nodes.length]);
    answers.push(...(await Promise.all(batch.map((node) => ask(scene, node, cookies)))));
  }
  return answers;
}

const atOnce = 8;

function ask({ target, network }: Scene, node: Node | undefined, cookies: string | undefined): Promise<Answer> {
  const sentAt = target.clock.now();
  const headers = { host: network.dnsName, ...(cookies !== undefined && { cookie: cookies }) };
  return new Promise((resolve) => {
    const none = () => resolve({ sentAt, status: 0, version: undefined, cookies: '' });
    const asked = request({ ...node, path: '/', headers, agent: false, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      response.on('error', none).on('end', () => {
        const [, version] = /version (\S+)/.exec(body) ?? [];
        const given = response.headers['set-cookie'] ?? [];
        const kept = given.map((cookie) => cookie.split(';', 1)[0]).join('; ');
        resolve({ sentAt, status: response.statusCode ?? 0, version, cookies: kept });
      });
    });
    asked
      .on('timeout', () => asked.destroy())
      .on('error', none)
      .end();
  });
}
