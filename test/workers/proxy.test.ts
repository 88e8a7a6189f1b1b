import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFailingAws } from '../build/failing-aws.ts';
import { type ConnectProxy, startProxy } from '../support/connect-proxy.ts';
import { requireProgram } from '../support/cross-check.ts';
import { fetchedNodeVersions } from '../support/node-versions.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';
import { awsEnvironment, nodeAt, openWorkerScene, resultOf, runStepOnWorker, type WorkerScene } from './worker.ts';

const shift = { 'EcsCanary.StackName': 'canary', 'EcsCanary.GreenPercent': '10' };
const missing = { ...shift, 'EcsCanary.StackName': 'missing' };
const services = ['cloudformation', 'ecs', 'elasticloadbalancing'];

describe.skipIf(!requireProgram('openssl'))('behind a proxy', () => {
  let scene: WorkerScene;
  let front: TlsFront;
  let proxy: ConnectProxy;
  const directory = mkdtempSync(join(tmpdir(), 'tls-'));
  const hosts = services.map((service) => `${service}.cn-north-1.amazonaws.com.cn`);
  beforeAll(async () => {
    scene = await openWorkerScene({ region: 'cn-north-1', partition: 'aws-cn' });
    front = await startTlsFront(Number(new URL(scene.emulator.url).port), hosts, directory);
    proxy = await startProxy({ kind: 'tunnel', toPort: front.port });
  });
  afterAll(async () => {
    await Promise.all([proxy.close(), front.close(), scene.close()]);
    rmSync(directory, { recursive: true });
  });
  const proxied = () => ({
    ...awsEnvironment('cn-north-1'),
    HTTPS_PROXY: `http://octo:s3cret@127.0.0.1:${proxy.port}`,
    NO_PROXY: 'localhost,169.254.169.254',
  });

  it('a canary of another partition is deployed and gets traffic, at that partition’s hosts', async () => {
    const env = { ...proxied(), AWS_CA_BUNDLE: front.certificate };
    const first = await runStepOnWorker('deploy-stack', scene.deploy('1'), { env });
    expect(first).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
    const deployed = await runStepOnWorker('deploy-stack', scene.deploy('2'), { env });
    expect(deployed).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
    const shifted = await runStepOnWorker('shift-traffic', shift, { env });
    // Octopus takes the artifact, and deletes the folder.
    expect(shifted).toMatchObject({ code: 0, stderr: '', leftOvers: ['ecs-canary-ledger.json'] });
    expect(deployed.stdout + shifted.stdout).not.toContain('s3cret');
    expect(new Set(proxy.asked)).toEqual(new Set(hosts.map((host) => `CONNECT ${host}:443`)));
    expect(new Set(proxy.credentials)).toEqual(new Set(['octo:s3cret']));
  });

  it.each(fetchedNodeVersions().filter(({ version }) => !version.startsWith('18.')))(
    'Node.js $version goes through it, whatever Node.js itself makes of it',
    async ({ path }) => {
      const env = { ...proxied(), NODE_EXTRA_CA_CERTS: front.certificate, NODE_USE_ENV_PROXY: '1' };
      const run = await runStepOnWorker('shift-traffic', missing, { node: nodeAt(path), env });
      expect(run).toMatchObject({ code: 1, stderr: '' });
      expect(resultOf(run)).toContain('There is no stack named missing');
    },
  );

  it('a certificate that the worker does not trust is told', async () => {
    const run = await runStepOnWorker('rollback', shift, { env: proxied() });
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toContain('Error code: aws-untrusted');
    expect(resultOf(run)).toContain('NODE_EXTRA_CA_CERTS');
  });
});

it('a proxy that refuses ends a step at once, and its password stays out of the log', async () => {
  const proxy = await startProxy({ kind: 'refuse', status: 407 });
  const https_proxy = `http://octo:s3cret@127.0.0.1:${proxy.port}`;
  const run = await runStepOnWorker('rollback', shift, { env: { ...awsEnvironment('eu-west-1'), https_proxy } });
  await proxy.close();
  expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
  expect(run.stdout).toContain('Error code: proxy-refused');
  expect(resultOf(run)).toMatch(
    /The proxy http:\/\/127\.0\.0\.1:\d+ did not connect to cloudformation\.eu-west-1\.amazonaws\.com:443: it answered 407/,
  );
  expect(run.stdout + resultOf(run)).not.toContain('s3cret');
  expect(proxy.asked).toHaveLength(1);
});

const disturbing = { AWS_DEFAULT_REGION: 'us-west-2', AWS_PROFILE: 'missing', AWS_CONFIG_FILE: '/dev/null/config' };

it.each<[string, string, Readonly<Record<string, string>>, string]>([
  ['eu-west-1', 'FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'cloudformation-fips.eu-west-1.amazonaws.com'],
  ['eu-west-1', 'dual-stack', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'cloudformation.eu-west-1.api.aws'],
  ['us-isob-east-1', 'nothing', {}, 'cloudformation.us-isob-east-1.sc2s.sgov.gov'],
  ['eu-west-1', 'another region and profile', disturbing, 'cloudformation.eu-west-1.amazonaws.com'],
])('a step in %s, with %s set, calls the host that AWS has for it', async (region, _, more, host) => {
  const proxy = await startProxy({ kind: 'refuse', status: 403 });
  const env = { ...awsEnvironment(region), ALL_PROXY: `127.0.0.1:${proxy.port}`, ...more };
  const run = await runStepOnWorker('rollback', shift, { env });
  await proxy.close();
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect(proxy.asked).toEqual([`CONNECT ${host}:443`]);
});

it('an endpoint of one service alone is used for that service', async () => {
  const proxy = await startProxy({ kind: 'refuse', status: 403 });
  const aws = await startFailingAws({ status: 403, code: 'AccessDenied', message: 'not here' });
  const own = { AWS_ENDPOINT_URL: 'http://unused.test', AWS_ENDPOINT_URL_CLOUDFORMATION: aws.endpoint };
  const env = { ...awsEnvironment('eu-west-1'), HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, ...own };
  const run = await runStepOnWorker('rollback', shift, { env });
  await Promise.all([proxy.close(), aws.close()]);
  expect(run.stdout).toContain('Error code: aws-access-denied');
  expect(aws.calls()).toBe(1);
  expect(proxy.asked).toEqual([]);
});
