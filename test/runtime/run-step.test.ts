import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { ParameterSet } from '../../src/parameters/parameters.ts';
import { sharedParameters } from '../../src/parameters/shared-parameters.ts';
import { guideEntry } from '../../src/runtime/guide-entry.ts';
import { runStep } from '../../src/runtime/run-step.ts';
import { promote } from '../../src/steps/promote.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { defineStep, type Step } from '../../src/steps/step.ts';
import { homepage, version } from '../../src/version.ts';

let directory: string;
let lines: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'run-step-'));
  vi.stubEnv('ECS_CANARY_INPUTS', directory);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_DEFAULT_REGION', '');
  vi.stubEnv('AWS_ENDPOINT_URL', '');
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text).trimEnd());
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
  process.exitCode = undefined;
});

/** A step that ends as told, or says what it was given. */
const stepThat = (act: (stackName: string) => void) =>
  defineStep({
    id: 'promote',
    name: 'Promote',
    summary: '',
    parameters: sharedParameters,
    outputs: {},
    actions: [],
    observe: async ({ values }) => values.stackName,
    decide: (stackName) => {
      act(stackName);
      return { kind: 'done', reason: `Done with ${stackName}.`, outputs: { Summary: 'all well' } };
    },
  });

async function run<P extends ParameterSet, S>(step: Step<P, S>, inputs: Record<string, string>): Promise<string[]> {
  for (const [name, value] of Object.entries(inputs)) writeFileSync(join(directory, name), value);
  await runStep(step);
  return lines.filter((line) => !line.startsWith('##octopus'));
}

describe('the program of a step', () => {
  it('reads its inputs from files, and sets outputs through service messages', async () => {
    const said = await run(
      stepThat(() => undefined),
      { 'EcsCanary.StackName': 'shop\n' },
    );
    expect(said).toEqual(['Done with shop.']);
    const messages = lines.filter((line) => line.startsWith('##octopus[setVariable')).join('\n');
    expect(messages).toContain(Buffer.from('all well').toString('base64'));
    expect(process.exitCode).toBeUndefined();
  });

  it.each([
    ['', 'a value is required'],
    ['Ireland', '"Ireland" is not an AWS region'],
    ['#{Region}', 'it still contains #{Region}: Octopus found no variable of that name in this environment; add it'],
  ])('refuses the region "%s"', async (region, problem) => {
    vi.stubEnv('AWS_REGION', region);
    const said = await run(
      stepThat(() => undefined),
      { 'EcsCanary.StackName': 'shop' },
    );
    expect(said.join('\n')).toContain(`EcsCanary.AWS.Region (AWS region): ${problem}`);
    expect(said.at(-1)).toMatch(/^Error code: invalid-parameters, explained in /);
    expect(process.exitCode).toBe(1);
  });

  it('takes the region from either variable', async () => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_DEFAULT_REGION', 'us-gov-west-1');
    await run(
      stepThat(() => undefined),
      { 'EcsCanary.StackName': 'shop' },
    );
    expect(process.exitCode).toBeUndefined();
  });

  it('reports every bad input at once', async () => {
    const said = await run(shiftTraffic, { 'EcsCanary.StackName': '1', 'EcsCanary.GreenPercent': '101' });
    const text = said.join('\n');
    expect(text).toContain('2 parameters need attention');
    expect(text).toContain('EcsCanary.StackName (Stack name): "1" is not a CloudFormation stack name');
    expect(text).toContain('EcsCanary.GreenPercent (Green percent): "101"');
    expect(process.exitCode).toBe(1);
  });

  it.each([
    [3, false],
    [4, true],
  ])('the one line that Octopus shows of %i problems says whether there are more', async (count, hasMore) => {
    const message = ['So much needs attention:', ...Array.from({ length: count }, (_, at) => `  - ${at}`)].join('\n');
    const failing = stepThat(() => {
      throw new OperatorError('invalid-parameters', message, 'Correct it.');
    });
    await run(failing, { 'EcsCanary.StackName': 'shop' });
    const coded = /resultMessage message='(.*?)'/.exec(lines.join('\n'))?.[1] ?? '';
    const shown = Buffer.from(coded, 'base64').toString('utf8');
    expect(shown.includes('  - 2 … The task log has the rest. What to do: Correct it.')).toBe(hasMore);
    expect(shown.includes('  - 2 What to do: Correct it.')).toBe(!hasMore);
  });

  it('reports a bad region and bad endpoints of the worker together with bad parameters', async () => {
    vi.stubEnv('AWS_REGION', 'Ireland');
    vi.stubEnv('AWS_ENDPOINT_URL', 'no url');
    vi.stubEnv('AWS_ENDPOINT_URL_ECS', 'http://ecs.example.com:99999');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'no url, and no concern of ours');
    const said = await run(shiftTraffic, { 'EcsCanary.StackName': '1', 'EcsCanary.GreenPercent': '101' });
    const text = said.join('\n');
    expect(text).toContain('5 parameters need attention');
    for (const name of ['EcsCanary.AWS.Region', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_ECS', 'EcsCanary.StackName'])
      expect(text).toContain(`  - ${name} (`);
    expect(text).toContain('"Ireland" is not an AWS region');
    expect(said.at(-1)).toMatch(/^Error code: invalid-parameters, explained in /);
  });

  it.each(['', '_CLOUDFORMATION', '_ECS', '_ELASTIC_LOAD_BALANCING_V2'])(
    'calls a malformed AWS_ENDPOINT_URL%s no defect, and names it',
    async (service) => {
      vi.stubEnv(`AWS_ENDPOINT_URL${service}`, 'localhost:4566');
      const said = await run(shiftTraffic, { 'EcsCanary.StackName': 'shop', 'EcsCanary.GreenPercent': '10' });
      expect(said.join('\n')).toContain(
        `AWS_ENDPOINT_URL${service} (environment variable of the worker): it is not an`,
      );
      expect(said.at(-1)).toMatch(/^Error code: invalid-parameters, explained in /);
    },
  );

  it.each([
    ['Shift Traffic', (inputs: Record<string, string>) => run(shiftTraffic, inputs)],
    ['Promote', (inputs: Record<string, string>) => run(promote, inputs)],
  ])('warns when %s asks nobody, and only then', async (_name, start) => {
    const inputs = { 'EcsCanary.StackName': 'shop', 'EcsCanary.GreenPercent': '10', 'EcsCanary.TimeoutMinutes': '1' };
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const warning = /^EcsCanary\.ApprovalStep is blank/m;
    expect((await start({ ...inputs, 'EcsCanary.ApprovalStep': ' ' })).join('\n')).toMatch(warning);
    lines = [];
    expect((await start({ ...inputs, 'EcsCanary.ApprovalStep': 'Approve' })).join('\n')).not.toMatch(warning);
  });

  it('says what happened, what to do, and a code, in the log and in the task summary', async () => {
    const said = await run(
      stepThat(() => {
        throw new OperatorError('blue-unhealthy', 'Blue is down.\nAll of it.', 'Bring it back.');
      }),
      { 'EcsCanary.StackName': 'shop' },
    );
    expect(said).toEqual([
      ...['Blue is down.', 'All of it.', 'What to do: Bring it back.'],
      `Error code: blue-unhealthy, explained in ${guideEntry('blue-unhealthy', homepage)}`,
    ]);
    const result = lines.find((line) => line.startsWith('##octopus[resultMessage'));
    expect(decoded(result ?? '')).toContain('Blue is down. All of it. What to do: Bring it back.');
    expect(decoded(result ?? '')).not.toContain('operators-guide');
    expect(process.exitCode).toBe(1);
  });

  it('calls a defect a defect, with the stack and the version to report', async () => {
    const said = await run(
      stepThat(() => {
        throw new TypeError('undefined is not a function');
      }),
      { 'EcsCanary.StackName': 'shop' },
    );
    expect(said[0]).toBe(
      `This is a bug in the step template (version ${version}). Please report it with the following lines:`,
    );
    expect(said.join('\n')).toMatch(/TypeError: undefined is not a function\n\s+at /);
    expect(decoded(lines.find((line) => line.startsWith('##octopus[resultMessage')) ?? '')).toContain('has a bug');
    expect(process.exitCode).toBe(1);
  });
});

/** The values of a service message, which travel as base64. */
function decoded(message: string): string {
  return [...message.matchAll(/='([^']*)'/g)]
    .map(([, value]) => Buffer.from(value ?? '', 'base64').toString())
    .join(' ');
}
