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
  it('fails a cell whose fault met no call', async () => {
    const { out, code } = await run('--cell', 'prepare-blue from tenth: throttle ModifyRule #99, then retry');
    expect(out).toContain('The fault met no call');
    expect(code).toBe(1);
  });

  it('does not call it held where the options leave no cell', async () => {
    const { out, code } = await run('--steps', 'add-test-rule', '--states', 'first', '--faults', 'reset-after');
    expect(out).toContain('The options leave no cell of the matrix.\nNOTHING WAS TRIED, in ');
    expect(code).toBe(1);
  });

  it('refuses a report that cannot be written before it does the work', async () => {
    const { out, err, code } = await run('--sample', '1', '--report', join(tmpdir(), 'no-such-folder', 'page.md'));
    expect(err).toMatch(/^--report .* cannot be written: .*\nSee npm run faults -- --help\.\n$/s);
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });
});
