import type { Verification } from '../octopus/verification/template-verification.ts';

/** What a file turned out to be: its template, or why it holds none. */
export type FileResult = { readonly file: string; readonly accepted: boolean } & (
  | Verification
  | { readonly verdict: 'unreadable'; readonly differences: readonly string[] }
);

/** A result for people: a line for the file, and below it what it is and what differs. */
export function renderVerdict(result: FileResult): string {
  const mark = result.accepted ? '✓' : '✗';
  if (result.verdict === 'unreadable') return `${mark} ${result.file}: ${result.differences.join(' ')}`;
  const beside = result.verdict === 'same' ? 'Only this differs' : 'Outside the script';
  const details = [describe(result), ...result.differences, ...result.outside.map((one) => `${beside}: ${one}`)];
  return [`${mark} ${result.file}: ${sayVerdict(result)}`, ...details.map((line) => `    ${line}`)].join('\n');
}

function sayVerdict({ verdict, release }: Verification): string {
  if (verdict === 'released') return `the script is what ${release} had, not what this source builds.`;
  if (verdict === 'different') return 'not what this source builds.';
  return 'the script is exactly what this source builds.';
}

function describe({ template, version, release, program }: Verification): string {
  const named = template === undefined ? 'no template of ours' : `${template}, version ${version ?? 'unknown'}`;
  const known = release === undefined ? 'not listed in SHA256SUMS' : `listed as ${release}`;
  return `${named}, ${known}; SHA-256 of the program: ${program ?? 'none'}`;
}
