import { expect, it, onTestFinished } from 'vitest';
import { createOctopusServer } from '../../../src/rehearsal/octopus-server/server.ts';
import { startCommand } from '../started-command.ts';

it('--clean-up removes what a killed run left', async () => {
  const server = await createOctopusServer();
  onTestFinished(() => server.close());
  const start = (...args: readonly string[]) =>
    startCommand(['octopus', ...args], { OCTOPUS_URL: server.url, OCTOPUS_API_KEY: server.apiKey });
  const { child, ended, until } = start('--yes');
  server.faults.plan(
    { kind: 'meanwhile', act: () => void child.kill('SIGKILL') },
    ({ method, path }) => method === 'POST' && path.endsWith('/actiontemplates'),
  );
  await until('Installing');
  const { out } = await ended;
  const id = /run ([\w-]+),/.exec(out)?.[1] ?? '';
  expect(server.spaces.map(({ name }) => name)).toEqual(['Default', `check-${id}`]);
  const wrong = await start('--clean-up', 'other').ended;
  expect(wrong).toEqual({ code: 1, out: expect.stringContaining(`no space of the run other. Found: ${id}.`) });
  const { code, out: said } = await start('--clean-up', id).ended;
  expect(said).toMatch(/Everything was removed\.\n$/);
  expect(code).toBe(0);
  expect(server.spaces.map(({ name }) => name)).toEqual(['Default']);
});
