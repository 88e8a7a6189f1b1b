import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runHistory } from '../../src/cli/history.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;
const home = mkdtempSync(join(tmpdir(), 'history-home-'));

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  awsConsole.close();
  await world.close();
});

async function history(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runHistory(
    args,
    (line) => out.push(line),
    (line) => err.push(line),
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
}

const region = ['--region', 'us-east-1'];
const ofCanary = ['--stack', 'canary', ...region];

async function playCanary(): Promise<void> {
  const runs = [
    () => world.run(prepareBlue),
    () => world.run(deployStack, world.builtIn('3')),
    () => world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' }),
    () => world.run(rollback, {}, { deploymentError: 'Jane Doe aborted' }),
  ];
  for (const run of runs) expect((await run()).error).toBeUndefined();
}

it('shows the ledger of a stack, for people and as JSON, from the environment or by options', async () => {
  expect((await history(...ofCanary)).out).toContain('no step has recorded a decision yet');
  await playCanary();
  const told = await history(...ofCanary);
  expect([told.code, told.err]).toEqual([0, '']);
  expect(told.out).toMatch(/^Canary 1: rolled back \(release 1\.0\.0 of Shop to Test, Deployments-1\)$/m);
  expect(told.out).toMatch(/share +0 % → 10 %/);
  expect(told.out).toContain('“Jane Doe aborted”');
  const read = JSON.parse((await history(...ofCanary, '--json')).out);
  expect(read).toMatchObject({
    format: 1,
    stack: 'canary',
    region: 'us-east-1',
    reach: { places: 16, first: 1, last: 3, missing: [] },
    canaries: [
      { chapter: 1, outcome: 'rolled back', entries: [{ kind: 'begin' }, { toPercent: 10 }, { kind: 'rollback' }] },
    ],
  });
  expect(read.service).toMatch(/^arn:aws:ecs:us-east-1:/);
  setEnvironment({ AWS_ENDPOINT_URL: undefined, AWS_REGION: 'us-east-1' });
  expect((await history('--stack', 'canary', '--endpoint-url', world.emulator.url)).out).toBe(told.out);
});

describe('says what is wrong, and what to do', () => {
  it.each([
    ['no such stack', ['--stack', 'shop', ...region], /no stack named shop in us-east-1.*\n.*--stack and --region/],
    ['no such service', [...ofCanary, '--service', 'Web'], /no ECS service Web; it has Service.*\n.*--service/],
  ])('%s', async (_what, args, message) => {
    const { code, out, err } = await history(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });

  it.each(['ListStackResources', 'DescribeServices'])('a missing permission (%s)', async (operation) => {
    world.emulator.faults.add({ kind: 'access-denied', operation });
    const { code, err } = await history(...ofCanary);
    world.emulator.faults.clear();
    expect(code).toBe(1);
    expect(err).toContain('Your credentials need cloudformation:ListStackResources and ecs:DescribeServices.');
    expect(err).not.toContain('EcsCanary.');
  });

  it('no credentials', async () => {
    setEnvironment({
      ...{ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: undefined, HOME: home },
      AWS_CONFIG_FILE: join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    });
    const { code, err } = await history(...ofCanary);
    expect(code).toBe(1);
    expect(err).toContain('Sign in first, for example with aws sso login');
  });

  it('no AWS at that address', async () => {
    const { code, err } = await history(...ofCanary, '--endpoint-url', 'http://127.0.0.1:1');
    expect(code).toBe(1);
    expect(err).toContain('Check --region, --endpoint-url or AWS_ENDPOINT_URL, and your network.');
  });

  it('no region, and every invalid option', async () => {
    setEnvironment({
      ...{ AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_PROFILE: undefined },
      AWS_CONFIG_FILE: join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    });
    await expect(history('--stack', 'canary')).rejects.toThrow(/No region is set. Give --region/);
    await expect(history('--stack', '1', '--region', 'x', '--endpoint-url', 'y')).rejects.toThrow(
      /--stack must be.*\n--region must be.*\n--endpoint-url must be/,
    );
  });
});

it('says where the entries still are once the service or the stack is gone; last test of this world', async () => {
  const gone = async (message: RegExp) =>
    expect
      .poll(async () => (await history(...ofCanary)).err, { timeout: 60_000 })
      .toMatch(new RegExp(`${message.source}.*\n.*ecs-canary-ledger\\.json`, 's'));
  const { serviceArn, clusterArn } = await awsConsole.service();
  await awsConsole.ecs.deleteService({ service: serviceArn, cluster: clusterArn, force: true });
  await gone(/The ECS service Service of canary no longer exists, nor does its ledger/);
  await awsConsole.cloudFormation.deleteStack({ StackName: 'canary' });
  await gone(/There is no stack named canary in us-east-1/);
});
