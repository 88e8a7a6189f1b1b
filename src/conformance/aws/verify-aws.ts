import { readProfileRegion } from '../../aws/profile-region.ts';
import { seeHelp } from '../../command-line/read-options.ts';
import { UsageError } from '../../command-line/usage-error.ts';
import { stoppable } from '../clock.ts';
import { newRun } from '../run-id.ts';
import { checkWritable } from '../saved-report.ts';
import { carryOut, type Surroundings, tellRemoval } from '../verification.ts';
import { awsChecks } from './checks/index.ts';
import { createEmulatedTarget } from './emulated-target.ts';
import { declareVerifyAws, readVerifyAwsCommand, type VerifyAwsCommand } from './options.ts';
import { renderPlan } from './plan.ts';
import { findObstacles } from './preflight.ts';
import { findRuns, removeRun } from './removal.ts';
import { openScene } from './scene.ts';
import { connectToRealAws, type Target } from './target.ts';

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
  const { write, stop } = surroundings;
  const { existing, allowFrom, image, yes, emulated } = command;
  const run = newRun(new Date());
  const report = command.report ?? `verify-aws-${run}`;
  checkWritable(report);
  const obstacles = await findObstacles(target);
  if (obstacles.length > 0) {
    for (const line of [...obstacles, 'Nothing was created.']) write(line);
    return 1;
  }
  const again = `npm run verify-aws -- --clean-up ${run} --region ${target.region}`;
  const plan = { existing, allowFrom, image, run, subject: target.name, cleanUp: again };
  const stoppableTarget = { ...target, clock: stoppable(target.clock, stop) };
  return carryOut(
    {
      ...{ command: 'verify-aws', subject: target.name, run, report, cleanUp: again, now: target.clock.now },
      plan: emulated ? `${awsChecks.length} checks of ${target.name}, run ${run}.` : renderPlan(plan),
      yes: yes || emulated,
      checks: awsChecks,
      notChecked: [],
      open: () => openScene(stoppableTarget, { existing, allowFrom, image, run, tell: write }),
      remove: () => removeRun(target, run, write),
      secrets: [],
    },
    surroundings,
  );
}

async function cleanUp(target: Target, run: string, write: (line: string) => void): Promise<number> {
  const runs = await findRuns(target);
  if (!runs.has(run)) {
    const others = [...runs.keys()].join(', ');
    write(`${target.name} has no stack of the run ${run}. ${others === '' ? 'No run left any.' : `Found: ${others}.`}`);
    return 1;
  }
  const left = await removeRun(target, run, write);
  tellRemoval(left, write);
  return left.length === 0 ? 0 : 1;
}
