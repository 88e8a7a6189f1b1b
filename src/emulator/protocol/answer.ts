import { AwsError } from '../contract/aws-error.ts';
import { type ApiRequest, queryNamespace } from './api-request.ts';
import { encodeJson } from './json.ts';
import type { OperationSchema } from './operation-schema.ts';
import { encodeXml, encodeXmlError } from './xml.ts';

/** The format in which an answer is written. */
export type Wire = Pick<ApiRequest, 'format' | 'service'>;

/** An answer exactly as it is sent, and its outcome for the call log. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** `ok` or the error's code. */
  readonly outcome: string;
}

/** The answer of an operation that succeeded. */
export function encodeOutput(
  { format, service, operation }: ApiRequest,
  schema: OperationSchema['output'],
  output: unknown,
  requestId: string,
): Answer {
  const body =
    format === 'json'
      ? encodeJson(schema, output)
      : encodeXml(operation, schema, output, queryNamespace(service), requestId);
  return { status: 200, type: types[format], body, outcome: 'ok' };
}

/** The answer for anything thrown; anything but an AwsError is a failure of the emulator itself. */
export function encodeFailure(wire: Wire, cause: unknown, requestId: string): Answer {
  const error = cause instanceof AwsError ? cause : internalFailure(cause);
  const body =
    wire.format === 'json'
      ? JSON.stringify({ __type: error.code, message: error.message })
      : encodeXmlError(error, queryNamespace(wire.service), requestId);
  return { status: error.status, type: types[wire.format], body, outcome: error.code };
}

const types = { json: 'application/x-amz-json-1.1', query: 'text/xml' } as const;

function internalFailure(cause: unknown): AwsError {
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return new AwsError('InternalFailure', `the emulator itself failed: ${detail}`, 500);
}
