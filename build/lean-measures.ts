import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';
import { steps } from '../src/steps/index.ts';

// Each measure leaves out what no step ever uses; what it saves is of the bundle of Deploy Stack, minified.

/**
 * Modules in whose place the bundles hold another one.
 * @param projectDirectory absolute, ending in a slash
 */
export function leanModules(projectDirectory: string): Readonly<Record<string, string>> {
  return {
    // 110 KB: nine of the SDK's ten ways to credentials.
    '@aws-sdk/credential-provider-node': `${projectDirectory}build/environment-credentials.ts`,
    // 20 KB: besides its own code, importing it on demand kept everything that it shares with the rest.
    '@smithy/core/event-streams': `${projectDirectory}build/event-streams.ts`,
    // 2 KB: what is passed on to traces in AWS Lambda.
    '@aws/lambda-invoke-store': `${projectDirectory}build/lambda-invoke-store.ts`,
    // 18 KB: the build of yaml that can be tree-shaken.
    yaml: `${projectDirectory}node_modules/yaml/browser/index.js`,
  };
}

// Code imports package files for the version alone; the rest is ballast, and would change bundles with every npm script.
const leanPackageFiles: Plugin = {
  name: 'lean-package-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    }),
};

// 46 KB: a class and a schema for every error of a service. Without them the SDK makes its base exception of the service,
// as it does for every error that a service does not declare, such as AccessDenied: with name, message, $fault and $metadata.
const leanErrors: Plugin = {
  name: 'lean-errors',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8').replace(/^n0_registry\.registerError\(.*\);$/gm, '');
      const texts = new Map([...source.matchAll(/^const (\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]));
      // Computed keys might have side effects, for all that the bundler knows, and would keep every schema that has one.
      const contents = source.replace(/\[(\w+)\]: /g, (whole, name) =>
        texts.has(name) ? `${texts.get(name)}: ` : whole,
      );
      return { contents, loader: 'js' };
    }),
};

// 9 KB: SHA-256 in JavaScript (Node has its own), adaptive retries (ours are standard), signatures of events (none stream).
// The classes are empty, so calling any method of theirs is a TypeError.
const leanClasses: Plugin = {
  name: 'lean-classes',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/@smithy\/.*\/(Sha256Js|AdaptiveRetryStrategy|HeaderFormatter)\.js$/ }, ({ path }) => ({
      contents: `export class ${basename(path, '.js')} {}`,
      loader: 'js',
    })),
};

// 9 KB: texts that only templates and documents show. As they stand in the sources, they are literals of one line.
const leanTexts: Plugin = {
  name: 'lean-texts',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/(steps|octopus)\/.*\.ts$/ }, ({ path }) => ({
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
export const leanPlugins: readonly Plugin[] = [leanPackageFiles, leanErrors, leanClasses, leanTexts];
