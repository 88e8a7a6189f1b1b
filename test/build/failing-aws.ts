import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An error as AWS sends it. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface FailingAws {
  readonly endpoint: string;
  readonly calls: () => number;
  readonly close: () => Promise<void>;
}

/** An endpoint that answers its calls with these failures in turn, and repeats the last one for ever. */
export async function startFailingAws(...failures: readonly Failure[]): Promise<FailingAws> {
  let calls = 0;
  const server = createServer((request, response) => {
    const { status, code, message } = failures[Math.min(calls, failures.length - 1)] as Failure;
    calls += 1;
    request.resume();
    if (request.headers['x-amz-target'] !== undefined) {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'r-1' });
      response.end(JSON.stringify({ __type: `com.amazonaws.ecs#${code}`, message }));
    } else {
      const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
      response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-1' });
      response.end(`<ErrorResponse>${error}<RequestId>r-1</RequestId></ErrorResponse>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
