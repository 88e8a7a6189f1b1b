import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleStep } from '../../build/bundle.ts';
import { leaveOutMembers } from '../../build/trimmed-schemas.ts';
import { callAdapters } from './adapter-calls.ts';
import { startTalkativeAws, type TalkativeAws } from './talkative-aws.ts';

let aws: TalkativeAws;
const directory = mkdtempSync(join(tmpdir(), 'trim-schemas-'));
beforeAll(async () => {
  aws = await startTalkativeAws();
});
afterAll(async () => {
  await aws.close();
  rmSync(directory, { recursive: true });
});

it('without the members that no adapter names, the steps send and read the same', async () => {
  const whole = JSON.stringify(await callAdapters(aws.endpoint));
  const asked = aws.takeRequests();
  // If the talkative AWS left out something that the steps read, this test could not notice that it is missing.
  expect(whole).not.toMatch(/:""|1970-01-01|:\[\]|:\{\}/);
  expect(asked.length).toBeGreaterThanOrEqual(16);

  const { code } = await bundleStep('test/build/adapter-calls-entry.ts', '1.2.3');
  const program = join(directory, 'calls.cjs');
  writeFileSync(program, code);
  const run = await promisify(execFile)(process.execPath, [program], {
    env: { NODE_NO_WARNINGS: '1', ENDPOINT: aws.endpoint },
  });
  expect(run).toEqual({ stdout: `${whole}\n`, stderr: '' });
  expect(aws.takeRequests()).toEqual(asked);
  expect(code.toString()).not.toContain('serviceConnectConfiguration');
});

it('a member stays if the adapter names it, and the required members are counted again', () => {
  const filler = Array.from({ length: 120 }, (_, index) => `filler${index}`);
  const structure = (members: readonly string[], types: string, required = '') =>
    `export var Task$ = [3, n0, _T,\n    0,\n    [${members}],\n    [${types}]${required}\n];`;
  const source = structure(
    ['_a', 'unheardOf', '_b', ...filler],
    `0, [() => X$, 4], 64 | 0, ${filler.map(() => '0')}`,
    ', 2',
  );
  const names = 'const _a = "taskArn";\nconst _b = "lastStatus";\n';
  const compact = (text: string) => text.replace(/\s/g, '');
  expect(compact(leaveOutMembers(names + source, 'ecs.ts'))).toBe(
    compact(names + structure(['_a', '_b'], '0, 64 | 0', ', 1')),
  );
});

it('schemas in an unexpected form fail the build', () => {
  expect(() => leaveOutMembers('export const Task = struct("Task");', 'ecs.ts')).toThrow('do not have the form');
});
