import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Load, startLoad } from '../../src/rehearsal/load.ts';

const open: { server?: Server; load?: Load } = {};

async function serve(
  answer: (count: number) => { readonly status: number; readonly version?: string },
): Promise<string> {
  let count = 0;
  const server = createServer((_request, response) => {
    const { status, version } = answer(count++);
    response.writeHead(status, version === undefined ? {} : { 'x-app-version': version }).end('hello');
  });
  open.server = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  const stopped = open.load?.stop();
  open.server?.close();
  open.server?.closeAllConnections();
  await stopped;
});

describe('startLoad', () => {
  it('counts answers by version between two moments', async () => {
    let green = false;
    let asked = 0;
    const url = await serve((count) => {
      asked = count + 1;
      return { status: 200, version: green && count % 2 === 0 ? '2' : '1' };
    });
    const load = startLoad(() => ({ url, host: undefined }), 500);
    open.load = load;
    await load.nextAnswers(100);
    const before = load.measure(0, 100);
    green = true;
    // What the server has been asked so far is all answered once as many answers are there.
    const from = asked;
    if (load.mark() < from) await load.nextAnswers(from - load.mark());
    await load.nextAnswers(100);
    const after = load.measure(from, from + 100);
    expect(before).toMatchObject({ requests: 100, errors: 0, versions: { '1': 100 } });
    expect(after.requests).toBe(100);
    expect(after.versions['2']).toBeGreaterThan(30);
    expect(after.versions['1']).toBeGreaterThan(30);
  });

  it('counts 5xx answers as errors, and 4xx as answers', async () => {
    const url = await serve((count) => ({ status: [200, 503, 404, 500][count % 4] ?? 200 }));
    const load = startLoad(() => ({ url, host: undefined }), 500);
    open.load = load;
    await load.nextAnswers(40);
    const served = load.measure(0, 40);
    expect(served.errors).toBeGreaterThanOrEqual(15);
    expect(served.errors).toBeLessThanOrEqual(25);
  });

  it('counts broken connections as errors', async () => {
    const url = await serve(() => ({ status: 200 }));
    // A closed port could be reused by another test.
    open.server?.on('connection', (socket) => socket.destroy());
    const load = startLoad(() => ({ url, host: undefined }), 500);
    open.load = load;
    await load.nextAnswers(20);
    expect(load.measure(0, 20)).toMatchObject({ requests: 20, errors: 20, versions: {} });
  });

  it('stops with no request pending', async () => {
    const url = await serve(() => ({ status: 200, version: '1' }));
    const load = startLoad(() => ({ url, host: undefined }), 200);
    await load.nextAnswers(10);
    await load.stop();
    expect(load.measure(0).errors).toBe(0);
  });
});

it('silent users send requests only while somebody waits for answers', async () => {
  let asked = 0;
  const url = await serve((count) => {
    asked = count + 1;
    return { status: 200, version: '1' };
  });
  const load = startLoad(() => ({ url, host: undefined }), 500, { isSilent: true });
  open.load = load;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toBe(0);
  expect(await load.nextAnswers(20)).toMatchObject({ requests: 20, versions: { '1': 20 } });
  // Requests in flight are answered; then nothing follows.
  await load.stop();
  const answered = asked;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toBe(answered);
});

it('a sample has only answers to clients whom no cookie binds, but errors of all count', async () => {
  const url = await serve((count) => ({ status: count % 2 === 0 ? 200 : 500, version: '1' }));
  let turn = 0;
  const client = (isBound: boolean) => ({ headersFor: () => ({}), receive: () => {}, isBound: () => isBound });
  const clients = [client(false), client(true)];
  open.load = startLoad(() => ({ url, host: undefined }), 500, {
    nextClient: () => clients[turn++ % 2] ?? client(false),
  });
  const measured = await open.load.nextAnswers(20);
  expect(measured.requests).toBe(20);
  expect(open.load.mark()).toBeGreaterThanOrEqual(38);
  const all = open.load.measure(0);
  expect(all.errors).toBeGreaterThan(0);
  expect(all.requests).toBe(open.load.mark());
});

it('each answer has the cloud’s time of its request and its end', async () => {
  const url = await serve(() => ({ status: 200, version: '1' }));
  let time = 1000;
  open.load = startLoad(() => ({ url, host: undefined }), 500, { now: () => time++ });
  await open.load.nextAnswers(5);
  for (const { askedAt, answeredAt } of open.load.answers()) expect(answeredAt).toBeGreaterThan(askedAt);
  // The time before is that of the question.
  expect(open.load.answers()[0]?.askedAt).toBe(1001);
});

it('users send no further requests while too many are pending', async () => {
  const held: ServerResponse[] = [];
  let isHolding = true;
  const server = createServer((_request, response) => (isHolding ? held.push(response) : response.end()));
  open.server = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let asked = 0;
  open.load = startLoad(() => {
    asked += 1;
    return { url, host: undefined };
  }, 1000);
  await expect.poll(() => asked).toBe(64);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toBe(64);
  isHolding = false;
  for (const response of held) response.end();
  await expect.poll(() => asked).toBeGreaterThan(64);
});
