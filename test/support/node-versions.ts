import { existsSync, readFileSync } from 'node:fs';
import { projectDirectory } from '../../build/project-directory.ts';

/** A Node.js that workers may have, other than the one that runs the tests. */
export interface NodeVersion {
  readonly version: string;
  /** Absolute path of its program. */
  readonly path: string;
}

/** The versions that `.ci/workers` fetched; missing ones are an error on CI, so that none is skipped unnoticed. */
export function fetchedNodeVersions(): readonly NodeVersion[] {
  const versions = readFileSync(`${projectDirectory}.ci/node-versions`, 'utf8').trim().split('\n');
  const all = versions.map((version) => ({ version, path: `${projectDirectory}.workers/node-${version}` }));
  const runsThem = process.platform === 'linux' && process.arch === 'x64';
  const found = all.filter(({ path }) => runsThem && existsSync(path));
  if (found.length === all.length) return all;
  const missing = all.filter((version) => !found.includes(version)).map(({ version }) => version);
  const message = `Node.js ${missing.join(', ')} is not in .workers/; run .ci/workers, on Linux on x64, to fetch it`;
  if (process.env['CI']) throw new Error(message);
  console.warn(`skipped: ${message}`);
  return found;
}
