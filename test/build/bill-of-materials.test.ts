import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, expect, it } from 'vitest';
import { billPath, renderBill } from '../../build/bill-of-materials.ts';
import { bundleCommand, type Command } from '../../build/command.ts';
import { archiveFiles, type Build, buildProject } from '../../build/project.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import lockFile from '../../package-lock.json' with { type: 'json' };
import { steps } from '../../src/steps/index.ts';

interface Component {
  readonly type: string;
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly 'bom-ref': string;
  readonly purl?: string;
  readonly licenses?: readonly unknown[];
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
}

interface Bill {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
}

const lockedPackages: Readonly<Record<string, LockedPackage>> = lockFile.packages;

let build: Build;
let command: Command;
let text: string;
let bill: Bill;
beforeAll(async () => {
  build = await buildProject(steps);
  command = await bundleCommand(build.release.version);
  text = billOf(build, command);
  bill = JSON.parse(text);
});

it('the bill of materials is valid CycloneDX 1.6', () => {
  const isValid = cycloneDx();
  expect(isValid(bill), JSON.stringify(isValid.errors)).toBe(true);
  expect(isValid({ ...bill, specVersion: '1.6', components: [{ type: 'library' }] })).toBe(false);
});

it('it names for each bundle exactly the packages of which it contains code', () => {
  for (const { step, packages } of build.bundles) expect(inside(`dist/${step.id}.cjs`)).toEqual(labels(packages));
  expect(inside(command.file.path)).toEqual(labels(command.packages));
  expect(inside('dist/rollback.cjs').length).toBeGreaterThan(10);
});

it('it has the SHA-256 of each bundle', () => {
  const files = bill.components.filter(({ type }) => type === 'file');
  expect(files.map(({ name }) => name)).toEqual(
    [command.file.path, ...steps.map(({ id }) => `dist/${id}.cjs`), 'set-up-project.cjs'].sort(),
  );
  for (const { step, code } of build.bundles)
    expect(files.find(({ name }) => name === `dist/${step.id}.cjs`)?.hashes).toEqual([
      { alg: 'SHA-256', content: createHash('sha256').update(code).digest('hex') },
    ]);
});

it('it has version, licence, address and the hash of package-lock.json for each package', () => {
  const packages = bill.components.filter(({ type }) => type === 'library');
  expect(packages.length).toBeGreaterThan(20);
  for (const { 'bom-ref': directory, group, name, version, purl, licenses, hashes } of packages) {
    const locked = lockedPackages[directory];
    const whole = group === undefined ? name : `${group}/${name}`;
    expect(directory.endsWith(`node_modules/${whole}`)).toBe(true);
    expect(version).toBe(locked?.version);
    expect(purl).toBe(`pkg:npm/${encodeURIComponent(whole).replace('%2F', '/')}@${version}`);
    expect(JSON.stringify(licenses)).toContain(`"${locked?.license}"`);
    expect(hashes.map(({ content }) => `sha512-${Buffer.from(content, 'hex').toString('base64')}`)).toEqual([
      locked?.integrity,
    ]);
  }
});

it('equal bundles give an equal bill, and other bundles another serial number', () => {
  expect(billOf(build, command)).toBe(text);
  const { serialNumber, metadata } = bill;
  expect(metadata.timestamp).toBe(`${build.release.date}T00:00:00.000Z`);
  const changed = { file: { path: 'dist/promote.cjs', content: 'other' }, packages: [] };
  expect(JSON.parse(String(renderBill([changed], build.release).content)).serialNumber).not.toBe(serialNumber);
});

function billOf(of: Build, withCommand: Command): string {
  return String(archiveFiles(of, withCommand).find(({ path }) => path === billPath)?.content);
}

function inside(file: string): string[] {
  const refs = bill.dependencies.find(({ ref }) => ref === file)?.dependsOn ?? [];
  return bill.components
    .filter((component) => refs.includes(component['bom-ref']))
    .map(({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name} ${version}`)
    .sort();
}

function labels(packages: readonly { readonly name: string; readonly version: string }[]): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`).sort();
}

/** The official schema, which the library carries; two formats have no checker, because no value of ours has them. */
function cycloneDx() {
  const ajv = new Ajv({ strict: false, formats: { 'iri-reference': true, 'idn-email': true } });
  addFormats.default(ajv);
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(schema('bom-1.6'));
}

function schema(name: string): object {
  const folder = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';
  return JSON.parse(readFileSync(join(projectDirectory, folder, `${name}.SNAPSHOT.schema.json`), 'utf8'));
}
