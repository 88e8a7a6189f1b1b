import { readFileSync } from 'node:fs';
import { refuse } from '../command-line/value-parsers.ts';

/** The text of a file that an option names. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(`: cannot read ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
}
