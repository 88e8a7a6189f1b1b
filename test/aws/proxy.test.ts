import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connectToAws } from '../../src/aws/clients.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { startFailingAws } from '../build/failing-aws.ts';
import { type Conduct, type ConnectProxy, startProxy } from '../support/connect-proxy.ts';

const credentials = { accessKeyId: 'A', secretAccessKey: 'S' };
const patience = { credentials, maxAttempts: 1, connectionTimeoutMs: 40_000 };
const proxies: ConnectProxy[] = [];

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'AWS_ENDPOINT_URL']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

async function open(conduct: Conduct): Promise<ConnectProxy> {
  const proxy = await startProxy(conduct);
  proxies.push(proxy);
  return proxy;
}

async function failureOf(call: Promise<unknown>): Promise<OperatorError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OperatorError) return error;
  throw new Error(`not an operator's error: ${String(error)}`);
}

const secret = 's3cret@:/';
const describe = (settings = patience): Promise<unknown> =>
  connectToAws('eu-west-1', [], settings).cloudFormation.describeStack('shop');

it.each<[string, Conduct, string, RegExp]>([
  ['asks for a password', { kind: 'refuse', status: 407 }, 'proxy-refused', /it answered 407\./],
  ['forbids it', { kind: 'refuse', status: 403 }, 'proxy-refused', /it answered 403\./],
  ['does not reach AWS', { kind: 'refuse', status: 502 }, 'aws-unreachable', /it answered 502\./],
  ['is overloaded', { kind: 'refuse', status: 503 }, 'aws-unreachable', /it answered 503\./],
  ['never answers', { kind: 'hang' }, 'aws-unreachable', /Proxy timeout/],
  ['cuts the connection', { kind: 'cut' }, 'aws-unreachable', /socket hang up/],
])('a proxy that %s is told, without its password', async (_, conduct, code, message) => {
  const proxy = await open(conduct);
  vi.stubEnv('HTTPS_PROXY', `http://octo:${encodeURIComponent(secret)}@127.0.0.1:${proxy.port}`);
  const error = await failureOf(
    describe(conduct.kind === 'hang' ? { ...patience, connectionTimeoutMs: 3000 } : patience),
  );
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.message).toContain(
    `The proxy http://127.0.0.1:${proxy.port} did not connect to cloudformation.eu-west-1.amazonaws.com:443`,
  );
  expect(`${error.message} ${error.hint} ${error.stack}`).not.toMatch(/octo:|s3cret/);
  expect(proxy.asked).toEqual(['CONNECT cloudformation.eu-west-1.amazonaws.com:443']);
  expect(proxy.credentials).toEqual([`octo:${secret}`]);
});

it('a proxy that is not there is told', async () => {
  const proxy = await startProxy({ kind: 'hang' });
  await proxy.close();
  vi.stubEnv('https_proxy', `127.0.0.1:${proxy.port}`);
  const error = await failureOf(describe());
  expect(error.code).toBe('aws-unreachable');
  expect(error.message).toMatch(/The proxy http:\/\/127\.0\.0\.1:\d+ did not connect to .*ECONNREFUSED/);
});

it.each(['http://', 'socks5://127.0.0.1:1', 'http://octo:s3cret@ho st:1', '::::'])(
  'an address like %s is told, but not shown',
  async (address) => {
    vi.stubEnv('HTTPS_PROXY', address);
    const error = await failureOf(describe());
    expect(error.code).toBe('proxy-refused');
    expect(error.message).toContain('is not of the form http://host:port');
    expect(error.message).not.toContain('s3cret');
  },
);

it('an endpoint without TLS is reached through HTTP_PROXY, and NO_PROXY exempts it', async () => {
  const aws = await startFailingAws({
    status: 400,
    code: 'ValidationError',
    message: 'Stack with id shop does not exist',
  });
  try {
    const port = Number(new URL(aws.endpoint).port);
    const proxy = await open({ kind: 'tunnel', toPort: port });
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`);
    const call = (endpoint: string) =>
      connectToAws('eu-west-1', [], { ...patience, endpoint }).cloudFormation.describeStack('shop');
    expect(await call('http://emulated.test:4566')).toBeUndefined();
    expect(proxy.asked).toEqual(['CONNECT emulated.test:4566']);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    expect(await call(aws.endpoint)).toBeUndefined();
    expect(proxy.asked).toHaveLength(1);
    expect(aws.calls()).toBe(2);
  } finally {
    await aws.close();
  }
});
