import { version } from '../version.ts';
import { type Check, type CheckResult, Interrupted, type Unchecked } from './check.ts';
import { describeResult, describeVerdicts, type Findings } from './report.ts';
import { runChecks, withoutSight } from './run-checks.ts';
import { saveReport } from './saved-report.ts';

/** What a command needs around it. */
export interface Surroundings {
  readonly write: (line: string) => void;
  /** Asks for confirmation; undefined without a terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Aborted when the run is to end early, which removes everything. */
  readonly stop: AbortSignal;
}

/** A run of checks in something that is created for it and removed afterwards. */
export interface Verification<Scene> {
  readonly command: Findings['command'];
  readonly subject: string;
  readonly run: string;
  /** What will be created, what it costs, and how it is removed. */
  readonly plan: string;
  /** Whether nobody has to be asked. */
  readonly yes: boolean;
  readonly checks: readonly Check<Scene>[];
  readonly notChecked: readonly Unchecked[];
  /** Milliseconds of the platform's clock. */
  readonly now: () => number;
  readonly open: () => Promise<Scene>;
  /** Removes everything; returns what is left. */
  readonly remove: () => Promise<readonly string[]>;
  /** The command that removes what is left. */
  readonly cleanUp: string;
  /** Path of the report without its extension. */
  readonly report: string;
  /** Texts that must not appear in the report. */
  readonly secrets: readonly string[];
}

/** Asks, checks, removes everything whatever happened, and writes the report; resolves to the exit code. */
export async function carryOut<Scene>(verification: Verification<Scene>, surroundings: Surroundings): Promise<number> {
  const { command, subject, run, plan, notChecked, remove } = verification;
  const { write } = surroundings;
  write(plan);
  write('');
  const refusal = await whyNot(verification, surroundings);
  if (refusal !== undefined) {
    write(refusal);
    return 1;
  }
  const startedAt = new Date().toISOString();
  const results = await check(verification, surroundings);
  const left = await remove().catch((error: Error) => [error.message]);
  const endedAt = new Date().toISOString();
  return conclude(
    { command, version, subject, run, startedAt, endedAt, results, notChecked, left },
    verification,
    write,
  );
}

async function whyNot({ yes }: { readonly yes: boolean }, { ask, stop }: Surroundings): Promise<string | undefined> {
  if (stop.aborted) return 'Nothing was created.';
  if (yes) return undefined;
  if (ask === undefined)
    return 'Nothing was created, because there is no terminal to ask for confirmation. Run it again with --yes.';
  return (await ask('Create this? [y/n] ')) ? undefined : 'Nothing was created.';
}

async function check<Scene>(
  { checks, open, now }: Verification<Scene>,
  { write }: Surroundings,
): Promise<readonly CheckResult[]> {
  try {
    const scene = await open();
    return await runChecks(checks, scene, { now, tell: (result) => write(describeResult(result)) });
  } catch (error) {
    const why = error instanceof Error ? error : new Error(String(error));
    if (!(why instanceof Interrupted)) write(`✗ ${why.message}`);
    return withoutSight(checks, why);
  }
}

function conclude(
  findings: Findings,
  { cleanUp, report, secrets }: Pick<Verification<never>, 'cleanUp' | 'report' | 'secrets'>,
  write: (line: string) => void,
): number {
  const { results, left } = findings;
  tellRemoval(left, write);
  if (left.length > 0) write(`Remove the rest: ${cleanUp}`);
  for (const file of saveReport(report, findings, secrets)) write(`Wrote ${file}`);
  write(`${describeVerdicts(results)}.`);
  const isSound = results.every(({ verdict }) => verdict === 'as expected' || verdict === 'allowed');
  return isSound && left.length === 0 ? 0 : 1;
}

/** Says what is left of a run. */
export function tellRemoval(left: readonly string[], write: (line: string) => void): void {
  for (const line of left) write(`✗ Not removed: ${line}`);
  if (left.length === 0) write('Everything was removed.');
}
