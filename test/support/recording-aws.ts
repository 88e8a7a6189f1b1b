import type { IncomingMessage, RequestListener } from 'node:http';
import type { Aws } from '../../src/aws/aws.ts';
import type { Extend } from '../../src/aws/clients.ts';
import { facing } from './foreign-aws.ts';

/** One request as sent: the AWS operation's name and every field, for form requests such as `Tags.member.1.Key`. */
export interface Asked {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An AWS that records requests and gives the test's answers, or an empty one. */
export async function recordingAws(
  answer: (request: Asked) => string = () => '',
  extend?: Extend,
): Promise<{ readonly aws: Aws; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const record: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = readRequest(request, Buffer.concat(parts).toString());
      asked.push(one);
      response.end(answer(one));
    });
  };
  return { aws: await facing(record, undefined, extend), asked };
}

/** An XML answer with this result. */
export function result(operation: string, contents: string): string {
  return `<${operation}Response><${operation}Result>${contents}</${operation}Result></${operation}Response>`;
}

/** ECS reads JSON and names the operation in a header; the others read forms that have it inside. */
function readRequest({ headers }: IncomingMessage, body: string): Asked {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return { operation: target.split('.')[1] ?? '', input: JSON.parse(body) };
  const { Action = '', Version: _version, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { operation: Action, input };
}
