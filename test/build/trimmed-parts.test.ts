import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bundle, bundleStep } from '../../build/bundle.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import { trimmedParts } from '../../build/trimmed-parts.ts';
import { findIdleMeasures, trimmingPlugin } from '../../build/trimming.ts';
import { askSdk } from './sdk-answers.ts';

let answers: Bundle;
let deployStack: Bundle;
let watch: Bundle;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'trim-parts-'));
  [answers, deployStack, watch] = await Promise.all([
    bundleStep('test/build/sdk-answers-entry.ts', '1.2.3'),
    bundleStep('scripts/deploy-stack.ts', '1.2.3'),
    bundleStep('scripts/watch.ts', '1.2.3'),
  ]);
  writeFileSync(join(directory, 'answers.cjs'), answers.code);
});
afterAll(() => rmSync(directory, { recursive: true }));

it('every trimming has something to leave out', () => {
  expect(findIdleMeasures([deployStack.metafile, watch.metafile])).toEqual([]);
});

it('a trimming is reported if its module is gone, or if it finds nothing to leave out', async () => {
  const found = findIdleMeasures([answers.metafile]).join('\n');
  for (const module of [/binary\|omap/, /node_modules\/yaml\/browser/, /d3-shape/, /no-colours/])
    expect(found).toMatch(module);
  const idle = trimmingPlugin({ module: /version\.ts$/, rewrite: (source) => source });
  const building = build({
    absWorkingDir: projectDirectory,
    entryPoints: ['src/version.ts'],
    bundle: true,
    platform: 'node',
    write: false,
    logLevel: 'silent',
    plugins: [idle],
  });
  await expect(building).rejects.toThrow(/found nothing to leave out of .*version\.ts/);
});

it('the trimmed SDK reads dates and finds the host of every region like the whole SDK', async () => {
  const endpoint = await answering();
  const regions = regionsOfSdk();
  expect(regions.length).toBeGreaterThan(40);
  const whole = JSON.parse(JSON.stringify(await askSdk(endpoint, regions)));
  expect(whole).toMatchObject({
    events: ['2026-11-22T10:00:00.123Z'],
    tasks: [['2026-11-22T10:00:00.123Z', '2026-11-22T10:00:00.000Z']],
  });
  // Plain, FIPS, dual-stack and both, of CloudFormation, ECS and load balancing.
  expect(whole.hosts['us-gov-west-1'].slice(0, 2)).toEqual(Array(2).fill('cloudformation.us-gov-west-1.amazonaws.com'));
  expect(whole.hosts['us-gov-west-1']).toContain('ecs-fips.us-gov-west-1.amazonaws.com');
  expect(whole.hosts['us-east-1']).toContain('elasticloadbalancing-fips.us-east-1.amazonaws.com');
  expect(whole.hosts['eu-west-1']).toContain('ecs.eu-west-1.api.aws');
  expect(whole.hosts['cn-north-1']).toContain('ecs.cn-north-1.amazonaws.com.cn');
  expect(whole.hosts['us-iso-east-1']).toContain('elasticloadbalancing.us-iso-east-1.c2s.ic.gov');
  expect(whole.hosts['eusc-de-east-1']).toContain('ecs.eusc-de-east-1.amazonaws.eu');
  expect(JSON.parse(await run({ ENDPOINT: endpoint, REGIONS: JSON.stringify(regions) }))).toEqual(whole);
});

it.each([
  ['unreadable', '[default\nendpoint_url = http://127.0.0.1:1\nregion = \0\n[profile x]\n'],
  ['strange', '[profile missing]\nuse_fips_endpoint = true\nmax_attempts = none\n'],
])('neither %s shared config files, nor a defaults mode, nor a Lambda trace id makes a difference', async (_, text) => {
  mkdirSync(join(directory, '.aws'), { recursive: true });
  for (const name of ['config', 'credentials']) writeFileSync(join(directory, '.aws', name), text);
  const disturbing = {
    HOME: directory,
    AWS_PROFILE: 'missing',
    AWS_DEFAULTS_MODE: 'auto',
    AWS_LAMBDA_FUNCTION_NAME: 'f',
    _X_AMZN_TRACE_ID: 'Root=1',
  };
  expect(JSON.parse(await run({ ENDPOINT: await answering(), ...disturbing }))).toMatchObject({ tasks: [{}] });
});

it('code that was left out throws when it is called', () => {
  const source = 'export const a = 1;\nexport async function b() {}\nexport { c, d as e };\n';
  const part = trimmedParts.find(({ module }) => module.source.includes('yaml-1\\.1'));
  const exported = new Function(
    `${part
      ?.rewrite(source, '')
      .replace('export {', 'return {')
      .replace(/(leftOut) as (\w+)/g, '$2: $1')}`,
  )();
  expect(Object.keys(exported)).toEqual(['a', 'b', 'c', 'e']);
  expect(() => exported.b()).toThrow(TypeError);
});

async function run(env: Readonly<Record<string, string>>): Promise<string> {
  // The wrapper runs every program this way.
  const wrapped = { NODE_NO_WARNINGS: '1', ...env };
  const done = await promisify(execFile)(process.execPath, [join(directory, 'answers.cjs')], { env: wrapped });
  expect(done.stderr).toBe('');
  return done.stdout;
}

/** The regions that a step accepts, from the SDK's own table. */
function regionsOfSdk(): string[] {
  const folder = `${projectDirectory}node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws`;
  expect(readdirSync(folder)).toContain('partitions.js');
  const table = readFileSync(join(folder, 'partitions.js'), 'utf8');
  return [...table.matchAll(/"([a-z]{2,}(?:-[a-z]+)+-\d+)": \{/g)].map(([, region]) => region ?? '');
}

const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

async function answering(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    const isEcs = request.headers['x-amz-target'] !== undefined;
    response.setHeader('content-type', isEcs ? 'application/x-amz-json-1.1' : 'text/xml');
    response.end(isEcs ? tasks : events);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const tasks = '{"tasks":[{"createdAt":1795341600.123,"stoppedAt":1795341600}]}';
const events =
  '<R><DescribeStackEventsResult><StackEvents><member><Timestamp>2026-11-22T10:00:00.123Z</Timestamp></member></StackEvents></DescribeStackEventsResult></R>';
