import { AwsError } from '../contract/aws-error.ts';
import { type ApiRequest, queryNamespace } from './api-request.ts';
import { encodeCbor, encodeCborError } from './cbor.ts';
import { errorShape } from './error-shape.ts';
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
  readonly body: string | Uint8Array;
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
  const answer = { status: 200, type: typeOf(request), outcome: 'ok' };
  if (schema === undefined || request.format === 'rest')
    return { ...answer, ...encodeS3(output as Readonly<Record<string, string>>) };
  if (request.format === 'json') return { ...answer, body: encodeJson(schema.output, output) };
  if (request.format === 'cbor') return { ...answer, headers: rpcHeaders, body: encodeCbor(schema.output, output) };
  const { operation, service } = request;
  return { ...answer, body: encodeXml(operation, schema.output, output, queryNamespace(service), requestId) };
}

/** The answer for anything thrown; anything but an AwsError is a failure of the emulator itself. */
export function encodeFailure(wire: Wire, cause: unknown, requestId: string): Answer {
  const { format, service } = wire;
  const error = cause instanceof AwsError ? cause : internalFailure(cause);
  const shape = errorShape(service, error.code);
  const encoded = {
    json: () => JSON.stringify({ __type: shape, message: error.message }),
    cbor: () => encodeCborError(shape, error.message),
    query: () => encodeXmlError(error, queryNamespace(service), requestId),
    rest: () => encodeS3Error(error, requestId),
  };
  // A client that once spoke AWS query expects the code that its error had there.
  const queryError = { 'x-amzn-query-error': `${error.code};${error.status < 500 ? 'Sender' : 'Receiver'}` };
  const headers = { ...(format === 'cbor' && rpcHeaders), ...(service === 'cloudwatch' && queryError) };
  return { status: error.status, type: typeOf(wire), headers, body: encoded[format](), outcome: error.code };
}

const rpcHeaders = { 'smithy-protocol': 'rpc-v2-cbor' } as const;

function typeOf({ format, service }: Wire): string {
  if (format === 'json') return `application/x-amz-json-${service === 'cloudwatch' ? '1.0' : '1.1'}`;
  return { cbor: 'application/cbor', query: 'text/xml', rest: 'application/xml' }[format];
}

function internalFailure(cause: unknown): AwsError {
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return new AwsError('InternalFailure', `the emulator itself failed: ${detail}`, 500);
}
