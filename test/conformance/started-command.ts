import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';

/** Starts a command as a user does. */
export function startCommand(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/conformance/main.ts', ...args], {
    cwd: projectDirectory,
    env: { ...process.env, ...environment },
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out }));
  const until = (text: string) => expect.poll(() => out, { timeout: 120_000 }).toContain(text);
  return { child, ended, until };
}
