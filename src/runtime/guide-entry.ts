import type { ErrorCode } from '../canary/error-catalogue.ts';
import { version } from '../version.ts';

/**
 * Where to read about an error: a link to its entry in the operator's guide of this version, or its place in words.
 * @param home address of the public repository, undefined while there is none
 */
export function guideEntry(code: ErrorCode, home: string | undefined): string {
  const page = 'docs/operators-guide.md';
  if (home === undefined) return `${page} of octopus-ecs-canary ${version}`;
  return `${home.replace(/\/*(#.*)?$/, '')}/blob/v${version}/${page}#${code}`;
}
