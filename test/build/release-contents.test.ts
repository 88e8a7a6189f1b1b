import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { findHeading, findUnreleased } from '../../build/changelog.ts';
import { generateFiles } from '../../build/generated-files.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import { findUnlisted, findUnreleasedChanges, listContents, listRelease } from '../../build/release-contents.ts';
import { readProjectFile } from '../../build/staleness.ts';
import { parseReleaseList, releaseListPath, renderReleaseList } from '../../src/octopus/verification/release-list.ts';
import { fixtureStep } from '../octopus/template/fixture-step.ts';

const release = { version: '1.2.3', date: '2026-11-22' };
const program = Buffer.from('console.log(1)');
const archive = [
  { path: 'dist/shift-traffic.cjs', content: program },
  { path: 'dist/shift-traffic.cjs.LEGAL.txt', content: 'legal' },
  { path: 'dist/octopus-ecs-canary.1.2.3.zip', content: 'zip' },
];
const project: Readonly<Record<string, string>> = {
  LICENSE: 'licence',
  'package.json': '{}',
  'README.md': 'read me',
  [releaseListPath]: `${'0'.repeat(64)}  1.2.2/promote/script.sh\n${'1'.repeat(64)}  1.2.3/promote/script.sh\n`,
  'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-11-22\n\n- One.\n',
};

function generate(earlier?: string) {
  const committed = generateFiles([{ step: fixtureStep, program }], release, () => earlier);
  return { committed, release };
}

const contents = listContents(generate(), archive, (path) => project[path]);

it('a release lists script and program of each template, every file of the package, and the zip', () => {
  const paths = contents.map(({ path }) => path);
  expect(paths.filter((path) => !path.startsWith('package/policies/'))).toEqual([
    'shift-traffic/script.sh',
    'shift-traffic/program.cjs',
    'octopus-ecs-canary.1.2.3.zip',
    'package/dist/shift-traffic.cjs',
    'package/step-templates/aws-ecs-canary-shift-traffic.json',
    'package/LICENSE',
    'package/package.json',
  ]);
  expect(paths).toContain('package/policies/all-steps.json');
  const hash = createHash('sha256').update(program).digest('hex');
  expect(contents.filter((one) => one.hash === hash).map(({ path }) => path)).toEqual([
    'shift-traffic/program.cjs',
    'package/dist/shift-traffic.cjs',
  ]);
});

it('a program has the same hash, however it was compressed', () => {
  const [template] = generate().committed;
  const fast = gzipSync(program, { level: 1 }).toString('base64');
  const other = String(template?.content).replace(/(ECS_CANARY_PROGRAM' [^A-Z]*?\\n)[A-Za-z0-9+/=]+/, `$1${fast}`);
  expect(other).not.toBe(template?.content);
  const before = contents.find(({ path }) => path === 'shift-traffic/program.cjs');
  const [script, same] = listContents(
    { committed: [{ path: template?.path ?? '', content: other }], release },
    [],
    () => '',
  );
  expect(same).toEqual(before);
  expect(script?.hash).not.toBe(contents[0]?.hash);
});

it('a release replaces what was listed for its version, and nothing else', () => {
  const { content } = listRelease(contents, (path) => project[path]);
  expect(parseReleaseList(String(content)).filter((one) => one.release !== '1.2.3')).toEqual([
    { hash: '0'.repeat(64), release: '1.2.2', path: 'promote/script.sh' },
  ]);
  expect(String(content)).not.toContain('1'.repeat(64));
  expect(findUnlisted(contents, () => String(content))).toEqual([]);
});

it('a list that lacks a content, or has another one, is stale', () => {
  for (const text of [undefined, project[releaseListPath], renderReleaseList(contents.slice(1))])
    expect(findUnlisted(contents, () => text)).toEqual([
      expect.stringContaining('SHA256SUMS does not list what this source builds as 1.2.3.'),
    ]);
});

it('nothing is released while the changelog has unreleased changes', () => {
  const changelog = '# Changelog\n\n## Unreleased\n\n- Two.\n\n## 1.2.3 - 2026-11-22\n';
  const read = (path: string) => (path === 'CHANGELOG.md' ? changelog : project[path]);
  expect(findUnreleasedChanges(contents, read)).toEqual([
    'CHANGELOG.md has changes under "Unreleased". Move them under the heading "## 1.2.3 - <yyyy-mm-dd>".',
  ]);
  expect(findUnreleasedChanges(contents, (path) => project[path])).toEqual([]);
});

it('the changelog is read by its headings', () => {
  const text = '# Changelog\n\n## Unreleased\n\n### Added\n\n- Two.\n\n## 1.2.30 - 2026-11-22\n\n- One.\n';
  expect(findUnreleased(text)).toBe('### Added\n\n- Two.');
  expect(findUnreleased('## Unreleased\n\n- Two.\n')).toBe('- Two.');
  expect(findUnreleased('## 1.2.30 - 2026-11-22\n\n- One.\n')).toBe('');
  expect(findHeading(text, '1.2.30')).toBe('## 1.2.30 - 2026-11-22');
  expect(findHeading(text, '1.2.3')).toBeUndefined();
});

it('releases are sorted by number', () => {
  const of = (name: string) => ({ hash: 'a'.repeat(64), release: name, path: 'x' });
  const text = renderReleaseList(['0.10.0', '0.9.0', '0.9.0+unreleased', '0.9.0'].map(of));
  expect(text.match(/\d\.\S+/g)).toEqual(['0.9.0/x', '0.9.0+unreleased/x', '0.10.0/x']);
});

it('the committed list is sorted, has every released version, and nothing that is no hash', () => {
  const text = readProjectFile(projectDirectory, releaseListPath) ?? '';
  const list = parseReleaseList(text);
  expect(renderReleaseList(list)).toBe(text);
  expect(text.trimEnd().split('\n')).toHaveLength(list.length);
  const changelog = readProjectFile(projectDirectory, 'CHANGELOG.md') ?? '';
  const versions = [...changelog.matchAll(/^## (\d\S*)/gm)].map(([, version]) => version);
  expect(versions.length).toBeGreaterThan(2);
  expect(list.map((content) => content.release)).toEqual(expect.arrayContaining(versions));
});
