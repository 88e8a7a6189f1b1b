import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../canary/operator-error.ts';
import { createTaskLog, type TaskLog } from '../octopus/log/task-log.ts';
import { homepage, version } from '../version.ts';
import { guideEntry } from './guide-entry.ts';

/** The raw text of an Octopus variable that the wrapper passes; undefined if Octopus has no value. */
export type ReadInput = (name: string) => string | undefined;

/** Runs a bundle's work with what the wrapper gave it; results and failures are service messages. */
export async function runProgram(work: (log: TaskLog, read: ReadInput) => Promise<unknown>): Promise<void> {
  const log = createTaskLog((line) => void process.stdout.write(`${line}\n`));
  // A promise that never settles lets Node.js exit as if the step had succeeded.
  const failEarlyExit = (): void => reportFailure(log, new Error('Node.js ran out of work before the step finished.'));
  process.once('beforeExit', failEarlyExit);
  try {
    await work(log, readInputs());
  } catch (error) {
    reportFailure(log, error);
  } finally {
    process.off('beforeExit', failEarlyExit);
  }
}

/** The wrapper writes one file per variable, unless it has decrypted them; an empty one means that Octopus has no value. */
function readInputs(): ReadInput {
  const directory = process.env['ECS_CANARY_INPUTS'] ?? '';
  const { ecsCanaryInputs: decrypted } = globalThis as { ecsCanaryInputs?: Readonly<Record<string, string>> };
  return (name) => {
    const value = decrypted ? decrypted[name] : readInput(join(directory, name));
    return value?.replace(/\n$/, '') || undefined;
  };
}

function readInput(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
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
