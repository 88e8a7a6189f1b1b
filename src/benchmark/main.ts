import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../command-line/usage-error.ts';
import { loadTemplateLibrary } from '../rehearsal/template-library.ts';
import { measureGrowth } from './growth-section.ts';
import { type BenchCommand, pageFile, readBenchCommand } from './options.ts';
import { renderFigures, replaceFigures } from './page.ts';
import { measureRelease } from './release-section.ts';
import { measureResponses } from './response-section.ts';
import type { Section } from './section.ts';
import { openSite } from './site.ts';
import { measureSteps } from './steps-section.ts';
import { type AwsCli, findAwsCli, plainPath } from './worker/aws-cli.ts';

// Node.js 20 is supported here for as long as the workers have it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const command = readBenchCommand(process.argv.slice(2), say);
  if (command) await runBenchmark(command);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function runBenchmark(command: BenchCommand): Promise<void> {
  const aws = findAwsCli();
  if (aws === undefined) tell('There is no AWS CLI on the PATH, so the commands that it would run are left out.');
  const parts: Section[] = [];
  try {
    if (command.only.some((name) => name !== 'growth')) await measureOnSite(command, aws, parts);
    if (command.only.includes('growth')) parts.push(await measureGrowth({ tell }));
  } finally {
    // What was measured before a failure is still worth seeing.
    if (parts.length > 0) say(renderFigures(parts, { command, awsVersion: aws?.version }));
  }
  if (!command.write) return;
  const page = fileURLToPath(new URL(`../../${pageFile}`, import.meta.url));
  const figures = renderFigures(parts, { command, awsVersion: aws?.version });
  writeFileSync(page, replaceFigures(readFileSync(page, 'utf8'), figures));
}

/** @param parts to which each section is added as soon as it is measured */
async function measureOnSite({ only, runs }: BenchCommand, aws: AwsCli | undefined, parts: Section[]): Promise<void> {
  const templates = fileURLToPath(new URL('../../step-templates', import.meta.url));
  tell('Deploying a canary to the emulated AWS');
  const site = await openSite(await loadTemplateLibrary(templates), aws?.path ?? plainPath());
  const bench = { site, runs, tell, hasAws: aws !== undefined };
  const moves = (['shift', 'rollback'] as const).filter((move) => only.includes(move));
  try {
    if (only.includes('steps')) parts.push(await measureSteps(bench));
    if (moves.length > 0) parts.push(await measureResponses(bench, moves));
    // Last, because it leaves other versions behind.
    if (only.includes('release')) parts.push(await measureRelease({ ...bench, runs: Math.ceil(runs / 3) }));
  } finally {
    await site.close();
  }
}
