import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findHeading } from '../../build/changelog.ts';
import { scriptBodyOf } from '../../build/generated-files.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import { hashOf } from '../../src/octopus/template/content-hash.ts';
import { parseReleaseList, releaseListPath } from '../../src/octopus/verification/release-list.ts';

const read = (path: string) => readFileSync(join(projectDirectory, path), 'utf8');
const changelog = read('CHANGELOG.md');
const listed = parseReleaseList(read(releaseListPath));

const templates = readdirSync(join(projectDirectory, 'step-templates')).map((file) => {
  const script = scriptBodyOf(read(`step-templates/${file}`)) ?? '';
  const version = /, version (\S+)\. Generated/.exec(script)?.[1] ?? '';
  return { file, version, hash: hashOf(script), path: `${file.replace(/^aws-ecs-canary-|\.json$/g, '')}/script.sh` };
});

it('the version of each committed template has a heading of its own in the changelog', () => {
  expect(templates.filter(({ version }) => findHeading(changelog, version) === undefined)).toEqual([]);
});

// Version 0.1.0 once named eight contents, most of which the changelog called unreleased.
it('the committed templates are those that SHA256SUMS lists for their version, so that none is unreleased', () => {
  const isListed = ({ version, hash, path }: (typeof templates)[number]) =>
    listed.some((one) => one.release === version && one.path === path && one.hash === hash);
  const strange = templates.filter((template) => !isListed(template));
  expect(
    strange.map(({ file, version }) => `${file} is not ${version}: see "Commits and releases" in CONTRIBUTING.md`),
  ).toEqual([]);
});
