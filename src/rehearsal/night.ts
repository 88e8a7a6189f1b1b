import type { Cloud } from './cloud.ts';
import type { StepResult } from './deployment.ts';
import type { LogLevel } from './step-output.ts';

/** How long nobody decides, and how often a Guard looks. */
export interface NightPlan {
  readonly hours: number;
  readonly guardMinutes: number;
}

/** A night while an approval waited. Times are the cloud's, in epoch milliseconds. */
export interface Night {
  readonly from: number;
  readonly until: number;
  readonly looks: readonly GuardLook[];
}

/** One run of a Guard. */
export interface GuardLook {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly result: StepResult;
  readonly lines: readonly LoggedLine[];
}

/** A line of a run's log. */
export interface LoggedLine {
  readonly level: LogLevel;
  readonly text: string;
  /** Whether it repeats the summary. */
  readonly isSummary: boolean;
}

/** Lets a Guard look as a scheduled trigger of Octopus would start it, until the night is over. */
export async function playNight(
  { hours, guardMinutes }: NightPlan,
  cloud: Pick<Cloud, 'now' | 'sleepUntil' | 'beginNight'>,
  look: (number: number) => Promise<Pick<GuardLook, 'result' | 'lines'>>,
  looked: (look: GuardLook) => void,
): Promise<Night> {
  cloud.beginNight();
  const from = cloud.now();
  const until = from + hours * 3_600_000;
  const interval = guardMinutes * 60_000;
  const looks: GuardLook[] = [];
  // A run that is late delays the next, as in the queue of Octopus, but they do not pile up.
  for (let due = from + interval; due < until; due = Math.max(due + interval, cloud.now())) {
    await cloud.sleepUntil(due);
    const startedAt = cloud.now();
    const one = { startedAt, ...(await look(looks.length + 1)), endedAt: cloud.now() };
    looks.push(one);
    looked(one);
  }
  await cloud.sleepUntil(until);
  return { from, until: cloud.now(), looks };
}

/** The look that took traffic from green; undefined if none did. */
export function retreatIn({ looks }: Night): GuardLook | undefined {
  return looks.find(({ result }) => result.outputs['Retreated'] === 'True');
}
