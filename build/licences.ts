import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { projectDirectory } from './project-directory.ts';

/** A package whose code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Where npm installed it, as package-lock.json names it: `node_modules/yaml`. */
  readonly directory: string;
  /** For example `yaml 2.9.1 (ISC)`. */
  readonly label: string;
  /** SPDX expression. */
  readonly licence: string;
  readonly licenceText: string;
}

/** The npm packages that contributed code to a bundle, by name. */
export function packagesIn(metafile: Metafile): BundledPackage[] {
  const contributing = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const directories = contributing.flatMap(([path]) => packageDirectory.exec(path)?.[0] ?? []);
  return [...new Set(directories)].sort().map(describePackage);
}

/** The comment at the top of a bundle: the packages in it, with the licence texts that every copy must include. */
export function renderBanner(version: string, packages: readonly BundledPackage[]): string {
  const apache = packages.filter(({ licence }) => licence === 'Apache-2.0');
  const others = packages.filter(({ licence }) => licence !== 'Apache-2.0');
  const text = [
    `octopus-ecs-canary ${version}, and parts of ${apache.map(({ label }) => label).join(', ')}:`,
    'licensed under the Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0',
    ...others.map(({ label, licenceText }) => `\nParts of ${label}:\n${licenceText}`),
  ].join('\n');
  return `/*!\n${text.replaceAll('*/', '* /')}\n*/`;
}

/** The notices of packages as one text; each licence text appears once, below the packages that it covers. */
export function renderNotices(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, string[]>();
  for (const { label, licenceText } of packages) {
    const covered = byText.get(licenceText) ?? [];
    if (!covered.includes(label)) byText.set(licenceText, [...covered, label]);
  }
  const sections = [...byText].map(([text, labels]) => `${labels.join('\n')}\n\n${text}\n`);
  return [`The bundled programs contain code of the following packages.\n`, ...sections].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}

const packageDirectory = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

function describePackage(directory: string): BundledPackage {
  const path = join(projectDirectory, directory);
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const texts = readdirSync(path)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return {
    name,
    version,
    directory,
    label: `${name} ${version} (${license})`,
    licence: license,
    licenceText: texts.join('\n\n') || `Licensed under ${license}; the package carries no licence text.`,
  };
}
