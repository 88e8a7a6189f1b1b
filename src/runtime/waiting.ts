import type { Decision } from '../canary/decision.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { TaskSet } from '../canary/service.ts';
import { mostMinutes } from '../canary/settling.ts';
import type { TaskLog } from '../octopus/log/task-log.ts';
import type { Clock } from './clock.ts';

/** What a run needs for waiting. */
export interface Pacing {
  readonly clock: Clock;
  readonly log: TaskLog;
  readonly timeoutMinutes: number;
  /** From 0 to 1, in place of `Math.random`. */
  readonly random?: () => number;
}

/** The waits of one run, which log their reason and end with its time limit. */
export interface Wait {
  /** A moment, until AWS may show newer data. */
  glance(): Promise<void>;
  pause(decision: Extract<Decision, { kind: 'wait' }>): Promise<void>;
  reset(): void;
}

/** @throws OperatorError `timed-out`, from its waits */
export function createWait({ clock, log, timeoutMinutes, random = Math.random }: Pacing): Wait {
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
      if (clock.now() >= deadline)
        throw timedOut('AWS returns different answers from one read to the next.', timeoutMinutes);
      await clock.sleep(1000);
    },
    pause: async (decision) => {
      // The same sentence is repeated once a minute, so that a waiting step does not look hung.
      if (decision.reason !== said || clock.now() - saidAt >= 60_000) {
        const minutes = Math.floor((clock.now() - startedAt) / 60_000);
        log.wait(
          `Waiting: ${decision.reason}${minutes > 0 ? ` (${minutes} of at most ${timeoutMinutes} minutes)` : ''}`,
        );
        said = decision.reason;
        saidAt = clock.now();
      }
      if (decision.percent !== undefined) log.progress(decision.percent, decision.reason);
      if (clock.now() >= deadline) throw timedOut(decision.reason, timeoutMinutes, decision.taskSet);
      // Canaries that started together would otherwise keep calling AWS together.
      const pace = decision.seconds === undefined ? delay * (0.75 + random() / 2) : restOf(decision.seconds);
      await clock.sleep(Math.min(pace, Math.max(0, deadline - clock.now())));
      if (decision.seconds === undefined) delay = Math.min(delay * 1.5, (decision.mostSeconds ?? 10) * 1000);
    },
  };
}

/** Milliseconds until a known end, but short enough to keep the log moving. */
function restOf(seconds: number): number {
  return Math.min(seconds, 30) * 1000;
}

function timedOut(reason: string, minutes: number, taskSet?: TaskSet): OperatorError {
  return new OperatorError(
    'timed-out',
    `After ${minutes} minutes the step was still waiting: ${reason}`,
    `No progress is lost. Run the step again to continue waiting${minutes < mostMinutes ? ', raise EcsCanary.TimeoutMinutes' : ''}, or roll back.`,
    { taskSet },
  );
}
