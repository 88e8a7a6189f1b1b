import { build } from 'esbuild';
import type { GeneratedFile } from './generated-files.ts';
import { type BundledPackage, packagesIn } from './licences.ts';
import { projectDirectory } from './project-directory.ts';

/** The command `octopus-ecs-canary` as one file that needs only Node.js, and the packages in it. */
export interface Command {
  readonly file: GeneratedFile;
  readonly packages: readonly BundledPackage[];
}

/**
 * Bundles the command. Like the sources, it looks for the step templates two folders up.
 * @param version for the comment at the top
 */
export async function bundleCommand(version: string): Promise<Command> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectDirectory,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'octopus-ecs-canary.mjs',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'eof',
    banner: { js: renderHead(version) },
    logLevel: 'error',
  });
  const content = outputFiles[0]?.contents ?? new Uint8Array();
  return { file: { path: 'dist/bin/octopus-ecs-canary.mjs', content }, packages: packagesIn(metafile) };
}

// CommonJS packages call require, which an ES module must create for itself.
function renderHead(version: string): string {
  return [
    '#!/usr/bin/env node',
    `// octopus-ecs-canary ${version}; the licences of what is inside are in dist/THIRD-PARTY-NOTICES.txt.`,
    "import { createRequire as createRequireForBundle } from 'node:module';",
    'const require = createRequireForBundle(import.meta.url);',
  ].join('\n');
}
