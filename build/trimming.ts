import { readFileSync } from 'node:fs';
import type { Metafile, Plugin } from 'esbuild';
import { steps } from '../src/steps/index.ts';
import { type TrimmedPart, trimmedParts } from './trimmed-parts.ts';

// Each measure leaves out what no step ever uses; what it saves is of the bundle of Deploy Stack, minified.

/**
 * Modules in whose place the bundles hold another one.
 * @param projectDirectory absolute, ending in a slash
 */
export function trimmedModules(projectDirectory: string): Readonly<Record<string, string>> {
  return {
    // 110 KB: nine of the SDK's ten ways to credentials.
    '@aws-sdk/credential-provider-node': `${projectDirectory}build/environment-credentials.ts`,
    // 20 KB: besides its own code, importing it on demand kept everything that it shares with the rest.
    '@smithy/core/event-streams': `${projectDirectory}build/event-streams.ts`,
    // 18 KB: the build of yaml that can be tree-shaken.
    yaml: `${projectDirectory}node_modules/yaml/browser/index.js`,
  };
}

// Code imports package files for the version alone; the rest is ballast, and would change bundles with every npm script.
const trimmedPackageFiles: Plugin = {
  name: 'trim-package-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    }),
};

// 11 KB: texts that only templates and documents show. As they stand in the sources, they are literals of one line.
const trimmedTexts: Plugin = {
  name: 'trim-texts',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/(steps|parameters)\/.*\.ts$/ }, ({ path }) => ({
      contents: textsOfTemplates.reduce(
        (source, text) => source.replaceAll(`'${text}'`, "''").replaceAll(`"${text}"`, "''"),
        readFileSync(path, 'utf8'),
      ),
      loader: 'ts',
    })),
};

const textsOfTemplates = steps
  .flatMap(({ summary, outputs, parameters }) => [
    summary,
    ...Object.values(outputs),
    ...Object.values(parameters).map(({ help }) => help),
  ])
  // Anything shorter than a sentence could be a label or a value as well.
  .filter((text) => text.includes(' ') && text.endsWith('.'));

/** What is left out of modules as they are loaded. */
export const trimmingPlugins: readonly Plugin[] = [
  trimmedPackageFiles,
  trimmedTexts,
  ...trimmedParts.map(trimmingPlugin),
];

/** Rewrites a part's modules; building fails where there is nothing to rewrite, as after a dependency's new version. */
export function trimmingPlugin({ module, rewrite }: TrimmedPart): Plugin {
  return {
    name: `trim ${module.source}`,
    setup: ({ onLoad }) =>
      onLoad({ filter: module }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        const contents = rewrite(source);
        const text = `build/trimmed-parts.ts finds nothing to leave out of ${path}; look at what its new version does.`;
        return contents === source ? { errors: [{ text }] } : { contents, loader: 'js' };
      }),
  };
}

/** A sentence for each measure that met no module in any of the bundles: a dependency's new version moved what it left out. */
export function findIdleMeasures(
  metafiles: readonly Metafile[],
  parts: readonly TrimmedPart[] = trimmedParts,
): string[] {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs)).map((path) => `/${path}`);
  const idle = [
    ...parts.filter(({ module }) => !paths.some((path) => module.test(path))).map(({ module }) => module.source),
    ...Object.values(trimmedModules('/')).filter((path) => !paths.includes(path)),
  ];
  return idle.map((module) => `No bundle has the module ${module}, for which build/ has a trimming.`);
}
