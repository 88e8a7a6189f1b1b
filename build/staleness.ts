import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GeneratedFile, generatedDirectories } from './generated-files.ts';

/** The text of a project file; undefined if it does not exist. */
export function readProjectFile(projectDirectory: string, path: string): string | undefined {
  const absolute = join(projectDirectory, path);
  return existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined;
}

/** One line for each committed file that is out of date, missing or a left-over. */
export function findStaleFiles(projectDirectory: string, files: readonly GeneratedFile[]): string[] {
  const differing = files.flatMap(({ path, content }) => {
    const committed = readProjectFile(projectDirectory, path);
    if (committed === undefined) return [`${path} is missing`];
    return Buffer.from(content).equals(Buffer.from(committed)) ? [] : [`${path} is out of date`];
  });
  return [...differing, ...findLeftOvers(projectDirectory, files).map((path) => `${path} is no longer generated`)];
}

/** Writes generated files, with the directories they need. */
export function writeFiles(projectDirectory: string, files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    const absolute = join(projectDirectory, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
  }
}

/** Removes files that the build does not generate from the generated directories; returns their paths. */
export function removeLeftOvers(projectDirectory: string, files: readonly GeneratedFile[]): string[] {
  const leftOvers = findLeftOvers(projectDirectory, files);
  for (const path of leftOvers) rmSync(join(projectDirectory, path), { recursive: true });
  return leftOvers;
}

function findLeftOvers(projectDirectory: string, files: readonly GeneratedFile[]): string[] {
  const paths = files.map(({ path }) => path);
  const leftOversOf = (directory: string): string[] => {
    const absolute = join(projectDirectory, directory);
    if (!existsSync(absolute)) return [];
    const entries = readdirSync(absolute).map((name) => `${directory}/${name}`);
    return entries.sort().flatMap((entry) => {
      if (paths.includes(entry)) return [];
      return paths.some((path) => path.startsWith(`${entry}/`)) ? leftOversOf(entry) : [entry];
    });
  };
  return generatedDirectories.flatMap(leftOversOf);
}
