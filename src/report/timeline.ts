import { minuteLength } from '../evidence/minute.ts';
import { type Bars, putInBars } from './bars.ts';
import type { CanaryDecision, CanaryReport } from './report.ts';
import { isTime } from './wording.ts';

/** What all plots of a report share. */
export interface Timeline {
  /** The ends of every time axis, in epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** The shown decisions, oldest first, with their numbers. */
  readonly decisions: readonly NumberedDecision[];
  /** How many older decisions there are besides. */
  readonly olderDecisions: number;
  /** Short bars, for counts. */
  readonly fine: Bars;
  /** Longer bars, for rates, which are noisy. */
  readonly coarse: Bars;
}

/** A decision with the number that it has in the list and in the plots. */
export interface NumberedDecision extends CanaryDecision {
  readonly number: number;
}

/** Arranges a report's decisions and minutes on one axis. */
export function arrange({ span, decisions }: CanaryReport): Timeline {
  const sorted = decisions.toSorted((one, other) => one.at - other.at);
  const shown = sorted
    .map((decision, index) => ({ ...decision, number: index + 1 }))
    .slice(Math.max(0, sorted.length - mostDecisions));
  const times = [span.from, span.until, ...shown.map(({ at }) => at).filter((at) => isNear(at, span))];
  const from = Math.min(...times);
  const shiftedAt = shown.filter(isShift).map(({ at }) => at);
  const bars = (most: number) => putInBars(span.minutes, span, shiftedAt, most);
  return {
    ...{ from, until: Math.max(...times, from + minuteLength) },
    ...{ decisions: shown, olderDecisions: sorted.length - shown.length },
    fine: bars(150),
    coarse: bars(30),
  };
}

/** The share that green should have at a time, if anybody recorded it. */
export function requestedAt({ decisions }: Timeline, time: number): number | undefined {
  const last = decisions.findLast(({ at, toPercent }) => at <= time && toPercent !== undefined);
  return last?.toPercent ?? decisions.find(({ at }) => at > time)?.fromPercent;
}

/** Nobody would read a longer list. */
const mostDecisions = 100;

// A time that somebody mistyped in a tag must not squeeze all figures into one corner.
function isNear(at: number, { from, until }: CanaryReport['span']): boolean {
  return at >= from - oneDay && at <= until + oneDay;
}

const oneDay = 24 * 60 * minuteLength;

function isShift({ at, fromPercent, toPercent }: CanaryDecision): boolean {
  return isTime(at) && toPercent !== undefined && toPercent !== fromPercent;
}
