import { closeSync, existsSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { UsageError } from '../command-line/usage-error.ts';
import { type Findings, reportAsJson, reportAsMarkdown } from './report.ts';

/** Fails early, so that an hour of work is not lost. @throws UsageError if the report cannot be written there */
export function checkWritable(path: string): void {
  try {
    for (const file of [`${path}.md`, `${path}.json`]) {
      const isNew = !existsSync(file);
      closeSync(openSync(file, 'a'));
      if (isNew) unlinkSync(file);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError([`The report cannot be written: ${why}`], 'Choose another place with --report.');
  }
}

/** Writes the report twice. @returns both files */
export function saveReport(path: string, findings: Findings, secrets: readonly string[] = []): readonly string[] {
  writeFileSync(`${path}.json`, reportAsJson(findings, secrets));
  writeFileSync(`${path}.md`, reportAsMarkdown(findings, secrets));
  return [`${path}.json`, `${path}.md`];
}
