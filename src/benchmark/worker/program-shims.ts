import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** A stand-in for every program on a PATH, which notes that it was started and becomes the program itself. */
export interface ProgramShims {
  /** The PATH to run a script with. */
  readonly path: string;
  /** Program → how often the script, or a program of it, started it by its name. */
  readonly started: () => Promise<ReadonlyMap<string, number>>;
}

/** Writes the stand-ins into a directory. Shells that bash forks from itself are no programs, so they are not counted. */
export async function writeProgramShims(directory: string, path: string): Promise<ProgramShims> {
  const shims = join(directory, 'shims');
  const log = join(directory, 'started');
  await mkdir(shims);
  await writeFile(log, '');
  const shim = `#!/bin/sh
name=\${0##*/}
echo "$name" >>'${log}'
exec "$(PATH='${path}'; command -v "$name")" "$@"
`;
  const stem = join(directory, 'shim');
  await writeFile(stem, shim, { mode: 0o755 });
  const names = new Set((await Promise.all(path.split(delimiter).map(programsIn))).flat());
  await Promise.all([...names].map((name) => symlink(stem, join(shims, name))));
  return {
    path: `${shims}${delimiter}${path}`,
    started: async () => {
      const counts = new Map<string, number>();
      for (const name of (await readFile(log, 'utf8')).split('\n').slice(0, -1))
        counts.set(name, (counts.get(name) ?? 0) + 1);
      return counts;
    },
  };
}

async function programsIn(directory: string): Promise<readonly string[]> {
  // A PATH often names directories that do not exist.
  const names = await readdir(directory).catch(() => []);
  // The shell that runs a stand-in must not be one.
  return names.filter((name) => !['sh', 'bash', 'dash'].includes(name));
}
