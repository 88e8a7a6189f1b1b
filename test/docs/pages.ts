import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from '../../build/project-directory.ts';

/** The Markdown pages of the project, as paths from its directory. */
export const pages: readonly string[] = ['.', 'docs', 'src/emulator'].flatMap((directory) =>
  readdirSync(join(projectDirectory, directory))
    .filter((name) => name.endsWith('.md'))
    .map((name) => (directory === '.' ? name : `${directory}/${name}`)),
);
