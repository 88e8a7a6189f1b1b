import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import type { Attachments, Done } from '../../src/canary/decision.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { createTaskLog } from '../../src/octopus/log/task-log.ts';
import { sharedParameters } from '../../src/parameters/shared-parameters.ts';
import { saveInWorkingDirectory } from '../../src/runtime/artifacts.ts';
import { executeStep } from '../../src/runtime/execute-step.ts';
import { defineStep } from '../../src/steps/step.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'artifacts-'));
  vi.spyOn(process, 'cwd').mockReturnValue(directory);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const content = '<p>grün 🟢</p>';

/** Runs a step that ends with these artifacts; @returns its lines, with the names of its messages. */
async function run(more: Partial<Done>, attach?: () => Promise<Attachments>): Promise<string[]> {
  const lines: string[] = [];
  const step = defineStep({
    ...{ id: 'promote', name: 'Promote', summary: '', parameters: sharedParameters, outputs: {}, actions: [] },
    observe: async () => undefined,
    decide: () => ({ kind: 'done', reason: 'Done.', outputs: { Summary: 'all well' }, ...more }),
    ...(attach && { attach }),
  });
  await executeStep(step, {
    aws: { region: 'eu-west-1', now: () => 0, cloudFormation: {}, ecs: {}, loadBalancing: {} } as unknown as Aws,
    ...{ token: '', deploymentFailed: false },
    clock: { now: () => 0, sleep: async () => {} },
    log: createTaskLog((line) => lines.push(line)),
    saveArtifact: saveInWorkingDirectory,
    readParameter: (name) => (name === 'EcsCanary.StackName' ? 'shop' : undefined),
    lockOwner: { id: '', isDeployment: false, release: '', environment: '', project: '' },
  }).catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    lines.push(`failed: ${error.message}`);
  });
  return lines;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const attached = (name: string) =>
  `##octopus[createArtifact path='${base64(join(directory, name))}' name='${base64(name)}' length='${base64(String(Buffer.byteLength(content)))}']`;
const output = `##octopus[setVariable name='${base64('Summary')}' value='${base64('all well')}']`;

it('what a step attaches is in the working directory, and Octopus is told of it before the outputs', async () => {
  const lines = await run({ artifacts: [{ name: 'report.html', content }] });
  expect(lines.slice(0, 2)).toEqual([attached('report.html'), output]);
  expect(readFileSync(join(directory, 'report.html'), 'utf8')).toBe(content);
});

it('a later attempt in the same directory replaces the file', async () => {
  writeFileSync(join(directory, 'report.html'), 'an older and longer report than the new one');
  await run({ artifacts: [{ name: 'report.html', content }] });
  expect(readFileSync(join(directory, 'report.html'), 'utf8')).toBe(content);
});

it('a step that fails because of what it found attaches its files first', async () => {
  const failure = new OperatorError('timed-out', 'Green is worse.', 'Roll back.');
  const lines = await run({ artifacts: [{ name: 'report.html', content }], failure });
  expect(lines[0]).toBe(attached('report.html'));
  expect(lines.at(-1)).toBe('failed: Green is worse.');
});

it('a file that cannot be written is a warning; the other files, the outputs and the step are unaffected', async () => {
  const artifacts = [
    { name: 'missing/report.html', content },
    { name: 'report.html', content },
  ];
  const lines = await run({ artifacts });
  expect(lines.slice(0, 5)).toEqual([
    '##octopus[stdout-warning]',
    expect.stringMatching(
      /^missing\/report\.html is not attached to this task, because the worker could not write it: ENOENT/,
    ),
    '##octopus[stdout-default]',
    attached('report.html'),
    output,
  ]);
  expect(lines).toContain('Done.');
});

it('what a step attaches once it is done comes after its outputs, with what it lacks', async () => {
  const lines = await run({}, async () => ({
    artifacts: [{ name: 'late.html', content }],
    warnings: ['It lacks a part.'],
  }));
  expect(lines.indexOf(output)).toBeLessThan(lines.indexOf(attached('late.html')));
  expect(lines).toContain('It lacks a part.');
});

it('a report that fails, or that AWS keeps waiting, is a warning of a step that is done', async () => {
  const denied = new OperatorError('aws-access-denied', 'cloudwatch:GetMetricData failed.', '');
  const lines = await run({}, () => Promise.reject(denied));
  expect(lines.join('\n')).toContain(
    'No report is attached to this task; nothing else depends on it. cloudwatch:GetMetricData failed.',
  );
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const waiting = run({}, () => new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(20_000);
  vi.useRealTimers();
  expect((await waiting).join('\n')).toContain('AWS did not answer within 20 seconds.');
});
