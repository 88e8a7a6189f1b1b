import type { Behaviour } from './behaviours.ts';

/** How a request is answered. */
export interface Mood {
  readonly failing: boolean;
  /** Real milliseconds until the answer. */
  readonly takes: number;
}

/**
 * Decides how each request of a task's users is answered: evenly spread instead of randomly, so that runs are repeatable.
 * @param answerMs real milliseconds that an answer usually takes, on average
 * @param now emulated epoch milliseconds
 * @param leaksSince since when a leak counts, or undefined before that; by default, since the first request
 */
export function createMood(
  behaviour: Behaviour,
  answerMs: number,
  now: () => number,
  leaksSince?: () => number | undefined,
): () => Mood {
  const { latency = 0, 'error-rate': errorRate = 0, 'slow-leak': leakAfter = Number.POSITIVE_INFINITY } = behaviour;
  const usual = behaviour['latency-doubled'] === undefined ? 1 : 2;
  const fails = createErrorRotation();
  const nextPart = createSpread();
  let firstAt: number | undefined;
  return () => {
    firstAt ??= now();
    const since = leaksSince ? leaksSince() : firstAt;
    const leaking = since === undefined ? 0 : Math.max(0, (now() - since) / 60_000 - leakAfter);
    return {
      failing: fails(errorRate + leaking * leakingErrors),
      takes: latency + answerMs * nextPart() * (usual + leaking * leakingTime),
    };
  };
}

/** What each minute adds once a task leaks: to the error rate, and to the time as a part of the usual one. */
const leakingErrors = 0.02;
const leakingTime = 0.2;

function createErrorRotation(): (rate: number) => boolean {
  let due = 0;
  return (rate) => {
    due += Math.min(1, rate);
    const failing = due >= 1 - 1e-9;
    if (failing) due -= 1;
    return failing;
  };
}

/** Factors of mean 1 whose median is 0.94, whose p90 is 1.26 and whose p99 is 1.72; any few in a row are evenly spread. */
function createSpread(): () => number {
  let part = 0;
  return () => {
    part = (part + goldenRatio) % 1;
    return 0.8 - 0.2 * Math.log(1 - part);
  };
}

const goldenRatio = (Math.sqrt(5) - 1) / 2;
