import { decisive, inverseRatios, logEvidence, ratios } from './e-value.ts';
import { inFewMinutes, inMostMinutes, latencyOf } from './latency-verdict.ts';
import { addUp, type Span } from './minute.ts';

/** Whether green keeps to a limit that the operator set, as far as anybody can know. */
export type CeilingVerdict = 'above' | 'below' | 'cannot tell yet' | 'no evidence';

/** Judges green's error rate against a fixed one. @param ceiling above 0 and below 1 */
export function judgeErrorCeiling({ minutes }: Pick<Span, 'minutes'>, ceiling: number): CeilingVerdict {
  const { requests, errors } = addUp(minutes).green;
  if (requests === 0) return 'no evidence';
  const observed = [{ hits: errors, trials: requests, share: ceiling }];
  if (logEvidence(observed, ratios) >= decisive) return 'above';
  return logEvidence(observed, inverseRatios) >= decisive ? 'below' : 'cannot tell yet';
}

/** Judges whether green's p90 is above a fixed one in most minutes. @param ceiling seconds */
export function judgeLatencyCeiling({ minutes }: Pick<Span, 'minutes'>, ceiling: number): CeilingVerdict {
  const latencies = minutes.flatMap(({ green }) => latencyOf(green) ?? []);
  const above = latencies.filter(({ p90 }) => p90 > ceiling).length;
  if (latencies.length === 0) return 'no evidence';
  if (inMostMinutes(above, latencies.length)) return 'above';
  return inFewMinutes(above, latencies.length) ? 'below' : 'cannot tell yet';
}
