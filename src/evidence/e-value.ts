/** So many of `trials` were green's, or slow, or failed; `share` is what the hypothesis expects of them, 0 to 1. */
export interface Observation {
  readonly hits: number;
  readonly trials: number;
  readonly share: number;
}

/** At most this share of equally good versions is ever called worse, however often one looks. */
export const statedShare = 0.05;

/** The logarithm of an e-value that refutes its hypothesis: by Ville's inequality, the stated share ever reaches it. */
export const decisive = Math.log(1 / statedShare);

/** Equally likely odds ratios exp(|N(0, 1)|): how much worse green may be, before anything is known. */
export const ratios: readonly number[] = halfNormalQuantiles(64).map(Math.exp);

/** The same in the other direction: how much better green may be. */
export const inverseRatios: readonly number[] = ratios.map((ratio) => 1 / ratio);

/** The odds of equally likely shares between a half and one, for the sign test. */
export const majorityOdds: readonly number[] = midpoints(64).map((point) => (1 + point) / (1 - point));

/** The same in the other direction, for shares between zero and a half. */
export const minorityOdds: readonly number[] = majorityOdds.map((odds) => 1 / odds);

/**
 * The logarithm of the e-value against the hypothesis that hits have at most their share, or at least it.
 *
 * It is the likelihood ratio of binomials, averaged over alternatives. Its expectation under the hypothesis is at most
 * one after every observation, so it may be looked at as often as one likes.
 * @param alternatives factors on the odds of a hit: all above 1 against "at most", all below 1 against "at least"
 */
export function logEvidence(observations: readonly Observation[], alternatives: readonly number[]): number {
  const seen = observations.filter(({ trials }) => trials > 0);
  const hits = seen.reduce((sum, one) => sum + one.hits, 0);
  const logs = alternatives.map((factor) => {
    const expected = seen.reduce((sum, { trials, share }) => sum + trials * Math.log1p(share * (factor - 1)), 0);
    return hits * Math.log(factor) - expected;
  });
  return averageLikelihood(logs);
}

/** The same after each observation, for a chart of how it grew. */
export function traceEvidence(observations: readonly Observation[], alternatives: readonly number[]): number[] {
  const logs = alternatives.map(() => 0);
  let evidence = 0;
  return observations.map(({ hits, trials, share }) => {
    if (trials === 0) return evidence;
    alternatives.forEach((factor, index) => {
      logs[index] = (logs[index] ?? 0) + hits * Math.log(factor) - trials * Math.log1p(share * (factor - 1));
    });
    evidence = averageLikelihood(logs);
    return evidence;
  });
}

/** The value between both at which `holds` changes from true to false. */
export function findEdge(holds: (value: number) => boolean, holding: number, failing: number): number {
  let [yes, no] = [holding, failing];
  for (let step = 0; step < 32; step += 1) {
    const middle = (yes + no) / 2;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return no;
}

/** Fifty thousand requests a second overflow a likelihood, never its logarithm. */
function averageLikelihood(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/** The quantiles of |N(0, 1)|, by adding up its density, because JavaScript has no error function. */
function halfNormalQuantiles(count: number): number[] {
  const step = 1 / 4096;
  const quantiles: number[] = [];
  let sum = 0;
  for (let x = 0; quantiles.length < count; x += step) {
    const slice = step * Math.sqrt(2 / Math.PI) * Math.exp(-((x + step / 2) ** 2) / 2);
    const wanted = (quantiles.length + 0.5) / count;
    if (sum + slice >= wanted) quantiles.push(x + (step * (wanted - sum)) / slice);
    sum += slice;
  }
  return quantiles;
}

function midpoints(count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index + 0.5) / count);
}
