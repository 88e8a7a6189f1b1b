import { readFileSync } from 'node:fs';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { steps } from '../src/steps/index.ts';
import { projectDirectory } from './project-directory.ts';
import { type TrimmedPart, trimmedParts, wholeReader } from './trimmed-parts.ts';

// Each trimming leaves out what no step uses; the sizes are what it saves in the minified bundle of Deploy Stack.

/**
 * Modules that the bundles replace by another one.
 * @param projectDirectory absolute, ending in a slash
 */
export function trimmedModules(projectDirectory: string): Readonly<Record<string, string>> {
  return {
    // 110 KB: nine of the SDK's ten credential providers.
    '@aws-sdk/credential-provider-node': `${projectDirectory}build/environment-credentials.ts`,
    // 20 KB: its own code, and what it shares with other modules, which importing it on demand kept in the bundle.
    '@smithy/core/event-streams': `${projectDirectory}build/event-streams.ts`,
    // 10 KB of the report: its scales have no colours.
    'd3-color': `${projectDirectory}build/no-colours.ts`,
    // 18 KB: this build of yaml can be tree-shaken.
    yaml: `${projectDirectory}node_modules/yaml/browser/index.js`,
  };
}

// Code imports package.json only for these. The rest would change every bundle with each new npm script.
const trimmedPackageFiles: Plugin = {
  name: 'trim-package-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      const { name, version, homepage } = JSON.parse(readFileSync(path, 'utf8'));
      const isOurs = path === `${projectDirectory}package.json`;
      return { contents: JSON.stringify({ name, version, ...(isOurs && { homepage }) }), loader: 'json' };
    }),
};

// 11 KB: texts that only templates and documents show. In the sources they are single-line literals.
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
  // Anything shorter than a sentence could also be a label or a value.
  .filter((text) => text.includes(' ') && text.endsWith('.'));

// Without these members, the reader would find all versions equal.
const checkedEntry: Plugin = {
  name: 'check-entry',
  setup: ({ initialOptions, onLoad }) =>
    onLoad({ filter: new RegExp(`/${wholeReader}$`.replaceAll('.', '\\.')) }, () =>
      entryOf(initialOptions).includes(wholeReader)
        ? undefined
        : {
            errors: [
              { text: `The bundle's entry file has to import ${wholeReader} itself, see build/trimmed-parts.ts.` },
            ],
          },
    ),
};

/** Plugins that trim modules as they are loaded. */
export const trimmingPlugins: readonly Plugin[] = [
  trimmedPackageFiles,
  trimmedTexts,
  checkedEntry,
  ...trimmedParts.map(trimmingPlugin),
];

/** Rewrites a part's modules; the build fails if there is nothing to rewrite, for example in a dependency's new version. */
export function trimmingPlugin({ module, rewrite }: TrimmedPart): Plugin {
  return {
    name: `trim ${module.source}`,
    setup: ({ initialOptions, onLoad }) =>
      onLoad({ filter: module }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        const contents = rewrite(source, entryOf(initialOptions));
        const text = `build/trimmed-parts.ts found nothing to leave out of ${path}. Check what its new version does.`;
        return contents === source ? { errors: [{ text }] } : { contents, loader: 'js' };
      }),
  };
}

function entryOf({ entryPoints }: BuildOptions): string {
  const [entry] = Array.isArray(entryPoints) ? entryPoints : [];
  return typeof entry === 'string' ? readFileSync(`${projectDirectory}${entry}`, 'utf8') : '';
}

/** A sentence for each trimming whose module is in no bundle, for example because a dependency's new version moved it. */
export function findIdleMeasures(
  metafiles: readonly Metafile[],
  parts: readonly TrimmedPart[] = trimmedParts,
): string[] {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs)).map((path) => `/${path}`);
  const idle = [
    ...parts.filter(({ module }) => !paths.some((path) => module.test(path))).map(({ module }) => module.source),
    ...Object.values(trimmedModules('/')).filter((path) => !paths.includes(path)),
  ];
  return idle.map(
    (module) => `No bundle contains the module ${module}, which build/ trims. Update or remove that trimming.`,
  );
}
