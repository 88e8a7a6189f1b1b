import { Enums, Models, Serialize, SPDX, Spec } from '@cyclonedx/cyclonedx-library';
import lockFile from '../package-lock.json' with { type: 'json' };
import { hashOf } from '../src/octopus/template/content-hash.ts';
import type { Release } from '../src/octopus/template/step-template.ts';
import { uuidOf } from '../src/octopus/template/uuid.ts';
import type { GeneratedFile } from './generated-files.ts';
import type { BundledPackage } from './licences.ts';

/** A file that was bundled, and the npm packages that contributed code to it. */
export interface BundledFile {
  readonly file: GeneratedFile;
  readonly packages: readonly BundledPackage[];
}

/** The bill's path in the project. */
export const billPath = 'dist/sbom.cdx.json';

/**
 * The software bill of materials of bundled files, as CycloneDX 1.6: each file with its SHA-256, and which packages are in it.
 * Equal inputs give equal bytes: the serial number derives from the files, the time is the release's.
 */
export function renderBill(files: readonly BundledFile[], { version, date }: Release): GeneratedFile {
  const product = new Models.Component(Enums.ComponentType.Application, 'octopus-ecs-canary', {
    ...{ version, bomRef: 'octopus-ecs-canary', purl: purlOf('octopus-ecs-canary', version) },
    licenses: licencesOf('Apache-2.0'),
  });
  const bill = new Models.Bom({ metadata: new Models.Metadata({ timestamp: new Date(date), component: product }) });
  const packages = new Map(files.flatMap((one) => one.packages.map((each) => [each.directory, describePackage(each)])));
  for (const one of packages.values()) bill.components.add(one);
  for (const { file, packages: contained } of files) {
    const component = describeFile(file, version);
    for (const { directory } of contained) component.dependencies.add(refOf(packages, directory));
    product.dependencies.add(component.bomRef);
    bill.components.add(component);
  }
  const identity = files.map(({ file }) => hashOf(file.content)).join();
  bill.serialNumber = `urn:uuid:${uuidOf(`bill-of-materials/${version}/${hashOf(identity)}`)}`;
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return { path: billPath, content: `${serializer.serialize(bill, { sortLists: true, space: 2 })}\n` };
}

function describeFile({ path, content }: GeneratedFile, version: string): Models.Component {
  return new Models.Component(Enums.ComponentType.File, path, {
    ...{ version, bomRef: path },
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], hashOf(content)]]),
  });
}

function describePackage({ name, version, licence, directory }: BundledPackage): Models.Component {
  const [group, plain] = /^(@[^/]+)\/(.+)$/.exec(name)?.slice(1) ?? [undefined, name];
  return new Models.Component(Enums.ComponentType.Library, plain ?? name, {
    ...{ group, version, bomRef: directory, purl: purlOf(name, version) },
    licenses: licencesOf(licence),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], integrityOf(directory)]]),
  });
}

function refOf(packages: ReadonlyMap<string, Models.Component>, directory: string): Models.BomRef {
  return packages.get(directory)?.bomRef ?? new Models.BomRef(directory);
}

function licencesOf(licence: string): Models.LicenseRepository {
  return new Models.LicenseRepository([
    SPDX.isSupportedSpdxId(licence) ? new Models.SpdxLicense(licence) : new Models.LicenseExpression(licence),
  ]);
}

// https://github.com/package-url/purl-spec: the "@" of a scope is percent-encoded.
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** What npm checked when it installed the package: the SHA-512 of its tarball, in hexadecimal digits. */
function integrityOf(directory: string): string {
  const { integrity } = (lockFile.packages as Record<string, { readonly integrity?: string }>)[directory] ?? {};
  if (integrity?.startsWith('sha512-') !== true)
    throw new RangeError(`package-lock.json has no SHA-512 for ${directory}.`);
  return Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
}
