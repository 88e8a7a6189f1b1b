import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { AwsError } from '../aws-error.ts';
import type { CallLog, OpenCall } from '../calls.ts';
import type { World } from '../world.ts';
import { type ApiRequest, queryNamespace, readApiRequest } from './api-request.ts';
import { findOperation, unsupportedOperation } from './find-operation.ts';
import { decodeJson, encodeJson } from './json.ts';
import { decodeQuery } from './query.ts';
import { checkRequiredMembers } from './required-members.ts';
import { encodeXml, encodeXmlError } from './xml.ts';

type Wire = Pick<ApiRequest, 'format' | 'service'>;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers one AWS API request, whatever it is; every request is listed in the call log. */
export async function handleApiRequest(
  world: World,
  calls: CallLog,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  const requestId = randomUUID();
  const answer = await answerRequest(world, calls, request, body, requestId);
  response.writeHead(answer.status, { 'content-type': answer.type, 'x-amzn-requestid': requestId }).end(answer.body);
}

async function answerRequest(
  world: World,
  calls: CallLog,
  http: IncomingMessage,
  body: string,
  requestId: string,
): Promise<Answer> {
  const open = (service: string, operation: string): OpenCall =>
    calls.begin({
      time: world.clock.now().getTime(),
      realTime: Date.now(),
      service,
      operation,
      userAgent: String(http.headers['user-agent'] ?? ''),
    });
  let call: OpenCall | undefined;
  let wire: Wire = { format: 'query', service: undefined };
  try {
    const request = readApiRequest(http.headers, body);
    wire = request;
    call = open(request.service ?? 'unknown', request.operation);
    const answer = await runOperation(world, request, call, requestId);
    call.end('ok');
    return answer;
  } catch (cause) {
    const error = cause instanceof AwsError ? cause : internalFailure(cause);
    (call ?? open('unknown', 'unknown')).end(error.code);
    return encodeError(wire, error, requestId);
  }
}

async function runOperation(world: World, request: ApiRequest, call: OpenCall, requestId: string): Promise<Answer> {
  const { service, operation } = request;
  if (!service) throw unsupportedOperation('AWS', operation);
  const { schema, run } = findOperation(world, service, operation);
  const input =
    request.format === 'json' ? decodeJson(schema.input, request.body) : decodeQuery(schema.input, request.form);
  call.parsed(structuredClone(input));
  checkRequiredMembers(service, schema.input, input);
  const output = await run(input);
  return request.format === 'json'
    ? { status: 200, type: jsonType, body: encodeJson(schema.output, output) }
    : {
        status: 200,
        type: xmlType,
        body: encodeXml(operation, schema.output, output, queryNamespace(service), requestId),
      };
}

function encodeError(wire: Wire, error: AwsError, requestId: string): Answer {
  return wire.format === 'json'
    ? { status: error.status, type: jsonType, body: JSON.stringify({ __type: error.code, message: error.message }) }
    : { status: error.status, type: xmlType, body: encodeXmlError(error, queryNamespace(wire.service), requestId) };
}

const jsonType = 'application/x-amz-json-1.1';
const xmlType = 'text/xml';

function internalFailure(cause: unknown): AwsError {
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return new AwsError('InternalFailure', `the emulator itself failed: ${detail}`, 500);
}
