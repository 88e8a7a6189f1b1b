import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { CallLog, OpenCall } from '../calls.ts';
import { isRead } from '../contract/operations.ts';
import type { ServiceName } from '../contract/service.ts';
import { unsupportedOperation } from '../dispatch.ts';
import { throttled } from '../faults/refusal.ts';
import type { FaultInjector } from '../faults.ts';
import { type Answer, encodeFailure, encodeOutput, type Wire } from '../protocol/answer.ts';
import { type ApiRequest, readApiRequest } from '../protocol/api-request.ts';
import { decodeCbor } from '../protocol/cbor.ts';
import { decodeJson } from '../protocol/json.ts';
import type { OperationSchema } from '../protocol/operation-schema.ts';
import { decodeQuery } from '../protocol/query.ts';
import type { Throttle } from '../throttle.ts';
import type { World } from '../world.ts';
import { type Reaction, reactUnder } from './fault-reaction.ts';

/** What is needed to answer API requests. */
export interface Api {
  readonly world: World;
  readonly calls: CallLog;
  readonly faults: FaultInjector;
  readonly throttle: Throttle;
}

/** Answers any AWS API request, or leaves it unanswered if a fault says so, and lists it in the call log. */
export async function handleApiRequest(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const requestId = randomUUID();
  const reaction = await react(api, request, body, requestId);
  switch (reaction.kind) {
    case 'answer': {
      const { status, type, headers, body: text, outcome } = reaction.answer;
      // An error carries no time: the SDKs would conclude that their clock is wrong, and repeat the call.
      response.sendDate = false;
      response.writeHead(status, {
        'content-type': type,
        'x-amzn-requestid': requestId,
        ...(outcome === 'ok' && { date: api.world.clock.now().toUTCString() }),
        ...headers,
      });
      response.end(text);
      return;
    }
    case 'reset':
      response.socket?.resetAndDestroy();
      reaction.strike.landed();
      return;
    case 'silence':
      api.faults.hang(() => response.destroy());
      reaction.strike.landed();
  }
}

async function react(api: Api, http: IncomingMessage, body: Buffer, requestId: string): Promise<Reaction> {
  const userAgent = String(http.headers['user-agent'] ?? '');
  const open = (service: string, operation: string): OpenCall =>
    api.calls.begin({
      time: api.world.clock.now().getTime(),
      realTime: Date.now(),
      service,
      operation,
      userAgent,
      ...attemptOf(http.headers['amz-sdk-request']),
    });
  let call: OpenCall | undefined;
  let wire: Wire = { format: 'query', service: undefined };
  let reaction: Reaction;
  try {
    const request = readApiRequest(http, http.headers, body);
    wire = request;
    call = open(request.service ?? 'unknown', request.operation);
    reaction = await reactToCall(api, request, call, requestId, userAgent);
  } catch (cause) {
    reaction = { kind: 'answer', answer: encodeFailure(wire, cause, requestId) };
  }
  (call ?? open('unknown', 'unknown')).end(reaction.kind === 'answer' ? reaction.answer.outcome : 'unanswered');
  return reaction;
}

/** The SDKs count their attempts in a header such as `attempt=2; max=5`. */
function attemptOf(header: string | string[] | undefined): { readonly attempt?: number } {
  const attempt = /attempt=(\d+)/.exec(String(header))?.[1];
  return attempt === undefined ? {} : { attempt: Number(attempt) };
}

async function reactToCall(
  { world, faults, throttle }: Api,
  request: ApiRequest,
  call: OpenCall,
  requestId: string,
  userAgent: string,
): Promise<Reaction> {
  const { service, operation } = request;
  if (!service) throw unsupportedOperation('AWS', operation);
  const { schema, run } = world.findOperation(service, operation);
  const input = decode(request, schema);
  call.parsed(structuredClone(input));
  if (!throttle.admits(service, operation)) throw throttled(service);
  const perform = async (): Promise<unknown> => {
    const output = await run(input, { kind: 'client', userAgent });
    call.applied();
    return output;
  };
  const key = keyOf(service, operation, input);
  const carryOut = (change: (output: unknown) => unknown = (output) => output): Promise<Answer> =>
    remembering(world, operation, key, () =>
      perform().then(
        (output) => encodeOutput(request, schema, change(output), requestId),
        (cause: unknown) => encodeFailure(request, cause, requestId),
      ),
    );
  const olderAnswer = isRead(operation) ? world.reads.recall(key) : undefined;
  const strike = faults.strike(service, operation, olderAnswer !== undefined);
  if (strike) call.struck(strike.kind);
  return reactUnder(strike, { world, call: { service, operation, input }, carryOut, olderAnswer });
}

function decode(request: ApiRequest, schema: OperationSchema | undefined): object {
  if (request.format === 'rest') return request.input;
  if (schema === undefined) return {};
  if (request.format === 'json') return decodeJson(schema.input, request.body);
  return request.format === 'cbor' ? decodeCbor(schema.input, request.body) : decodeQuery(schema.input, request.form);
}

function keyOf(service: ServiceName, operation: string, input: object): string {
  return `${service} ${operation} ${JSON.stringify(input)}`;
}

async function remembering(
  world: World,
  operation: string,
  key: string,
  carryOut: () => Promise<Answer>,
): Promise<Answer> {
  const writes = world.reads.writes();
  const answer = await carryOut();
  // Every poll asks GetMetricData for another time, so remembering it would only fill the memory.
  if (isRead(operation) && operation !== 'GetMetricData') world.reads.remember(key, writes, answer);
  return answer;
}
