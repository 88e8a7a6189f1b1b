import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { connectToAws, type Extend } from '../../src/aws/clients.ts';
import { readMetrics } from '../../src/aws/cloud-watch.ts';
import { replaceEnvironment, withoutNodeWarning } from './environment.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** AWS, until the test ends, behind a server that answers every call alike. */
export async function facing(
  answer: RequestListener,
  requestTimeoutMs = 30_000,
  extend: Extend = readMetrics,
): Promise<Aws> {
  closers.push(replaceEnvironment(withoutNodeWarning));
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const overrides = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'A', secretAccessKey: 'S' },
    maxAttempts: 1,
    requestTimeoutMs,
  };
  return connectToAws('eu-west-1', [], overrides, extend);
}
