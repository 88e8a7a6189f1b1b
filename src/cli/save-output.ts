import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../command-line/usage-error.ts';

/**
 * Writes a file that --output asks for, and the directories that lead to it.
 * @param seeHelp the last line of a usage error
 * @returns the path
 * @throws UsageError when it cannot be written
 */
export function saveOutput(path: string, content: string, seeHelp: string): string {
  try {
    makeDirectory(dirname(path));
    writeFileSync(path, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError([`--output: cannot write ${path} (${code}).`], seeHelp);
  }
  return path;
}

/** Node's own `recursive` never ends where a directory denies that its parent exists, as those in /proc do. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory);
}
