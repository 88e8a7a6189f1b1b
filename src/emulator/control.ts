import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallLog } from './calls.ts';
import type { TrafficRecord } from './elb/service.ts';
import { summarizeTraffic } from './traffic-summary.ts';
import type { World } from './world.ts';

const prefix = '/_emulator/';

export function isControlRequest(request: IncomingMessage): boolean {
  return request.url?.startsWith(prefix) ?? false;
}

/** Answers what a rehearsal or a test asks of the emulator itself, which no AWS would answer. */
export function handleControlRequest(
  world: World,
  calls: CallLog,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://emulator');
  const answer = request.method === 'GET' ? answerOf(world, calls, url) : undefined;
  const body = answer ?? { error: `no control endpoint ${request.method} ${url.pathname}`, endpoints };
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const endpoints = ['listeners', 'traffic', 'calls'].map((name) => `GET ${prefix}${name}`);

function answerOf(world: World, calls: CallLog, url: URL): unknown {
  switch (url.pathname.slice(prefix.length)) {
    case 'listeners':
      return world.elb.listenerUrls();
    case 'traffic':
      return answerTraffic(world, url.searchParams);
    case 'calls':
      return calls.list();
    default:
      return undefined;
  }
}

function answerTraffic(world: World, query: URLSearchParams): unknown {
  const records = trafficSince(world, Number(query.get('since') ?? 0));
  return query.has('raw') ? records : { now: world.clock.now().getTime(), splits: summarizeTraffic(records) };
}

/** Requests since that emulated time (epoch milliseconds). */
export function trafficSince(world: World, since: number): readonly TrafficRecord[] {
  const records = world.elb.traffic();
  return since > 0 ? records.filter(({ time }) => time >= since) : records;
}
