import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Api } from './api/api.ts';
import type { TrafficRecord } from './elb/state.ts';
import { orderProblems } from './faults/order-problems.ts';
import type { Fault, FaultOrder, Faults } from './faults.ts';
import { summarizeTraffic } from './traffic-summary.ts';
import type { World } from './world.ts';

const prefix = '/_emulator/';

export function isControlRequest(request: IncomingMessage): boolean {
  return request.url?.startsWith(prefix) ?? false;
}

/** Answers requests of a rehearsal or a test to the emulator itself, which AWS does not have. */
export async function handleControlRequest(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://emulator');
  const asked = `${request.method} ${url.pathname}`;
  const { status, body } = answerOf(api, asked, url.searchParams, await text(request));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

function answerOf({ world, calls, faults }: Api, asked: string, query: URLSearchParams, body: string): ControlAnswer {
  switch (asked) {
    case `GET ${prefix}listeners`:
      return ok(world.elb.listenerUrls());
    case `GET ${prefix}traffic`:
      return ok(answerTraffic(world, query));
    case `GET ${prefix}calls`:
      return ok(calls.list());
    case `GET ${prefix}notes`:
      return ok(world.notes.list());
    case `GET ${prefix}faults`:
      return ok(faults.list());
    case `POST ${prefix}faults`:
      return addFaults(faults, body);
    case `DELETE ${prefix}faults`:
      faults.clear();
      return ok([]);
    default:
      return { status: 404, body: { error: `There is no control endpoint ${asked}.`, endpoints } };
  }
}

const endpoints = [
  'GET listeners',
  'GET traffic',
  'GET calls',
  'GET notes',
  'GET faults',
  'POST faults',
  'DELETE faults',
].map((endpoint) => endpoint.replace(' ', ` ${prefix}`));

function ok(body: unknown): ControlAnswer {
  return { status: 200, body };
}

/** Adds all faults or none, so that a rehearsal never runs with only some of its faults. */
function addFaults(faults: Faults, body: string): ControlAnswer {
  let orders: unknown;
  try {
    orders = JSON.parse(body);
  } catch {
    return { status: 400, body: { error: 'The body is not JSON.', problems: ['The body is not JSON.'] } };
  }
  const list: readonly unknown[] = Array.isArray(orders) ? orders : [orders];
  const problems = list.flatMap((order, index) =>
    orderProblems(order).map((problem) => `Fault ${index + 1}: ${problem}`),
  );
  if (problems.length > 0) return { status: 400, body: { error: 'No fault was added.', problems } };
  const added: readonly Fault[] = list.map((order) => faults.add(order as FaultOrder));
  return ok(Array.isArray(orders) ? added : added[0]);
}

function answerTraffic(world: World, query: URLSearchParams): unknown {
  const records = trafficSince(world, Number(query.get('since') ?? 0));
  return query.has('raw') ? records : { now: world.clock.now().getTime(), splits: summarizeTraffic(records) };
}

/** Requests that arrived since that emulated time, in epoch milliseconds. */
export function trafficSince(world: World, since: number): readonly TrafficRecord[] {
  const records = world.elb.traffic();
  return since > 0 ? records.filter(({ time }) => time >= since) : records;
}
