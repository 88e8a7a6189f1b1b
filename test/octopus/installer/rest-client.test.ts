import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { proxyAgents } from '../../../src/aws/proxy.ts';
import { connect } from '../../../src/octopus/installer/connection.ts';
import { createRestClient } from '../../../src/octopus/installer/rest-client.ts';
import { AnswerError } from '../../../src/octopus/installer/rest-failure.ts';
import { startProxy } from '../../support/connect-proxy.ts';

it('sends the key and JSON, and returns the JSON of the answer', async () => {
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    const { method, url: path, headers } = request;
    const seen = { method, path, key: headers['x-octopus-apikey'], agent: headers['user-agent'] };
    request.on('end', () => response.end(JSON.stringify({ ...seen, body })));
  });
  const send = createRestClient({ url, apiKey: 'API-X' });
  expect(await send('POST', '/api/x?y=1', { Name: 'Grün' })).toMatchObject({
    ...{ method: 'POST', path: '/api/x?y=1', key: 'API-X', body: '{"Name":"Grün"}' },
    agent: expect.stringMatching(/^octopus-ecs-canary\/\d/),
  });
  expect(await send('GET', '/')).toMatchObject({ method: 'GET', body: '' });
});

it('an error has what Octopus says, with its details', async () => {
  const url = await serve((_, response) => {
    response.writeHead(400).end('{"ErrorMessage":"There was a problem.","Errors":["Name is taken.",1]}');
  });
  const error = await createRestClient({ url, apiKey: 'API-X' })('GET', '/').catch((thrown) => thrown);
  expect(error).toBeInstanceOf(AnswerError);
  expect(error).toMatchObject({ status: 400, message: 'There was a problem.\nName is taken.' });
});

it('takes no answer for one that is not JSON', async () => {
  const url = await serve((_, response) => response.end('<html>Sign in</html>'));
  const answer = createRestClient({ url, apiKey: 'API-X' })('GET', '/');
  await expect(answer).rejects.toMatchObject({ status: 200, message: 'the answer is not JSON' });
});

it('follows no redirection, which would take the key elsewhere', async () => {
  const keys: unknown[] = [];
  const other = await serve((request, response) => {
    keys.push(request.headers['x-octopus-apikey']);
    response.end('{}');
  });
  const url = await serve((_, response) => response.writeHead(302, { location: `${other}/api` }).end());
  const answer = createRestClient({ url, apiKey: 'API-X' })('GET', '/api');
  await expect(answer).rejects.toMatchObject({ status: 302, message: `it redirects to ${other}/api` });
  expect(keys).toEqual([]);
});

it('connects through the proxy of the environment', async () => {
  const url = await serve((_, response) => response.end('{"Version":"1"}'));
  const proxy = await startProxy({ kind: 'tunnel', toPort: Number(new URL(url).port) });
  onTestFinished(() => proxy.close());
  const agents = proxyAgents({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }, 10_000);
  const target = { url: 'http://octopus.test:8080', apiKey: 'API-X', agents };
  expect(await createRestClient(target)('GET', '/api')).toEqual({ Version: '1' });
  expect(proxy.asked).toEqual(['CONNECT octopus.test:8080']);
});

it('a proxy that refuses is named, with what to do, and not asked again', async () => {
  const proxy = await startProxy({ kind: 'refuse', status: 407 });
  onTestFinished(() => proxy.close());
  const agents = proxyAgents({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }, 10_000);
  const connection = connect({ url: 'http://octopus.test:8080', apiKey: 'API-X', agents, space: 'Default' });
  await expect(connection).rejects.toMatchObject({
    message: `The proxy http://127.0.0.1:${proxy.port} did not connect to octopus.test:8080: it answered 407.`,
    hint: 'Check the proxy in HTTPS_PROXY, or add the host to NO_PROXY.',
  });
  expect(proxy.asked).toHaveLength(1);
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
