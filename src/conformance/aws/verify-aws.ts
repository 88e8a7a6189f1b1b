import { readProfileRegion } from '../../aws/profile-region.ts';
import { seeHelp } from '../../command-line/read-options.ts';
import { UsageError } from '../../command-line/usage-error.ts';
import { version } from '../../version.ts';
import { type CheckResult, Interrupted } from '../check.ts';
import { stoppable } from '../clock.ts';
import { describeResult, describeVerdicts, type Findings } from '../report.ts';
import { runChecks, withoutSight } from '../run-checks.ts';
import { checkWritable, saveReport } from '../saved-report.ts';
import { awsChecks } from './checks/index.ts';
import { createEmulatedTarget } from './emulated-target.ts';
import { declareVerifyAws, readVerifyAwsCommand, type VerifyAwsCommand } from './options.ts';
import { renderPlan } from './plan.ts';
import { findObstacles } from './preflight.ts';
import { findRuns, removeRun } from './removal.ts';
import { newRun } from './run-names.ts';
import { openScene } from './scene.ts';
import { connectToRealAws, type Target } from './target.ts';

/** What the command needs around it. */
export interface Surroundings {
  readonly write: (line: string) => void;
  /** Asks for confirmation; undefined without a terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Aborted when the run is to end early, which removes everything. */
  readonly stop: AbortSignal;
}

/** Runs `verify-aws`; resolves to the exit code: 0 only if every check saw what it allows, and nothing is left. */
export async function runVerifyAws(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const command = readVerifyAwsCommand(args, surroundings.write);
  if (command === undefined) return 0;
  const target = await connect(command);
  try {
    if (command.cleanUp !== undefined) return await cleanUp(target, command.cleanUp, surroundings.write);
    return await verify(target, command, surroundings);
  } finally {
    await target.close();
  }
}

async function connect({ emulated, region: given }: VerifyAwsCommand): Promise<Target> {
  if (emulated) return createEmulatedTarget();
  const fromEnvironment = process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'];
  const region = given ?? (fromEnvironment || (await readProfileRegion()));
  if (region !== undefined) return connectToRealAws(region);
  const problem = 'No region is set. Give --region, set AWS_REGION, or set a region in the profile.';
  throw new UsageError([problem], seeHelp(declareVerifyAws()));
}

/** Checks a target, and removes everything whatever happens. */
export async function verify(target: Target, command: VerifyAwsCommand, surroundings: Surroundings): Promise<number> {
  const { write } = surroundings;
  const run = newRun(new Date());
  const report = command.report ?? `verify-aws-${run}`;
  checkWritable(report);
  const obstacles = await findObstacles(target);
  if (obstacles.length > 0) {
    for (const obstacle of obstacles) write(obstacle);
    write('Nothing was created.');
    return 1;
  }
  const plan = { ...command, run, subject: target.name, cleanUp: cleanUpCommand(target, run) };
  write(command.emulated ? `${awsChecks.length} checks of ${target.name}, run ${run}.` : renderPlan(plan));
  write('');
  const refusal = await whyNot(command, surroundings);
  if (refusal !== undefined) {
    write(refusal);
    return 1;
  }
  const startedAt = new Date().toISOString();
  const results = await check(target, command, run, surroundings);
  const left = await removeRun(target, run, write).catch((error: Error) => [error.message]);
  const findings: Findings = {
    ...{ command: 'verify-aws', version, subject: target.name, run, startedAt, results, left, notChecked: [] },
    endedAt: new Date().toISOString(),
  };
  return conclude(findings, report, cleanUpCommand(target, run), write);
}

async function check(
  target: Target,
  command: VerifyAwsCommand,
  run: string,
  { write, stop }: Surroundings,
): Promise<readonly CheckResult[]> {
  const stoppableTarget = { ...target, clock: stoppable(target.clock, stop) };
  const { existing, allowFrom, image } = command;
  try {
    const scene = await openScene(stoppableTarget, { existing, allowFrom, image, run, tell: write });
    const tell = (result: CheckResult): void => write(describeResult(result));
    return await runChecks(awsChecks, scene, { now: target.clock.now, tell });
  } catch (error) {
    const why = error instanceof Error ? error : new Error(String(error));
    if (!(why instanceof Interrupted)) write(`✗ ${why.message}`);
    return withoutSight(awsChecks, why);
  }
}

function conclude(findings: Findings, report: string, again: string, write: (line: string) => void): number {
  const { results, left } = findings;
  for (const line of left) write(`✗ Not removed: ${line}`);
  if (left.length > 0) write(`Remove the rest: ${again}`);
  else write('Everything was removed.');
  for (const file of saveReport(report, findings)) write(`Wrote ${file}`);
  write(`${describeVerdicts(results)}.`);
  const isSound = results.every(({ verdict }) => verdict === 'as expected' || verdict === 'allowed');
  return isSound && left.length === 0 ? 0 : 1;
}

async function whyNot({ yes, emulated }: VerifyAwsCommand, { ask, stop }: Surroundings): Promise<string | undefined> {
  if (stop.aborted) return 'Nothing was created.';
  if (yes || emulated) return undefined;
  if (ask === undefined)
    return 'Nothing was created, because there is no terminal to ask for confirmation. Run it again with --yes.';
  return (await ask('Create this? [y/n] ')) ? undefined : 'Nothing was created.';
}

function cleanUpCommand({ region }: Target, run: string): string {
  return `npm run verify-aws -- --clean-up ${run} --region ${region}`;
}

async function cleanUp(target: Target, run: string, write: (line: string) => void): Promise<number> {
  const runs = await findRuns(target);
  if (!runs.has(run)) {
    const others = [...runs.keys()].join(', ');
    write(`${target.name} has no stack of the run ${run}. ${others === '' ? 'No run left any.' : `Found: ${others}.`}`);
    return 1;
  }
  const left = await removeRun(target, run, write);
  for (const line of left) write(`✗ Not removed: ${line}`);
  if (left.length === 0) write('Everything was removed.');
  return left.length === 0 ? 0 : 1;
}
