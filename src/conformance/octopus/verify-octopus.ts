import { fileURLToPath } from 'node:url';
import { UsageError } from '../../command-line/usage-error.ts';
import { portalAddress } from '../../octopus/installer/connection.ts';
import { InstallError } from '../../octopus/installer/install-error.ts';
import { commandWording } from '../../octopus/installer/wording.ts';
import { createOctopusServer } from '../../rehearsal/octopus-server/server.ts';
import { newRun } from '../run-id.ts';
import { checkWritable } from '../saved-report.ts';
import { carryOut, type Surroundings, tellRemoval } from '../verification.ts';
import { octopusChecks } from './checks/index.ts';
import { readVerifyOctopusCommand, type VerifyOctopusCommand } from './options.ts';
import { renderPlan } from './plan.ts';
import { findAccess } from './preflight.ts';
import { createRest, type Rest } from './rest.ts';
import { openOctopusScene } from './scene.ts';
import { findRuns, removeScratchSpace } from './scratch-space.ts';
import { uncheckedHere } from './unchecked.ts';

/** Runs `verify-octopus`; resolves to the exit code: 0 only if every check saw what it allows, and nothing is left. */
export async function runVerifyOctopus(
  args: readonly string[],
  surroundings: Surroundings,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const command = readVerifyOctopusCommand(args, environment, surroundings.write);
  if (command === undefined) return 0;
  if (!command.emulated) return runOn({ ...command, url: addressIn(command) }, surroundings);
  const server = await createOctopusServer();
  try {
    return await runOn({ ...command, url: server.url, apiKey: server.apiKey }, surroundings);
  } finally {
    await server.close();
  }
}

function addressIn({ url }: VerifyOctopusCommand): string {
  try {
    return portalAddress(url, commandWording);
  } catch (error) {
    if (error instanceof InstallError) throw new UsageError([error.message], error.hint);
    throw error;
  }
}

async function runOn(command: VerifyOctopusCommand, surroundings: Surroundings): Promise<number> {
  const { write } = surroundings;
  const rest = createRest(command.url, command.apiKey);
  const access = await findAccess(rest);
  if ('version' in access)
    return command.cleanUp === undefined
      ? verify(rest, command, access.version, surroundings)
      : cleanUp(rest, command.cleanUp, write);
  for (const line of [...access.obstacles, 'Nothing was changed.']) write(line);
  return 1;
}

/** Checks a server, and deletes the space whatever happens. */
function verify(
  rest: Rest,
  command: VerifyOctopusCommand,
  version: string,
  surroundings: Surroundings,
): Promise<number> {
  const { url, apiKey, emulated, yes } = command;
  const { write, stop } = surroundings;
  const run = newRun(new Date());
  const report = command.report ?? `verify-octopus-${run}`;
  checkWritable(report);
  const subject = emulated ? 'the emulated Octopus Server' : `Octopus ${version}`;
  const again = `npm run verify-octopus -- --clean-up ${run} --url ${url}`;
  const plan = emulated
    ? `${octopusChecks.length} checks of ${subject}, run ${run}.`
    : renderPlan({ run, subject, url, cleanUp: again });
  return carryOut(
    {
      ...{ command: 'verify-octopus', subject, run, report, plan, cleanUp: again, now: Date.now },
      yes: yes || emulated,
      checks: octopusChecks,
      notChecked: uncheckedHere,
      open: () => openOctopusScene({ rest, apiKey, run, templateDirectory, tell: write, stop }),
      remove: () => removeScratchSpace(rest, run, write),
      secrets: secretsOf(url, apiKey),
    },
    surroundings,
  );
}

/** What a report must not tell; a broken connection is told with the host alone. */
export function secretsOf(url: string, apiKey: string): readonly string[] {
  const { host, hostname } = new URL(url);
  return [apiKey, url, host, hostname];
}

const templateDirectory = fileURLToPath(new URL('../../../step-templates', import.meta.url));

async function cleanUp(rest: Rest, run: string, write: (line: string) => void): Promise<number> {
  const runs = await findRuns(rest);
  if (!runs.includes(run)) {
    const found = runs.length === 0 ? 'No run left any.' : `Found: ${runs.join(', ')}.`;
    write(`${rest.url} has no space of the run ${run}. ${found}`);
    return 1;
  }
  const left = await removeScratchSpace(rest, run, write);
  tellRemoval(left, write);
  return left.length === 0 ? 0 : 1;
}
