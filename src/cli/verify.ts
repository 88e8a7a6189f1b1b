import { readdirSync, readFileSync } from 'node:fs';
import { NoTemplate, readExportedTemplate } from '../octopus/verification/exported-template.ts';
import { parseReleaseList, releaseListPath } from '../octopus/verification/release-list.ts';
import { type Known, type OwnTemplate, verifyTemplate } from '../octopus/verification/template-verification.ts';
import { type FileResult, renderVerdict } from './verdict-text.ts';
import { readVerifyCommand } from './verify-options.ts';

/**
 * Compares step templates with what this source builds; returns the exit code.
 * @throws UsageError if an argument is invalid
 */
export function runVerify(args: readonly string[], write: (line: string) => void): number {
  const command = readVerifyCommand(args, write);
  if (command === undefined) return 0;
  const { anyRelease = false, json = false } = command.values;
  const known = readKnown();
  const results = command.operands.map((file) => verifyFile(file, known, anyRelease));
  if (json) write(JSON.stringify(results, null, 2));
  else for (const result of results) write(renderVerdict(result));
  return results.every(({ accepted }) => accepted) ? 0 : 1;
}

function verifyFile(file: string, known: Known, anyRelease: boolean): FileResult {
  try {
    const verification = verifyTemplate(readExportedTemplate(readFileSync(file)), known);
    const accepted = verification.verdict === 'same' || (anyRelease && verification.verdict === 'released');
    return { file, accepted, ...verification };
  } catch (error) {
    return { file, accepted: false, verdict: 'unreadable', differences: [explain(error)] };
  }
}

function explain(error: unknown): string {
  if (error instanceof NoTemplate) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return code === 'EISDIR' ? aDirectory : `it cannot be read (${code}).`;
}

const aDirectory = 'it is a directory. Name the files in it, for example step-templates/*.json.';

// Like the sources, the bundle lies two folders below what it is compared with.
const home = new URL('../../', import.meta.url);

function readKnown(): Known {
  const folder = new URL('step-templates/', home);
  const files = readdirSync(folder).filter((name) => /^aws-ecs-canary-.+\.json$/.test(name));
  const templates = files.map((name) => readExportedTemplate(readFileSync(new URL(name, folder))));
  return {
    templates: templates.filter((one): one is OwnTemplate => one.settings !== undefined),
    releases: parseReleaseList(readFileSync(new URL(releaseListPath, home), 'utf8')),
  };
}
