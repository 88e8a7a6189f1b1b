import { closeSync, existsSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { UsageError } from '../command-line/usage-error.ts';
import { type Case, nameCase } from './cases/case.ts';
import { describeFleet, type FleetFigures } from './fleet/figures.ts';
import { runCanaryFleet } from './fleet/fleet.ts';
import { type FaultsCommand, OptionProblem, readFaultsCommand } from './options.ts';
import { runRandom } from './random/command.ts';
import { UnknownPath } from './random/random-sequences.ts';
import { type Findings, renderReport } from './report.ts';
import { openBench } from './running/bench.ts';
import { type MatrixResult, runMatrix } from './running/matrix.ts';
import type { CaseResult } from './running/run-case.ts';
import { startWorkers } from './running/workers.ts';

// Node.js 20 is supported here for as long as the workers have it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const command = readFaultsCommand(process.argv.slice(2), say);
  if (command?.testCase) process.exitCode = (await runAlone(command.testCase)) ? 0 : 1;
  else if (command) process.exitCode = (await runAll(command)) ? 0 : 1;
} catch (caught) {
  const error = caught instanceof UnknownPath ? new OptionProblem(caught.message) : caught;
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

/** Runs one cell and prints its result. @returns whether its fault hit a call and all invariants held */
async function runAlone(testCase: Case): Promise<boolean> {
  const bench = await openBench(1);
  try {
    const { expectation } = await bench.rehearse(testCase);
    const result = await bench.run(testCase, expectation);
    say(`${nameCase(testCase)}: ${result.outcomes.join(', ')}`);
    tell(result);
    if (!result.met)
      say('The fault hit no call, so this proves nothing. Check that the step makes this call, and how often.');
    return result.met && result.violations.length === 0;
  } finally {
    await bench.close();
  }
}

async function runAll(command: FaultsCommand): Promise<boolean> {
  const startedAt = performance.now();
  if (command.report !== undefined) checkWritable(command.report);
  const findings: Findings = {
    matrix: command.matrix ? await fillMatrix(command) : undefined,
    random: command.random > 0 ? await runRandom({ ...command, sequences: command.random }, say) : undefined,
    fleet: command.canaries > 0 ? await playFleet(command) : undefined,
  };
  for (const line of findings.matrix?.rehearsals.flatMap(({ violations }) => violations) ?? [])
    say(`VIOLATED: ${line}`);
  const minutes = (performance.now() - startedAt) / 60_000;
  if (command.report !== undefined) writeFileSync(command.report, renderReport(command, findings));
  const broken = countViolations(findings);
  const idle = findings.matrix && describeIdle(findings.matrix);
  if (idle) say(idle.what);
  const verdict = broken > 0 ? `${broken} VIOLATIONS` : idle?.nothing ? 'NOTHING WAS TESTED' : 'All invariants held';
  say(`${verdict}, in ${minutes.toFixed(1)} minutes.`);
  return broken === 0 && !idle?.nothing;
}

/** Describes the cells that prove nothing, because their fault hit no call. */
function describeIdle({ results }: MatrixResult): { readonly what: string; readonly nothing: boolean } | undefined {
  const missed = results.filter(({ met }) => !met).length;
  if (results.length === 0) return { what: 'The options select no cell of the matrix.', nothing: true };
  if (missed === 0) return undefined;
  const what = `In ${missed} of ${results.length} cells the fault hit no call, so these cells prove nothing.`;
  return { what, nothing: missed === results.length };
}

/** Fails early, so that hours of work are not lost because the page cannot be written. */
function checkWritable(file: string): void {
  try {
    const isNew = !existsSync(file);
    closeSync(openSync(file, 'a'));
    if (isNew) unlinkSync(file);
  } catch (error) {
    throw new OptionProblem(
      `--report ${file}: the file cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function fillMatrix(command: FaultsCommand): Promise<MatrixResult> {
  const workers = startWorkers(command.processes, command.lanes);
  let told = 0;
  try {
    return await runMatrix(workers, command, workers.width, (done, of, result) => {
      tell(result);
      if (done < of && performance.now() - told < 5000) return;
      told = performance.now();
      say(`${done} of ${of} cells`);
    });
  } finally {
    workers.close();
  }
}

function tell({ testCase, violations }: CaseResult): void {
  if (violations.length === 0) return;
  say(`VIOLATED in ${nameCase(testCase)}`);
  for (const violation of violations) say(`  ${violation}`);
  say(`  Run it again: npm run faults -- --cell "${nameCase(testCase)}"`);
}

async function playFleet({ canaries }: FaultsCommand): Promise<FleetFigures> {
  const figures = await runCanaryFleet({ canaries, timeScale: 5, tell: say });
  for (const line of describeFleet(figures)) say(line);
  return figures;
}

function countViolations({ matrix, random, fleet }: Findings): number {
  const cases = matrix?.results.filter(({ violations }) => violations.length > 0).length ?? 0;
  const unfaulty = matrix?.rehearsals.filter(({ violations }) => violations.length > 0).length ?? 0;
  return cases + unfaulty + (random?.failures.length ?? 0) + (fleet?.failures.length ?? 0);
}
