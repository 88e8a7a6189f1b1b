import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
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
  expect(overview).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^ {2}rehearse +runs/m) });
  expect(run('help', 'emulate')).toMatchObject({
    ...{ status: 0, stderr: '', stdout: expect.stringMatching(/^Usage: npx tsx src\/cli\/main\.ts emulate /) },
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
See npx tsx src/cli/main.ts emulate --help.
`,
  });
});

it.each(['npm run rehearse --', 'npm run -s install-octopus --', 'npx tsx src/cli/main.ts policies'])(
  '%s: a usage error names a command that works',
  (command) => {
    // This test may itself be run by npm.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
    const type = (typed: string) => spawnSync(typed, { shell: true, encoding: 'utf8', cwd: projectDirectory, env });
    const { status, stderr } = type(`${command} --frobnicate`);
    expect(status).not.toBe(0);
    const [, advised = ''] = /^See (.+)\.$/m.exec(stderr) ?? [];
    expect(advised).toBe(`${command} --help`);
    const help = type(advised);
    expect(help.status).toBe(0);
    expect(help.stdout).toContain(`Usage: ${command} [options]`);
  },
);
