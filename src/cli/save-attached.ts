import { basename, join } from 'node:path';
import { seeHelp } from '../command-line/read-options.ts';
import type { AttachedFile } from '../rehearsal/attached-files.ts';
import { declareRehearse } from './rehearse-options.ts';
import { saveOutput } from './save-output.ts';

/**
 * Writes the files that steps attached to their tasks, named after release and step.
 * @throws UsageError if one cannot be written
 */
export function saveAttached(files: readonly AttachedFile[], directory: string, write: (line: string) => void): void {
  for (const { release, step, name, content } of files) {
    const path = join(directory, `${release}-${step}-${basename(name)}`);
    write(`Wrote ${saveOutput(path, content, seeHelp(declareRehearse()), '--artifacts')}`);
  }
  if (files.length === 0) write('No step attached a file, so --artifacts saved nothing.');
}
