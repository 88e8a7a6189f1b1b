import { hashOf } from '../src/octopus/template/content-hash.ts';
import { programIn } from '../src/octopus/template/payload.ts';
import {
  parseReleaseList,
  type ReleasedContent,
  releaseListPath,
  renderReleaseList,
} from '../src/octopus/verification/release-list.ts';
import { findUnreleased } from './changelog.ts';
import { type GeneratedFile, scriptBodyOf } from './generated-files.ts';
import type { Build } from './project.ts';

type ReadCommitted = (path: string) => string | undefined;

/**
 * What a release of this build consists of. Programs are listed unpacked, too, so that people can check one by itself. The
 * package is listed by its files, because its own bytes depend on the umask. Its README may change between releases, and
 * the list cannot contain itself.
 */
export function listContents(
  { committed, release }: Pick<Build, 'committed' | 'release'>,
  archive: readonly GeneratedFile[],
  readCommitted: ReadCommitted,
): readonly ReleasedContent[] {
  const scripts = committed.flatMap(scriptsIn);
  const ownFiles = ['LICENSE', 'package.json'].map((path) => ({ path, content: readCommitted(path) ?? '' }));
  const inPackage = [...archive, ...committed, ...ownFiles].filter(({ path }) => packaged.test(path));
  const zips = archive.filter(({ path }) => path.endsWith('.zip'));
  const files = [
    ...scripts,
    ...zips.map(({ path, content }) => ({ path: path.replace('dist/', ''), content })),
    ...inPackage.map(({ path, content }) => ({ path: `package/${path}`, content })),
  ];
  return files.map(({ path, content }) => ({ hash: hashOf(content), release: release.version, path }));
}

// The same files as in the `files` of package.json, with those that npm adds.
const packaged =
  /^(dist\/bin\/.+|dist\/[^/]+\.cjs|dist\/THIRD-PARTY-NOTICES\.txt|dist\/sbom\.cdx\.json|(step-templates|policies)\/.+|LICENSE|package\.json)$/;

function scriptsIn({ path, content }: GeneratedFile): GeneratedFile[] {
  const step = /^step-templates\/aws-ecs-canary-(.+)\.json$/.exec(path)?.[1];
  const script = step === undefined ? undefined : scriptBodyOf(String(content));
  if (script === undefined) return [];
  return [
    { path: `${step}/script.sh`, content: script },
    { path: `${step}/program.cjs`, content: programIn(script) ?? '' },
  ];
}

/** One sentence unless the list has exactly these contents for their version. */
export function findUnlisted(contents: readonly ReleasedContent[], readCommitted: ReadCommitted): string[] {
  const version = contents[0]?.release;
  const listed = parseReleaseList(readCommitted(releaseListPath) ?? '').filter(({ release }) => release === version);
  if (renderReleaseList(listed) === renderReleaseList(contents)) return [];
  return [
    `${releaseListPath} does not list what this source builds as ${version}. CONTRIBUTING.md, "Commits and releases", says how to make a release.`,
  ];
}

/** A sentence if the changelog says that a part of these contents is not of their version. */
export function findUnreleasedChanges(contents: readonly ReleasedContent[], readCommitted: ReadCommitted): string[] {
  if (findUnreleased(readCommitted('CHANGELOG.md') ?? '') === '') return [];
  return [
    `CHANGELOG.md has changes under "Unreleased". Move them under the heading "## ${contents[0]?.release} - <yyyy-mm-dd>".`,
  ];
}

/** The list with these contents as those of their version; other versions stay as they are. */
export function listRelease(contents: readonly ReleasedContent[], readCommitted: ReadCommitted): GeneratedFile {
  const version = contents[0]?.release;
  const others = parseReleaseList(readCommitted(releaseListPath) ?? '').filter(({ release }) => release !== version);
  return { path: releaseListPath, content: renderReleaseList([...others, ...contents]) };
}
