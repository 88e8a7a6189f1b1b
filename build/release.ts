import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Release } from '../src/octopus/template/step-template.ts';
import { findHeading } from './changelog.ts';

/**
 * The version in package.json, with its date from CHANGELOG.md (a heading such as `## 0.1.0 - 2026-11-22`).
 * @throws RangeError if the changelog has no such heading
 */
export function readRelease(projectDirectory: string): Release {
  const { version } = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as { version: string };
  const changelog = readFileSync(join(projectDirectory, 'CHANGELOG.md'), 'utf8');
  const date = findHeading(changelog, version)?.match(/\d{4}-\d{2}-\d{2}/)?.[0];
  if (date === undefined) throw new RangeError(`CHANGELOG.md has no heading "## ${version} - <yyyy-mm-dd>".`);
  return { version, date };
}
