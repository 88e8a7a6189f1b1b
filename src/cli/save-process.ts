import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessFile } from '../octopus/process/files.ts';
import { namesFile } from './output-path.ts';
import { saveOutput } from './save-output.ts';

/** Where the files of a process go. */
export interface ProcessOutput {
  /** A file for the deployment process alone, or a directory for all files. */
  readonly path: string;
  readonly note: (line: string) => void;
  /** The last line of a usage error. */
  readonly seeHelp: string;
}

/**
 * Saves the files of a process. Those that a project shares with the process are kept if they are there already.
 * @throws UsageError if one cannot be written
 */
export function saveProcess(files: readonly [ProcessFile, ...ProcessFile[]], output: ProcessOutput): void {
  const { path, note, seeHelp } = output;
  if (namesFile(path)) {
    note(`Wrote ${saveOutput(path, files[0].content, seeHelp)}`);
    return;
  }
  for (const file of files) {
    const target = join(path, file.path);
    if (file.shared === true && existsSync(target)) keep(target, file.content, note);
    else note(`Wrote ${saveOutput(target, file.content, seeHelp)}`);
  }
}

function keep(path: string, content: string, note: (line: string) => void): void {
  const theirs = squeeze(readFileSync(path, 'utf8'));
  const missing = content
    .trimEnd()
    .split(/\n\n(?=\S)/)
    .filter((block) => !isThere(block, theirs));
  if (missing.length === 0) note(`Kept ${path}, which already has everything that the process needs.`);
  else note(`Kept ${path}, which already exists. Add to it:\n\n${missing.join('\n\n')}\n`);
}

// A variable counts whatever its value; settings have no names, so each of their lines must be there.
function isThere(block: string, theirs: string): boolean {
  const lines = block.split('\n');
  const decisive = lines[0]?.includes('"') ? lines.slice(0, 1) : lines;
  return decisive.every((line) => theirs.includes(squeeze(line)));
}

function squeeze(text: string): string {
  return text.toLowerCase().replaceAll(/\s/g, '');
}
