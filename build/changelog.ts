/** What a changelog says about changes that no version has yet; empty if there are none. */
export function findUnreleased(changelog: string): string {
  const section = changelog.split(/^## /m).find((text) => text.startsWith('Unreleased\n'));
  return (section ?? '').slice('Unreleased\n'.length).trim();
}

/** The heading of a version, such as `## 0.1.0 - 2026-11-22`; undefined if it has none. */
export function findHeading(changelog: string, version: string): string | undefined {
  return changelog.split('\n').find((line) => line.startsWith('## ') && line.split(/[^\w.+-]+/).includes(version));
}
