import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { version } from '../../src/version.ts';

test('the command says its version', () => {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
  const run = spawnSync(process.execPath, ['--import', 'tsx', main, '--version'], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stderr: '', stdout: `${version}\n` });
});
