import type { Aws } from '../aws/aws.ts';
import type { Change, Receipt } from '../canary/change.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { type RunEvent, remember, type Seen } from '../canary/remember.ts';
import type { Run, RunContext, RunMemory } from '../canary/run.ts';
import { applyChange } from './apply-change.ts';
import type { Clock } from './clock.ts';

/** A run in progress: what it knows at any moment, and what happens to it. */
export interface RunUnderWay {
  now(): Run;
  looked(seen: Seen): void;
  /** @param began when the write began; epoch milliseconds */
  wrote(change: Change, began: number, receipt: Receipt | undefined, error?: unknown): void;
}

/** Begins a run, which remembers nothing yet. */
export function startRun(context: RunContext, aws: Pick<Aws, 'now'>, clock: Clock): RunUnderWay {
  let memory: RunMemory = {};
  const note = (event: RunEvent): void => {
    memory = remember(memory, event, context.lockOwner);
  };
  return {
    now: () => ({ ...context, ...memory, now: clock.now(), awsNow: aws.now() }),
    looked: (seen) => note({ kind: 'looked', seen, at: clock.now(), awsAt: aws.now() }),
    wrote: (change, began, receipt, error) =>
      note({
        ...{ kind: 'wrote', change, error, began, at: clock.now(), awsAt: aws.now() },
        ...{ outcome: receipt?.outcome, requestId: receipt?.requestId },
      }),
  };
}

/**
 * Makes one change, and lets the run remember how AWS received it.
 * @param explain what leads to the cause of a cancelled update, read once AWS has accepted the cancellation
 */
export async function applyRemembering(
  aws: Aws,
  change: Change,
  run: RunUnderWay,
  clock: Clock,
  explain: (change: Change) => Promise<string> = async () => '',
): Promise<void> {
  const { token, operation, now: began } = run.now();
  try {
    const receipt = await applyChange(
      aws,
      change,
      change.kind === 'cancel-stack-update' ? (operation?.token ?? token) : token,
    );
    const isCancelled = change.kind === 'cancel-stack-update';
    const made = isCancelled ? { ...change, because: `${change.because}${await explain(change)}` } : change;
    run.wrote(made, began, receipt);
  } catch (error) {
    run.wrote(change, began, undefined, error);
    throw withSplit(change, error);
  }
  // Tags have no compare-and-swap: another run that just saw no lock must have written its own before this one is read back.
  if (change.kind === 'acquire-lock') await clock.sleep(3000);
}

/** The credentials may allow only some of several rules, so the error lists the split at each. */
function withSplit(change: Change, error: unknown): unknown {
  if (change.kind !== 'set-weights' || change.among.length === 0) return error;
  if (!(error instanceof OperatorError && isFinal(error))) return error;
  const shares = change.among.map((each) => each.shares).join(', ');
  return new OperatorError(error.code, `${error.message} The traffic is split ${shares}.`, error.hint, {
    cause: error,
  });
}

function isFinal({ code }: OperatorError): boolean {
  return code === 'aws-access-denied' || code === 'aws-refused' || code === 'aws-credentials';
}
