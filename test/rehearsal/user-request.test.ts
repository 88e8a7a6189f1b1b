import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { EntryPoint } from '../../src/rehearsal/entry-point.ts';
import { askAsTester } from '../../src/rehearsal/tester.ts';
import { askAsUser } from '../../src/rehearsal/user-request.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(answer: Serve): Promise<string> {
  const server = createServer((request, response) => answer(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const leadTo =
  (location: string): Serve =>
  (_, response) =>
    response.writeHead(301, { location }).end();

const hello: Serve = ({ headers, url = '' }, response) =>
  response.writeHead(200, { 'x-app-version': `${headers.host}${url}`, 'x-task-definition': 'app:2' }).end('hello');

async function redirectEntryPoint(location: string, secure: Serve = hello): Promise<EntryPoint> {
  const plain = await serve(leadTo(location));
  const ports = new Map([
    [80, plain],
    [443, await serve(secure)],
  ]);
  return { name: 'HTTP:80 (default)', url: `${plain}/`, host: undefined, kind: 'redirect', ports };
}

describe('a user at a redirect entry point', () => {
  it('is redirected to the listener on the named port, with its host and path', async () => {
    const entryPoint = await redirectEntryPoint('https://shop.example.com/cart?id=1');
    expect(await askAsUser(entryPoint)).toEqual({
      status: 200,
      version: 'shop.example.com/cart?id=1',
      taskDefinition: 'app:2',
    });
  });

  it.each([
    ['leads to a port without a listener', 'https://shop.example.com:8443/'],
    ['redirects in a loop', 'http://shop.example.com:80/'],
    ['leads nowhere', 'https://#{host}:443/'],
  ])('gets an error where it %s', async (_, location) => {
    expect((await askAsUser(await redirectEntryPoint(location))).status).toBeUndefined();
  });

  it('gets the error from the target of the redirect', async () => {
    const entryPoint = await redirectEntryPoint('https://shop.example.com/', (_, response) =>
      response.writeHead(503).end(),
    );
    expect((await askAsUser(entryPoint)).status).toBe(503);
  });

  it('does not follow redirects from an application at another entry point', async () => {
    const entryPoint = await redirectEntryPoint('https://shop.example.com/');
    expect((await askAsUser({ ...entryPoint, kind: 'service' })).status).toBe(301);
  });
});

describe('a tester', () => {
  it("opens the listener of the test URL's port", async () => {
    const testers = await serve(hello);
    const entryPoint = await redirectEntryPoint('https://shop.example.com/');
    const entryPoints = [{ ...entryPoint, ports: new Map([...entryPoint.ports, [9001, testers]]) }];
    expect(await askAsTester(entryPoints, 'http://shop.elb.example:9001/?x=1')).toMatchObject({
      url: `${testers}/?x=1`,
      taskDefinition: 'app:2',
    });
    expect(await askAsTester(entryPoints, 'https://shop.elb.example/')).toMatchObject({
      url: `${entryPoint.ports.get(443)}/`,
    });
  });

  it('follows a redirect, and finds nothing where no listener is', async () => {
    const entryPoint = await redirectEntryPoint('https://shop.example.com/');
    expect(await askAsTester([entryPoint], 'http://shop.example.com/')).toMatchObject({ taskDefinition: 'app:2' });
    const lost = 'http://shop.example.com:9001/';
    expect(await askAsTester([entryPoint], lost)).toEqual({ url: lost, version: undefined, taskDefinition: undefined });
  });

  it('sends the host that the test URL names, where users do', async () => {
    const entryPoint = await redirectEntryPoint('https://shop.example.com/');
    const entryPoints = ['a.example.com', 'b.example.com'].map((host) => ({ ...entryPoint, host }));
    const { version } = await askAsTester(entryPoints, 'https://b.example.com/');
    expect(version).toBe('b.example.com/');
    expect((await askAsTester(entryPoints, 'https://shop.elb.example/')).version).toBe('a.example.com/');
  });
});

it('a client sends its own headers to each host on the way, and sees the responses', async () => {
  const seen: string[] = [];
  const client = {
    headersFor: (host: string) => ({ cookie: `for=${host}` }),
    receive: (host: string, { location }: IncomingHttpHeaders) => void seen.push(`${host} ${location ?? 'end'}`),
    isBound: () => false,
  };
  const entryPoint = await redirectEntryPoint('https://shop.example.com/', ({ headers }, response) =>
    response.writeHead(200, { 'x-app-version': headers.cookie }).end(),
  );
  expect((await askAsUser(entryPoint, undefined, client)).version).toBe('for=shop.example.com');
  expect(seen).toEqual(['127.0.0.1 https://shop.example.com/', 'shop.example.com end']);
});
