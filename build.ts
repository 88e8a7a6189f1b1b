import { bundleCommand } from './build/command.ts';
import type { GeneratedFile } from './build/generated-files.ts';
import { archiveFiles, buildProject } from './build/project.ts';
import { projectDirectory } from './build/project-directory.ts';
import { findUnlisted, findUnreleasedChanges, listContents, listRelease } from './build/release-contents.ts';
import { findExcesses, renderCommandSize, renderSizes } from './build/sizes.ts';
import { findStaleFiles, readProjectFile, removeLeftOvers, writeFiles } from './build/staleness.ts';
import { findIdleMeasures } from './build/trimming.ts';
import { steps } from './src/steps/index.ts';

const readCommitted = (path: string): string | undefined => readProjectFile(projectDirectory, path);

const build = await buildProject(steps);
const command = await bundleCommand(build.release.version);
console.log(renderSizes(build.sizes));
console.log(renderCommandSize(command.file.content.length));
const archive = archiveFiles(build, command);
const contents = listContents(build, archive, readCommitted);
const problems = [
  ...findExcesses(build.sizes),
  ...findIdleMeasures([...build.bundles, build.setUp].map(({ metafile }) => metafile)),
  ...run(),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function run(): string[] {
  if (process.argv.includes('--check')) return check();
  if (process.argv.includes('--release')) return writeRelease();
  write();
  for (const sentence of findUnlisted(contents, readCommitted)) console.log(sentence);
  return [];
}

function check(): string[] {
  const stale = findStaleFiles(projectDirectory, build.committed);
  const advice = stale.length === 0 ? [] : ['Run "npm run build" and commit the changed files.'];
  return [...stale, ...advice, ...findUnlisted(contents, readCommitted)];
}

function writeRelease(): string[] {
  const unreleased = findUnreleasedChanges(contents, readCommitted);
  if (unreleased.length === 0) write(listRelease(contents, readCommitted));
  return unreleased;
}

function write(...others: readonly GeneratedFile[]): void {
  writeFiles(projectDirectory, [...build.committed, ...archive, ...others]);
  for (const path of removeLeftOvers(projectDirectory, build.committed)) console.log(`removed ${path}`);
}
