import type { Change } from '../canary/change.ts';
import type { Decision, Done } from '../canary/decision.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { TaskLog } from '../octopus/log/task-log.ts';
import type { Clock } from './clock.ts';

/** What the loop drives: one step with its AWS. */
export interface Goal {
  /** Reads what is there and decides; `after` names the write since the last look, undefined for a fresh look at everything. */
  readonly look: (after: Change | undefined) => Promise<Decision>;
  readonly apply: (change: Change) => Promise<void>;
  readonly clock: Clock;
  readonly log: TaskLog;
  readonly dryRun: boolean;
  readonly timeoutMinutes: number;
  /** From 0 to 1, in place of chance. */
  readonly random?: () => number;
}

/** A write that keeps being demanded after this many tries is undone by somebody, or never takes effect. */
const maxTries = 3;
/** All rules of a load balancer and the rest need fewer; two parties that keep overwriting each other would go on for ever. */
const mostWrites = 300;
/** Looks at AWS after a write before it is repeated: reads may lag behind writes. */
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
      // AWS did not even look at it: it is no try, and by the next one everything may be different.
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
  { reason, warnings = [], news = [] }: Extract<Decision, { kind: 'change' }>,
): void {
  for (const warning of warnings) log.warning(warning);
  for (const line of news) log.info(line);
  log.highlight(dryRun ? `Dry run, would be next: ${reason}` : reason);
}

interface StaleReadGuard {
  /** Whether that is to be believed only if the next fresh look says the same; a write that was asked for already is not in doubt. */
  mustConfirm(decision: Decision, isRepeated: boolean): boolean;
  /** A write that AWS accepted and that is read back proves that what it changed is seen as it is now. */
  noteWrite(written: Change): void;
}

/** One look may be an old one: it does not show alone that the goal is reached, what is stable, or that a stack may be touched. */
function createStaleReadGuard(): StaleReadGuard {
  let heard: string | undefined;
  let seesNow = false;
  const moved = new Set<string>();
  return {
    mustConfirm: (decision, isRepeated) => {
      const said = decision.kind === 'change' ? decision.change.kind : decision.kind;
      const doubtful = !isRepeated && (seesNow ? stackChanges.test(said) : doubtfulAlone.test(said));
      const believed = !doubtful || heard === said;
      heard = believed ? undefined : said;
      return !believed;
    },
    noteWrite: (written) => {
      if (written.kind === 'set-weights') moved.add(written.rule.arn);
      // Of several rules, one that is seen as it is now says nothing of the others.
      const proves = written.kind !== 'set-weights' || moved.size >= written.among.length;
      seesNow ||= proves && proofs.test(written.kind);
    },
  };
}

const stackChanges = /^(create|update|delete)-stack$/;
const doubtfulAlone = /^(done|tag-stable|(create|update|delete)-stack)$/;
const proofs = /^(set-weights|create-test-rule|(create|update)-stack)$/;

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
    // A refused or lost answer says nothing about the state; looking again does.
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

/** What AWS was asked for already needs no second look; what it never looked at does. */
function isRepeated(last: Attempt | undefined, decision: Decision): boolean {
  return (
    last !== undefined &&
    !isThrottled(last.failure) &&
    decision.kind === 'change' &&
    sameChange(last.change, decision.change)
  );
}

/** Whether to look once more instead of writing again. */
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

/** Throttling and unreachability pass; they say nothing about the canary. */
function isPassing(error: unknown): error is OperatorError {
  return isThrottled(error) || (error instanceof OperatorError && error.code === 'aws-unreachable');
}

function isThrottled(error: unknown): error is OperatorError {
  return error instanceof OperatorError && error.code === 'aws-throttled';
}

interface Wait {
  /** A moment, until AWS may show what is newer. */
  glance(): Promise<void>;
  pause(decision: Extract<Decision, { kind: 'wait' }>): Promise<void>;
  reset(): void;
}

function createWait({ clock, log, timeoutMinutes, random = Math.random }: Goal): Wait {
  const startedAt = clock.now();
  const deadline = startedAt + timeoutMinutes * 60_000;
  let delay = 1000;
  let said = '';
  let saidAt = 0;
  return {
    reset: () => {
      delay = 1000;
    },
    glance: async () => {
      if (clock.now() >= deadline) throw timedOut('AWS answers differently from one look to the next.', timeoutMinutes);
      await clock.sleep(1000);
    },
    pause: async (decision) => {
      for (const line of decision.news ?? []) log.info(line);
      // The same sentence is repeated once a minute, so that nobody takes waiting for hanging.
      if (decision.reason !== said || clock.now() - saidAt >= 60_000) {
        const minutes = Math.floor((clock.now() - startedAt) / 60_000);
        log.wait(
          `Waiting: ${decision.reason}${minutes > 0 ? ` (${minutes} of at most ${timeoutMinutes} minutes)` : ''}`,
        );
        said = decision.reason;
        saidAt = clock.now();
      }
      if (decision.percent !== undefined) log.progress(decision.percent, decision.reason);
      if (clock.now() >= deadline) throw timedOut(decision.reason, timeoutMinutes);
      // Canaries that began together would otherwise ask AWS together for ever.
      const pace = decision.seconds === undefined ? delay * (0.75 + random() / 2) : restOf(decision.seconds);
      await clock.sleep(Math.min(pace, Math.max(0, deadline - clock.now())));
      if (decision.seconds === undefined) delay = Math.min(delay * 1.5, 10_000);
    },
  };
}

/** Milliseconds until a known end, but no longer than a person waits for a sign of life. */
function restOf(seconds: number): number {
  return Math.min(seconds, 30) * 1000;
}

/** Why a change is made may be worded anew at every look; it is the same write. */
function sameChange(left: Change, right: Change): boolean {
  return JSON.stringify({ ...left, because: '' }) === JSON.stringify({ ...right, because: '' });
}

function timedOut(reason: string, minutes: number): OperatorError {
  return new OperatorError(
    'timed-out',
    `After ${minutes} minutes the step was still waiting: ${reason}`,
    'Nothing is lost: run the step again to go on waiting, raise EcsCanary.TimeoutMinutes, or roll back.',
  );
}

function notInForce(reason: string): OperatorError {
  return new OperatorError(
    'change-not-in-force',
    `AWS accepted this change again and again, but reading it back did not show it: ${reason}`,
    'Somebody or something else probably changes the same resource. Find out who (CloudTrail), then run the step again.',
  );
}
