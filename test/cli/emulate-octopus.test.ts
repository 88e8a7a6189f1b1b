import { expect, it, onTestFinished } from 'vitest';
import { runEmulateOctopus } from '../../src/cli/emulate-octopus.ts';
import { runInstall } from '../../src/cli/install.ts';
import { UsageError } from '../../src/command-line/usage-error.ts';
import { createOctopusServer } from '../../src/rehearsal/octopus-server/server.ts';

it('what it prints installs a project into it', async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const said = await new Promise<string>((resolve, reject) => {
    runEmulateOctopus(['--port', '0'], resolve, stop.signal).catch(reject);
  });
  const exported = Object.fromEntries(
    [...said.matchAll(/(OCTOPUS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  const command = /install(?:-octopus)?\S*(?: --)? (--project[\s\S]*?)\n\n/.exec(said)?.[1] ?? '';
  const args = [...command.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  const lines: string[] = [];
  const code = await runInstall([...args, '--yes'], (line) => lines.push(line), {
    environment: exported,
    ask: undefined,
    templateDirectory: 'step-templates',
  });
  expect(lines.join('\n')).toMatch(/✓ \d+ changes made in the space Default\./);
  expect(code).toBe(0);
});

it('says that a port is taken', async () => {
  const other = await createOctopusServer();
  onTestFinished(() => other.close());
  const taken = runEmulateOctopus(['--port', new URL(other.url).port], () => {}, new AbortController().signal);
  await expect(taken).rejects.toThrow(UsageError);
  await expect(taken).rejects.toThrow('Choose another port with --port');
});
