import { decisive, inverseRatios, logEvidence, ratios } from './e-value.ts';
import { inFewMinutes, inMostMinutes, latencyOf } from './latency-verdict.ts';
import { addUp, type Span } from './minute.ts';
import { priceOf } from './possible-ratios.ts';

/** Whether green keeps to a limit that the operator set, as far as anybody can know. */
export type CeilingVerdict = 'above' | 'below' | 'cannot tell yet' | 'no evidence';

/** Judges green's error rate against a fixed one, altogether and at the present share. @param ceiling above 0 and below 1 */
export function judgeErrorCeiling(span: Pick<Span, 'minutes' | 'shifts'>, ceiling: number): CeilingVerdict {
  const { minutes, shifts } = span;
  const present = minutes.filter((minute) => minute.shifts === shifts);
  const observed = [minutes, present].map((some) => {
    const { requests, errors } = addUp(some).green;
    return { hits: errors, trials: requests, share: ceiling };
  });
  const [all, now] = observed;
  if (!all || !now || all.trials === 0) return 'no evidence';
  const isAbove = logEvidence([all], ratios) >= decisive || logEvidence([now], ratios) >= decisive + priceOf(shifts);
  if (isAbove) return 'above';
  const isBelow = observed.every((one) => logEvidence([one], inverseRatios) >= decisive);
  return isBelow ? 'below' : 'cannot tell yet';
}

/** Judges whether green's p90 is above a fixed one in most minutes. @param ceiling seconds */
export function judgeLatencyCeiling({ minutes }: Pick<Span, 'minutes'>, ceiling: number): CeilingVerdict {
  const latencies = minutes.flatMap(({ green }) => latencyOf(green) ?? []);
  const above = latencies.filter(({ p90 }) => p90 > ceiling).length;
  if (latencies.length === 0) return 'no evidence';
  if (inMostMinutes(above, latencies.length)) return 'above';
  return inFewMinutes(above, latencies.length) ? 'below' : 'cannot tell yet';
}
