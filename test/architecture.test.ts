import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleStep } from '../build/bundle.ts';
import { projectDirectory } from '../build/project-directory.ts';
import { setUpProject } from '../src/set-up/set-up-project.ts';
import { steps } from '../src/steps/index.ts';
import { foldersOf } from './installed-packages.ts';
import { importsOf, readImports, type SourceImport } from './source-imports.ts';

/** What the files of a folder may import: folders or files below `src`, and packages. */
interface Layer {
  readonly values: RegExp;
  readonly types?: RegExp;
}

const layers: Readonly<Record<string, Layer>> = {
  canary: { values: /^canary\// },
  evidence: { values: /^evidence\// },
  report: { values: /^(report|evidence|canary)\/|^d3-(scale|shape|time)$/ },
  parameters: { values: /^(parameters|canary)\// },
  'stack-template': { values: /^(stack-template|parameters|canary)\/|^yaml$/ },
  aws: { values: /^(aws|canary)\/|^@(aws-sdk|smithy)\/|^hpagent$|^node:/ },
  observation: { values: /^(observation|canary)\//, types: /^aws\// },
  steps: { values: /^(steps|observation|parameters|stack-template|report|evidence|canary)\/|^node:/, types: /^aws\// },
  octopus: {
    values: /^(octopus|steps|parameters|canary)\/|^node:|^(pako|uuid|yaml)$/,
  },
  runtime: { values: /^(runtime|steps|observation|parameters|aws|octopus\/log|canary)\/|^node:/ },
  'set-up': {
    values: /^(set-up|octopus|runtime|parameters|canary)\/|^aws\/proxy\.ts$|^node:/,
    types: /^steps\//,
  },
  emulator: { values: /^emulator\/|^@(aws-sdk|smithy)\/|^yaml$|^node:/ },
  policies: { values: /^(policies|steps|canary)\// },
  history: { values: /^(history|observation|aws|canary)\/|^node:/ },
  'command-line': { values: /^command-line\/|^@commander-js\/extra-typings$/ },
  rehearsal: {
    values:
      /^(rehearsal|emulator|octopus|set-up|parameters|steps|evidence|canary|stack-template)\/|^@aws-sdk\/|^yaml$|^node:/,
  },
  reliability: {
    values:
      /^(reliability|rehearsal|emulator|octopus|runtime|steps|observation|aws|canary|command-line)\/|^@smithy\/|^node:|^esbuild$|^fast-check$/,
    types: /^@aws-sdk\//,
  },
  conformance: {
    values:
      /^(conformance|emulator|rehearsal\/octopus-server|octopus\/(installer|process)|command-line|stack-template|canary)\/|^aws\/(errors|profile-region)\.ts$|^@aws-sdk\/|^node:/,
  },
  benchmark: {
    values: /^(benchmark|reliability|rehearsal|emulator|octopus|steps|observation|aws|command-line)\/|^node:/,
    types: /^@aws-sdk\//,
  },
  cli: {
    values:
      /^(cli|command-line|history|rehearsal|emulator|octopus|steps|parameters|policies)\/|^aws\/proxy\.ts$|^@commander-js\/extra-typings$|^node:/,
  },
};

const imports = readImports(join(projectDirectory, 'src'));

it.each(Object.keys(layers))('%s imports only what lies below it', (layer) => {
  const own = imports.filter(({ from }) => from.startsWith(`${layer}/`));
  expect(own.filter((one) => !isAllowed(layer, one)).map(show)).toEqual([]);
});

/** Inside the emulator: what the files of a folder may import of it; what lies beside the folders puts them together. */
const emulatorLayers: Readonly<Record<string, RegExp>> = {
  contract: /^contract\//,
  protocol: /^(protocol|contract)\//,
  elb: /^(elb|protocol|contract)\//,
  ecs: /^(ecs|protocol|contract)\//,
  s3: /^(s3|protocol|contract)\//,
  cloudwatch: /^(cloudwatch|protocol|contract)\//,
  cloudformation: /^(cloudformation|ecs|elb|protocol|contract)\//,
};

it.each(Object.keys(emulatorLayers))('emulator/%s imports of the emulator only what lies below it', (folder) => {
  const own = imports.filter(({ from }) => from.startsWith(`emulator/${folder}/`));
  const allowed = emulatorLayers[folder] ?? /^$/;
  const inside = own.filter(({ to }) => to.startsWith('emulator/'));
  expect(own.length).toBeGreaterThan(0);
  expect(inside.filter(({ to }) => !allowed.test(to.slice('emulator/'.length))).map(show)).toEqual([]);
});

/** The folders of the fault matrix from the lowest up; the command lies above them all. */
const reliabilityFolders = [
  'step-runs',
  'cases',
  'actual-state',
  'judging',
  'world',
  'arranging',
  'running',
  'random',
  'fleet',
];

it('the folders of the fault matrix import of it only what lies below them', () => {
  const heightOf = (path: string): number => {
    const [, folder = '', file] = path.split('/');
    return file === undefined ? reliabilityFolders.length : reliabilityFolders.indexOf(folder);
  };
  const inside = imports.filter(({ from, to }) => [from, to].every((path) => path.startsWith('reliability/')));
  expect(inside.length).toBeGreaterThan(100);
  expect(inside.filter(({ from }) => heightOf(from) < 0)).toEqual([]);
  expect(inside.filter(({ from, to }) => heightOf(to) > heightOf(from)).map(show)).toEqual([]);
});

it('every folder of the sources has its place in the layers', () => {
  const folders = new Set(imports.filter(({ from }) => from.includes('/')).map(({ from }) => from.split('/')[0]));
  expect([...folders].filter((folder) => layers[folder ?? ''] === undefined)).toEqual([]);
});

it('only aws, the wire protocol of the emulator, the rehearsal, the conformance run and the fault matrix use the AWS SDK', () => {
  const users = imports.filter(({ to, typeOnly }) => /^@(aws-sdk|smithy)\//.test(to) && !typeOnly);
  expect(
    users.filter(({ from }) => !/^(aws|emulator\/protocol|rehearsal|conformance|reliability)\//.test(from)).map(show),
  ).toEqual([]);
});

it('only one file talks to Octopus over REST', () => {
  const users = imports.filter(({ from, to }) => from.startsWith('octopus/') && /^node:https?$/.test(to));
  expect([...new Set(users.map(({ from }) => from))]).toEqual(['octopus/installer/rest-client.ts']);
});

it('the reader of imports sees every form', () => {
  const text = `import { a } from './a.ts';
import type { B } from '../canary/b.ts';
import {
  c,
  type D,
} from 'yaml';
import './e.ts';
export { f } from './f.ts';
const g = await import('./g.ts');`;
  expect(importsOf('steps/x.ts', text).map(show)).toEqual([
    'steps/x.ts -> steps/a.ts',
    'steps/x.ts -> canary/b.ts (type)',
    'steps/x.ts -> yaml',
    'steps/x.ts -> steps/e.ts',
    'steps/x.ts -> steps/f.ts',
    'steps/x.ts -> steps/g.ts',
  ]);
  expect(isAllowed('canary', { from: 'canary/x.ts', to: 'aws/ecs.ts', typeOnly: true })).toBe(false);
  expect(isAllowed('steps', { from: 'steps/x.ts', to: 'aws/ecs.ts', typeOnly: true })).toBe(true);
  expect(isAllowed('steps', { from: 'steps/x.ts', to: 'aws/ecs.ts', typeOnly: false })).toBe(false);
});

// What is published is bundled, so npm knows of development dependencies alone: these ten are for the bundles.
const allowed = foldersOf([
  '@aws-sdk/client-cloudformation',
  '@aws-sdk/client-cloudwatch',
  '@aws-sdk/client-ecs',
  '@aws-sdk/client-elastic-load-balancing-v2',
  'd3-scale',
  'd3-shape',
  'd3-time',
  'hpagent',
  'pako',
  'yaml',
]);

it('the packages of the bundles are told from those of development', () => {
  expect(allowed.size).toBeGreaterThan(20);
  expect(allowed).not.toContain('node_modules/esbuild');
  expect(allowed).not.toContain('node_modules/playwright-core');
});

describe.each([...steps, setUpProject].map(({ id }) => id))('the bundle of %s', (id) => {
  const contributing = async () => {
    const { metafile } = await bundleStep(`scripts/${id}.ts`, '0.0.0');
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
    return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  };

  it('holds nothing of emulator, rehearsal, cli or development', async () => {
    const paths = await contributing();
    const packages = paths.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
    const foreign = [
      'policies',
      'history',
      'emulator',
      'rehearsal',
      'reliability',
      'conformance',
      'benchmark',
      'command-line',
      'cli',
    ].map((folder) => `src/${folder}/`);
    expect(paths.length).toBeGreaterThan(50);
    expect(paths.filter((path) => [...foreign, 'test/'].some((start) => path.startsWith(start)))).toEqual([]);
    expect(packages.filter((folder) => !allowed.has(folder))).toEqual([]);
  });
});

function isAllowed(layer: string, { to, typeOnly }: SourceImport): boolean {
  const { values, types } = layers[layer] ?? { values: /^$/ };
  if (to === 'version.ts') return !['canary', 'evidence', 'report', 'emulator'].includes(layer);
  return values.test(to) || (typeOnly && types?.test(to) === true);
}

function show({ from, to, typeOnly }: SourceImport): string {
  return `${from} -> ${to}${typeOnly ? ' (type)' : ''}`;
}

it('every file that the guide to the architecture names is there', () => {
  const page = readFileSync(join(projectDirectory, 'ARCHITECTURE.md'), 'utf8');
  const named = [...page.matchAll(/`([\w./-]+\.(?:ts|json|md))`/g)].map(([, path = '']) => path);
  const files = ['src', 'test', 'build', 'scripts', 'docs', 'process', 'step-templates']
    .flatMap((folder) =>
      readdirSync(join(projectDirectory, folder), { recursive: true, encoding: 'utf8' }).map(
        (file) => `${folder}/${file}`,
      ),
    )
    .concat(readdirSync(projectDirectory));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !files.some((file) => `/${file}`.endsWith(`/${path}`)))).toEqual([]);
});
