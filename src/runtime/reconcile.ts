import type { Change } from '../canary/change.ts';
import type { Decision, Done } from '../canary/decision.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { createStaleReadGuard } from './stale-read-guard.ts';
import { createWait, type Pacing, type Wait } from './waiting.ts';

/** What the loop drives: one step with its AWS. */
export interface Goal extends Pacing {
  /** Reads the current state and decides; `after` is the write since the last read, undefined to read everything again. */
  readonly look: (after: Change | undefined) => Promise<Decision>;
  readonly apply: (change: Change) => Promise<void>;
  readonly dryRun: boolean;
}

/** A write that is still needed after this many attempts is being undone, or never takes effect. */
const maxTries = 3;
/** More than the rules of a load balancer need; without it, two runs that overwrite each other would never end. */
const mostWrites = 300;
/** Reads after a write before it is repeated: reads may lag behind writes. */
const patience = 5;

/**
 * Observes, decides and applies until the goal is reached; a write counts only once it is read back.
 * @returns the outcome, or undefined when a dry run stopped before the first write
 * @throws OperatorError `timed-out`, `change-not-in-force`, or whatever looking and applying throw
 */
export async function reconcile(goal: Goal): Promise<Done | undefined> {
  const waiting = createWait(goal);
  let last: Attempt | undefined;
  const staleReads = createStaleReadGuard();
  for (let writes = 0; ; ) {
    const decision = await lookPatiently(goal, waiting, last?.unread ? last.change : undefined);
    if (last) last.unread = false;
    if (staleReads.mustConfirm(decision, isRepeated(last, decision))) {
      await waiting.glance();
      continue;
    }
    if (decision.kind === 'done') return decision;
    if (decision.kind === 'wait') {
      last = undefined;
      await waiting.pause(decision);
      continue;
    }
    const repeated: Attempt | undefined = last && sameChange(last.change, decision.change) ? last : undefined;
    const queued = isThrottled(repeated?.failure);
    if (repeated && !queued && (await stillUnread(goal, repeated))) continue;
    if (repeated && repeated.tries >= maxTries) throw repeated.failure ?? notInForce(decision.reason);
    if (!queued) announce(goal, decision);
    if (goal.dryRun) return undefined;
    if (writes >= mostWrites) throw notInForce(decision.reason);
    last = { change: decision.change, tries: repeated?.tries ?? 0, looks: 0, unread: true };
    last.failure = await attempt(goal, decision.change);
    if (isThrottled(last.failure)) {
      // AWS did not process it, so it does not count as an attempt, and the state may differ by the next one.
      last.unread = false;
      await waiting.pause({ kind: 'wait', reason: last.failure.message });
      continue;
    }
    writes += 1;
    if (last.failure === undefined) staleReads.noteWrite(decision.change);
    last.tries += 1;
    waiting.reset();
  }
}

function announce(
  { log, dryRun }: Goal,
  { reason, warnings = [], notes = [] }: Extract<Decision, { kind: 'change' }>,
): void {
  for (const warning of warnings) log.warning(warning);
  for (const line of notes) log.info(line);
  log.highlight(dryRun ? `Dry run, next change: ${reason}` : reason);
}

interface Attempt {
  readonly change: Change;
  tries: number;
  looks: number;
  /** Only what the write touched needs reading again. */
  unread: boolean;
  /** What the write threw; it may have taken effect all the same. */
  failure?: unknown;
}

async function attempt(goal: Goal, change: Change): Promise<unknown> {
  try {
    await goal.apply(change);
    return undefined;
  } catch (error) {
    // A refused or lost answer says nothing about the state; reading it again does.
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

/** A repeated write needs no confirmation, unless AWS throttled the first one. */
function isRepeated(last: Attempt | undefined, decision: Decision): boolean {
  return (
    last !== undefined &&
    !isThrottled(last.failure) &&
    decision.kind === 'change' &&
    sameChange(last.change, decision.change)
  );
}

/** Whether to read once more instead of writing again. */
async function stillUnread(goal: Goal, attempted: Attempt): Promise<boolean> {
  if (attempted.failure !== undefined && !isPassing(attempted.failure)) throw attempted.failure;
  attempted.looks += 1;
  if (attempted.looks > patience) return false;
  await goal.clock.sleep(100 * 2 ** attempted.looks);
  attempted.unread = true;
  return true;
}

async function lookPatiently(goal: Goal, waiting: Wait, after: Change | undefined): Promise<Decision> {
  let scope = after;
  for (;;) {
    try {
      return await goal.look(scope);
    } catch (error) {
      if (!isPassing(error)) throw error;
      await waiting.pause({ kind: 'wait', reason: error.message });
      scope = undefined;
    }
  }
}

/** Throttling and lost connections are temporary; they say nothing about the canary. */
function isPassing(error: unknown): error is OperatorError {
  return isThrottled(error) || (error instanceof OperatorError && error.code === 'aws-unreachable');
}

function isThrottled(error: unknown): error is OperatorError {
  return error instanceof OperatorError && error.code === 'aws-throttled';
}

/** The reason of a change may be worded differently at every read; it is the same write. */
function sameChange(left: Change, right: Change): boolean {
  const bare = (change: Change): string => JSON.stringify({ ...change, because: '', failing: undefined });
  return bare(left) === bare(right);
}

function notInForce(reason: string): OperatorError {
  return new OperatorError(
    'change-not-in-force',
    `AWS accepted this change repeatedly, but reading it back did not show it: ${reason}`,
    'Something else is probably changing the same resource. Find it in CloudTrail, then run the step again.',
  );
}
