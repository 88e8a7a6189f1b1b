import { build, type Metafile, type Plugin } from 'esbuild';
import { type BundledPackage, packagesIn, renderBanner } from './licences.ts';
import { projectDirectory } from './project-directory.ts';
import { trimmedModules, trimmingPlugins } from './trimming.ts';

/** One step's program as a single CommonJS file. */
export interface Bundle {
  readonly code: Buffer;
  /** The licence comments found in the bundled code; empty when there are none. */
  readonly legal: string;
  readonly metafile: Metafile;
  readonly packages: readonly BundledPackage[];
}

/**
 * Bundles and minifies an entry file for the oldest supported Node.js; equal sources give equal bytes.
 * @param entry path relative to the project
 * @param version for the comment at the top
 * @param carried what the entry imports as `carried-templates`
 */
export async function bundleStep(entry: string, version: string, carried: unknown = []): Promise<Bundle> {
  const { outputFiles, metafile } = await runEsbuild(entry, carried);
  const code = outputFiles.find((file) => file.path.endsWith('.cjs'));
  const legal = outputFiles.find((file) => file.path.endsWith('.LEGAL.txt'));
  const packages = packagesIn(metafile);
  return {
    code: Buffer.from(`${renderBanner(version, packages)}\n${code?.text}`),
    legal: legal?.text ?? '',
    metafile,
    packages,
  };
}

function runEsbuild(entry: string, carried: unknown) {
  return build({
    absWorkingDir: projectDirectory,
    entryPoints: [entry],
    outfile: 'step.cjs',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The SDK's CommonJS builds cannot be tree-shaken; with `main` first, bundles are twice as big.
    mainFields: ['module', 'main'],
    legalComments: 'external',
    alias: trimmedModules(projectDirectory),
    plugins: [...trimmingPlugins, carry(carried)],
    logLevel: 'error',
  });
}

function carry(carried: unknown): Plugin {
  const namespace = 'carried';
  return {
    name: 'carry-templates',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^carried-templates$/ }, ({ path }) => ({ path, namespace }));
      onLoad({ filter: /^/, namespace }, () => ({ contents: JSON.stringify(carried), loader: 'json' }));
    },
  };
}
