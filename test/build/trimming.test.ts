import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bundle, bundleStep } from '../../build/bundle.ts';
import { budget } from '../../build/sizes.ts';
import { renderStepTemplate } from '../../src/octopus/template/step-template.ts';
import { steps } from '../../src/steps/index.ts';
import { describeErrors } from './aws-errors.ts';
import { type FailingAws, type Failure, startFailingAws } from './failing-aws.ts';

const accessDenied = { status: 403, code: 'AccessDenied', message: 'User: arn is not authorized to perform it' };
const throttled = { status: 400, code: 'Throttling', message: 'Rate exceeded' };
const noStack = { status: 400, code: 'ValidationError', message: 'Stack with id shop does not exist' };

let directory: string;
let errors: Bundle;
let shiftTraffic: Bundle;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'trim-'));
  [errors, shiftTraffic] = await Promise.all([
    bundleStep('test/build/aws-errors-entry.ts', '1.2.3'),
    bundleStep('scripts/shift-traffic.ts', '1.2.3'),
  ]);
  writeFileSync(join(directory, 'errors.cjs'), errors.code);
  writeFileSync(join(directory, 'shift-traffic.cjs'), shiftTraffic.code);
  mkdirSync(join(directory, 'in'));
  writeFileSync(join(directory, 'in/EcsCanary.StackName'), 'shop\n');
  writeFileSync(join(directory, 'in/EcsCanary.GreenPercent'), '10\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const credentials = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'eu-west-1' };
  const options = {
    cwd: directory,
    env: { ...credentials, NODE_NO_WARNINGS: '1', ECS_CANARY_INPUTS: join(directory, 'in'), ...env },
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function facing<T>(failures: readonly Failure[], use: (aws: FailingAws) => Promise<T>): Promise<T> {
  const aws = await startFailingAws(...failures);
  try {
    return await use(aws);
  } finally {
    await aws.close();
  }
}

const failures: readonly Failure[] = [
  accessDenied,
  throttled,
  noStack,
  { status: 400, code: 'AccessDeniedException', message: 'User: arn is not authorized to perform it' },
  { status: 400, code: 'ExpiredToken', message: 'The security token included in the request is expired' },
  { status: 500, code: 'ServerException', message: 'Service Unavailable' },
  // One error of each service that the SDK has a class for.
  { status: 400, code: 'RuleNotFound', message: 'One or more rules not found' },
  { status: 400, code: 'AlreadyExistsException', message: 'Stack [shop] already exists' },
  { status: 400, code: 'ClusterNotFoundException', message: 'Cluster not found.' },
];

it.each(failures)('without error classes, $code is reported as with the whole SDK', async (failure) => {
  await facing([failure], async ({ endpoint }) => {
    const { stdout, stderr } = await run('errors.cjs', { ENDPOINT: endpoint });
    expect(stderr).toBe('');
    const trimmed = JSON.parse(stdout);
    expect(trimmed).toEqual(JSON.parse(JSON.stringify(await describeErrors(endpoint))));
    expect(trimmed).toHaveLength(3);
    expect(trimmed[2]).toMatchObject({ message: failure.message, httpStatusCode: failure.status, ofEcs: true });
    expect(trimmed[2].told).toBe(`ecs failed: ${failure.code}: ${failure.message}`);
  });
});

it('a bundled step reports a missing stack, after retrying a throttled call', async () => {
  await facing([throttled, noStack], async ({ endpoint, calls }) => {
    const { code, stdout, stderr } = await run('shift-traffic.cjs', { AWS_ENDPOINT_URL: endpoint });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('There is no stack named shop');
    expect(calls()).toBeGreaterThan(1);
  });
});

it('a bundled step names the action that is not allowed', async () => {
  await facing([accessDenied], async ({ endpoint }) => {
    const { code, stdout } = await run('shift-traffic.cjs', { AWS_ENDPOINT_URL: endpoint });
    expect(code).toBe(1);
    expect(stdout).toMatch(/cloudformation:\w+ failed: AccessDenied: User: arn is not authorized/);
    expect(stdout).toContain('Error code: aws-access-denied');
  });
});

it('the bundles do not contain what is left out', () => {
  const text = shiftTraffic.code.toString();
  const inputs = Object.values(shiftTraffic.metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const kept = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  expect(text).not.toMatch(/ClusterNotFoundException|RuleNotFoundException|StackSetNotFoundException/);
  expect(kept).toContain('build/event-streams.ts');
  expect(kept.filter((path) => /eventstream|DefaultRateLimiter|models\/errors/.test(path))).toEqual([]);
  expect(shiftTraffic.metafile.outputs['step.cjs']?.inputs[sha256]?.bytesInOutput ?? 0).toBeLessThan(50);
});

const sha256 = 'node_modules/@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js';

it.each(steps)(
  'texts for people are in the template of $id and not in its bundle; labels are in both',
  async (step) => {
    const { code } = await bundleStep(`scripts/${step.id}.ts`, '1.2.3');
    const program = code.toString();
    const template = JSON.stringify(renderStepTemplate(step, '', { version: '1.2.3', date: '2026-11-22' }));
    const parameters = Object.values(step.parameters);
    const helps = [step.summary, ...parameters.map(({ help }) => help)].map((text) =>
      JSON.stringify(text).slice(1, -1),
    );
    expect(helps.filter((text) => !template.includes(text))).toEqual([]);
    expect(helps.filter((text) => program.includes(text))).toEqual([]);
    expect(Object.values(step.outputs).filter((text) => program.includes(text))).toEqual([]);
    expect(program).toContain('"EcsCanary.StackName",label:"Stack name"');
    expect(code.length).toBeLessThanOrEqual(budget.bundle);
  },
);
