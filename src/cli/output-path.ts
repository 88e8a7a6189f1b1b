import { statSync } from 'node:fs';
import { extname } from 'node:path';

/** Whether a path names a file: it has an extension, and is not a directory. A slash at its end makes it one. */
export function namesFile(path: string): boolean {
  return /^\.[a-z]/i.test(extname(path)) && !path.endsWith('/') && !isDirectory(path);
}

/** Tells somebody who gave a file how to name a directory. */
export const aboutDirectories = 'If a new directory has a dot in its name, end its path with a slash.';

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
