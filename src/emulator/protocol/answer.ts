import { AwsError } from '../contract/aws-error.ts';
import { type ApiRequest, queryNamespace } from './api-request.ts';
import { encodeJson } from './json.ts';
import type { OperationSchema } from './operation-schema.ts';
import { encodeS3, encodeS3Error } from './rest.ts';
import { encodeXml, encodeXmlError } from './xml.ts';

/** The format in which an answer is written. */
export type Wire = Pick<ApiRequest, 'format' | 'service'>;

/** An answer exactly as it is sent, and its outcome for the call log. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Headers that only this answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** `ok` or the error's code. */
  readonly outcome: string;
}

/** The answer of an operation that succeeded. */
export function encodeOutput(
  request: ApiRequest,
  schema: OperationSchema | undefined,
  output: unknown,
  requestId: string,
): Answer {
  const answer = { status: 200, type: types[request.format], outcome: 'ok' };
  if (schema === undefined || request.format === 'rest')
    return { ...answer, ...encodeS3(output as Readonly<Record<string, string>>) };
  if (request.format === 'json') return { ...answer, body: encodeJson(schema.output, output) };
  const { operation, service } = request;
  return { ...answer, body: encodeXml(operation, schema.output, output, queryNamespace(service), requestId) };
}

/** The answer for anything thrown; anything but an AwsError is a failure of the emulator itself. */
export function encodeFailure(wire: Wire, cause: unknown, requestId: string): Answer {
  const error = cause instanceof AwsError ? cause : internalFailure(cause);
  const encoded = {
    json: () => JSON.stringify({ __type: error.code, message: error.message }),
    query: () => encodeXmlError(error, queryNamespace(wire.service), requestId),
    rest: () => encodeS3Error(error, requestId),
  };
  return { status: error.status, type: types[wire.format], body: encoded[wire.format](), outcome: error.code };
}

const types = { json: 'application/x-amz-json-1.1', query: 'text/xml', rest: 'application/xml' } as const;

function internalFailure(cause: unknown): AwsError {
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return new AwsError('InternalFailure', `the emulator itself failed: ${detail}`, 500);
}
