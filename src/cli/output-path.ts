import { statSync } from 'node:fs';
import { extname } from 'node:path';

/** Whether a path names a file: it has an extension, and is no directory. A slash at its end makes it one. */
export function namesFile(path: string): boolean {
  return /^\.[a-z]/i.test(extname(path)) && !path.endsWith('/') && !isDirectory(path);
}

/** Says how to name a directory, for whoever gave a file. */
export const aboutDirectories = 'A new directory with a dot in its name ends in a slash.';

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
