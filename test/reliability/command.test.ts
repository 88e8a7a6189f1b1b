import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';

async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/reliability/main.ts', ...args], {
    cwd: projectDirectory,
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, err, code };
}

describe('npm run faults', () => {
  it('fails a cell whose fault hit no call', async () => {
    const { out, code } = await run('--cell', 'prepare-blue from tenth: throttle ModifyRule #99, then retry');
    expect(out).toContain('The fault hit no call');
    expect(code).toBe(1);
  });

  it('does not report success where the options select no cell', async () => {
    const { out, code } = await run('--steps', 'add-test-rule', '--states', 'first', '--faults', 'reset-after');
    expect(out).toContain('The options select no cell of the matrix.\nNOTHING WAS TESTED, in ');
    expect(code).toBe(1);
  });

  it('refuses a report that cannot be written before doing the work', async () => {
    const { out, err, code } = await run('--sample', '1', '--report', join(tmpdir(), 'no-such-folder', 'page.md'));
    expect(err).toMatch(/^--report .*: the file cannot be written: .*\nSee npm run faults -- --help\.\n$/s);
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });
});
