import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectToAws, type Extend } from '../aws/clients.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { tokenPrefix } from '../observation/watch-stack-operation.ts';
import { createTaskLog, type TaskLog } from '../octopus/log/task-log.ts';
import type { ParameterSet } from '../parameters/parameters.ts';
import type { Step, SystemVariable } from '../steps/step.ts';
import { homepage, version } from '../version.ts';
import { saveInWorkingDirectory } from './artifacts.ts';
import { systemClock } from './clock.ts';
import { environmentProblems, regionName } from './environment.ts';
import { executeStep } from './execute-step.ts';
import { guideEntry } from './guide-entry.ts';
import { lockOwnerOf } from './lock-owner.ts';

/**
 * The main program of every bundle: inputs from the wrapper's directory, AWS from the environment, results as service messages.
 * @param extend adds what only this step needs of AWS
 */
export async function runStep<P extends ParameterSet, S>(step: Step<P, S>, extend?: Extend): Promise<void> {
  const log = createTaskLog((line) => void process.stdout.write(`${line}\n`));
  // A promise that never settles lets Node.js exit as if the step had succeeded.
  const failEarlyExit = (): void => reportFailure(log, new Error('Node.js ran out of work before the step finished.'));
  process.once('beforeExit', failEarlyExit);
  try {
    const inputs = readInputs();
    const system = (name: SystemVariable): string => inputs(name) ?? '';
    const deployment = system('Octopus.Deployment.Id');
    await executeStep(step, {
      get aws() {
        const userAgent = [['octopus-ecs-canary', version] as const, ['step', step.id] as const];
        return connectToAws(
          regionName(),
          deployment ? [...userAgent, ['deployment', deployment]] : userAgent,
          {},
          extend,
        );
      },
      problems: environmentProblems(),
      // The call that hangs would keep the process until its own time limit; nothing else is under way by then.
      gaveUp: () => void setTimeout(() => process.exit(), 1000).unref(),
      log,
      saveArtifact: saveInWorkingDirectory,
      clock: systemClock,
      readParameter: inputs,
      token: `${tokenPrefix}${randomUUID()}`,
      deploymentFailed: system('Octopus.Deployment.Error') !== '',
      deploymentError: system('Octopus.Deployment.Error'),
      lockOwner: lockOwnerOf(system),
    });
  } catch (error) {
    reportFailure(log, error);
  } finally {
    process.off('beforeExit', failEarlyExit);
  }
}

/** The wrapper writes one file per variable; an empty one means that Octopus has no value. */
function readInputs(): (name: string) => string | undefined {
  const directory = process.env['ECS_CANARY_INPUTS'] ?? '';
  return (name) => {
    try {
      const value = readFileSync(join(directory, name), 'utf8').replace(/\n$/, '');
      return value === '' ? undefined : value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
}

function reportFailure(log: TaskLog, error: unknown): void {
  process.exitCode = 1;
  if (error instanceof OperatorError) {
    log.error(error.message);
    log.error(`What to do: ${error.hint}`);
    log.error(`Error code: ${error.code}, explained in ${guideEntry(error.code, homepage)}`);
    log.fail(`${firstLines(error.message)} What to do: ${error.hint}`);
    return;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error(`This is a bug in the step template (version ${version}). Please report it with the following lines:`);
  log.error(stack);
  log.fail('The step template has a bug; the task log has the details. Please report it.');
}

/** As much as fits into the one line that Octopus shows of a failed step. */
function firstLines(message: string): string {
  const lines = message.split('\n');
  return [...lines.slice(0, shownLines), ...(lines.length > shownLines ? ['… The task log has the rest.'] : [])].join(
    ' ',
  );
}

const shownLines = 4;
