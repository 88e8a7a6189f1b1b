import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { version } from '../../src/version.ts';

function run(...args: string[]) {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' });
}

it('the command prints its version', () => {
  expect(run('--version')).toMatchObject({ status: 0, stderr: '', stdout: `${version}\n` });
});

it('it lists its commands, and has help for each', () => {
  const overview = run('help');
  expect(overview).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('  rehearse  runs') });
  expect(run('help', 'emulate')).toMatchObject({
    ...{ status: 0, stderr: '', stdout: expect.stringMatching(/^Usage: octopus-ecs-canary emulate /) },
  });
});

it('an unknown command, none, or a wrong option ends with code 2', () => {
  expect(run('reherse')).toMatchObject({
    ...{
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Unknown command: reherse\. Did you mean rehearse\?\n/),
    },
  });
  expect(run()).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^No command was given\.\nUsage: /),
  });
  expect(run('emulate', '--prot', '--port', 'x')).toMatchObject({
    ...{ status: 2, stdout: '' },
    stderr: `Unknown option: --prot. Did you mean --port?
--port must be a number from 0 to 65535, not "x".
See octopus-ecs-canary emulate --help.
`,
  });
});
