import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../command-line/usage-error.ts';

/**
 * Writes a file for an option, and creates its parent directories.
 * @param seeHelp the last line of a usage error
 * @returns the path
 * @throws UsageError if it cannot be written
 */
export function saveOutput(path: string, content: string | Buffer, seeHelp: string, option = '--output'): string {
  try {
    makeDirectory(dirname(path));
    writeFileSync(path, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError([`${option}: cannot write ${path} (${code}).`], seeHelp);
  }
  return path;
}

/** Node's own `recursive` option loops for ever on directories such as those in /proc, which deny that their parent exists. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory);
}
