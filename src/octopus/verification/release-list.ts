/** A content of a release, as one line of SHA256SUMS has it. */
export interface ReleasedContent {
  readonly hash: string;
  /** For example `0.4.0`; `0.3.0+unreleased` is what main once had, with that version, after the release. */
  readonly release: string;
  /** For example `promote/script.sh`. */
  readonly path: string;
}

/** The list's path in the project and in the package. */
export const releaseListPath = 'SHA256SUMS';

/** The contents in the text of a list. */
export function parseReleaseList(text: string): readonly ReleasedContent[] {
  return [...text.matchAll(/^([\da-f]{64}) {2}([^/\n]+)\/(.+)$/gm)].map(([, hash = '', release = '', path = '']) => ({
    ...{ hash, release, path },
  }));
}

/** The text of a list, in the format of `sha256sum`, sorted by release and path; equal contents give equal bytes. */
export function renderReleaseList(contents: readonly ReleasedContent[]): string {
  const lines = contents.map(({ hash, release, path }) => `${hash}  ${release}/${path}\n`);
  const byPlace = (line: string, other: string): number =>
    line.slice(66).localeCompare(other.slice(66), 'en', { numeric: true }) || (line < other ? -1 : 1);
  return [...new Set(lines)].sort(byPlace).join('');
}

/** The release that had a content, if the list knows it. */
export function findRelease(list: readonly ReleasedContent[], hash: string): string | undefined {
  const releases = list.filter((content) => content.hash === hash).map(({ release }) => release);
  return releases.find((release) => !release.includes('+')) ?? releases[0];
}
