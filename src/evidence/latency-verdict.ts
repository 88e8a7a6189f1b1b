import { decisive, logEvidence, majorityOdds, minorityOdds } from './e-value.ts';
import type { Latency, Minute, Span } from './minute.ts';

/** What the minutes' latencies say; a minute is slower if green's p90 exceeds blue's by more than the margin. */
export type LatencyVerdict = LatencyFigures &
  (
    | { readonly kind: 'slower' }
    | { readonly kind: 'no slower' }
    | { readonly kind: 'cannot tell yet'; readonly moreMinutes: number }
    | { readonly kind: 'no evidence' }
  );

interface LatencyFigures {
  /** Medians over the compared minutes, in seconds. */
  readonly blue: Latency | undefined;
  readonly green: Latency | undefined;
  readonly comparedMinutes: number;
  readonly slowerMinutes: number;
}

/** Seconds that no user notices, so that 0.5 ms against 0.4 ms is no slower minute. */
const leastDifference = 0.005;

/** With fewer requests in a minute, its p90 is a matter of luck. */
const fewestRequests = 20;

/**
 * Judges in how many minutes green was slower than blue: a sign test, because CloudWatch has no single requests.
 * @param margin what green may be slower by, 0.1 for a tenth
 */
export function judgeLatency({ minutes }: Pick<Span, 'minutes'>, margin: number): LatencyVerdict {
  const pairs = minutes.flatMap((minute) => {
    const [blue, green] = [latencyOf(minute.blue), latencyOf(minute.green)];
    return blue === undefined || green === undefined ? [] : [{ blue, green }];
  });
  const slow = pairs.filter(({ blue, green }) => green.p90 > blue.p90 * (1 + margin) + leastDifference).length;
  const figures = {
    blue: medianLatency(pairs.map(({ blue }) => blue)),
    green: medianLatency(pairs.map(({ green }) => green)),
    comparedMinutes: pairs.length,
    slowerMinutes: slow,
  };
  if (pairs.length === 0) return { ...figures, kind: 'no evidence' };
  if (inMostMinutes(slow, pairs.length)) return { ...figures, kind: 'slower' };
  if (inFewMinutes(slow, pairs.length)) return { ...figures, kind: 'no slower' };
  let moreMinutes = 1;
  while (!inMostMinutes(slow + moreMinutes, pairs.length + moreMinutes)) moreMinutes += 1;
  return { ...figures, kind: 'cannot tell yet', moreMinutes };
}

/** A colour's latency in a minute with enough requests. */
export function latencyOf({ requests, latency }: Minute['green']): Latency | undefined {
  return requests < fewestRequests ? undefined : latency;
}

/** Whether it is known that so many of the minutes are no accident: it happens in more than half of all. */
export function inMostMinutes(hits: number, minutes: number): boolean {
  return logEvidence([{ hits, trials: minutes, share: 0.5 }], majorityOdds) >= decisive;
}

/** Whether it is known to happen in less than half of all minutes. */
export function inFewMinutes(hits: number, minutes: number): boolean {
  return logEvidence([{ hits, trials: minutes, share: 0.5 }], minorityOdds) >= decisive;
}

/** The median of each percentile; undefined without latencies. */
export function medianLatency(latencies: readonly Latency[]): Latency | undefined {
  if (latencies.length === 0) return undefined;
  return { p50: median(latencies, 'p50'), p90: median(latencies, 'p90'), p99: median(latencies, 'p99') };
}

function median(latencies: readonly Latency[], percentile: keyof Latency): number {
  const sorted = latencies.map((latency) => latency[percentile]).toSorted((one, other) => one - other);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
