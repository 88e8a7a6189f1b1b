import { bundleCommand } from './build/command.ts';
import { archiveFiles, type Build, buildProject } from './build/project.ts';
import { projectDirectory } from './build/project-directory.ts';
import { findExcesses, renderCommandSize, renderSizes } from './build/sizes.ts';
import { findStaleFiles, removeLeftOvers, writeFiles } from './build/staleness.ts';
import { findIdleMeasures } from './build/trimming.ts';
import { steps } from './src/steps/index.ts';

const build = await buildProject(steps);
console.log(renderSizes(build.sizes));
const problems = [
  ...findExcesses(build.sizes),
  ...findIdleMeasures([...build.bundles, build.setUp].map(({ metafile }) => metafile)),
  ...(process.argv.includes('--check') ? check(build) : await write(build)),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function check({ committed }: Build): string[] {
  const stale = findStaleFiles(projectDirectory, committed);
  return stale.length === 0 ? [] : [...stale, 'Run "npm run build" and commit the changed files.'];
}

async function write(built: Build): Promise<string[]> {
  const command = await bundleCommand(built.release.version);
  console.log(renderCommandSize(command.file.content.length));
  writeFiles(projectDirectory, [...built.committed, ...archiveFiles(built, command)]);
  for (const path of removeLeftOvers(projectDirectory, built.committed)) console.log(`removed ${path}`);
  return [];
}
