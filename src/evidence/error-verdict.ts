import { decisive, findEdge } from './e-value.ts';
import { addUp, type Block, type Counts, recentRate, type Span } from './minute.ts';
import { findGreatestRatio, findLeastRatio, logBetter, logWorse, priceOf, strongestWorse } from './possible-ratios.ts';
import { greatestShare } from './possible-shares.ts';

/** What the errors of both colours say. Ratios are green's error rate divided by blue's. */
export type ErrorVerdict = ErrorFigures &
  (
    | { readonly kind: 'worse' }
    | { readonly kind: 'better' }
    | { readonly kind: 'no worse'; readonly than: number }
    | {
        readonly kind: 'cannot tell yet';
        readonly more: More | undefined;
        /** If green already looks worse: how many errors of green alone, in the next minute, would show it. */
        readonly moreErrors: number | undefined;
      }
    | { readonly kind: 'no evidence' }
  );

interface ErrorFigures {
  readonly blue: Counts;
  readonly green: Counts;
  /** Logarithm of the e-value against "green is no worse": 0 says nothing, 3 and above says worse. */
  readonly logWorse: number;
  /** The smallest ratio that is still possible. */
  readonly leastRatio: number;
  /** The largest ratio that is still possible; undefined where any is. */
  readonly greatestRatio: number | undefined;
  /** The highest error rate of green that is still possible, 0 to 1. */
  readonly greatestRate: number;
}

/** Further requests, of both colours together, that would show a green which is twice as bad: about. */
export interface More {
  readonly requests: number;
  /** At the rate of the last minutes. */
  readonly minutes: number;
}

/** Green is called no worse once it is known to fail less than this many times as often as blue. */
const tolerableRatio = 2;

/**
 * Judges green's errors against blue's, each minute within itself, so that neither bursts nor shifts mislead; and those at
 * the present share by themselves too, because a long past at a small share would hide what a larger one does.
 */
export function judgeErrors(span: Span): ErrorVerdict {
  const blocks = span.blocks.filter(({ blue, green }) => blue.requests > 0 && green.requests > 0);
  const present = blocks.filter(({ shifts }) => shifts === span.shifts);
  const { blue, green } = addUp(span.minutes);
  const presentGreen = addUp(span.minutes.filter(({ shifts }) => shifts === span.shifts)).green;
  const ratios = [findGreatestRatio(blocks), findGreatestRatio(present)];
  const greatestRatio = ratios.includes(undefined) ? undefined : Math.max(...ratios.map((ratio) => ratio ?? 0));
  const figures: ErrorFigures = {
    blue,
    green,
    logWorse: strongestWorse(blocks) - priceOf(span.restarts),
    leastRatio: Math.max(findLeastRatio(blocks), findLeastRatio(present, decisive + priceOf(span.shifts))),
    greatestRatio,
    greatestRate: Math.max(...knownOf(green, presentGreen).map((some) => greatestShare(some.errors, some.requests))),
  };
  if (blocks.length === 0) return { ...figures, kind: 'no evidence' };
  if (figures.logWorse >= decisive) return { ...figures, kind: 'worse' };
  if (logBetter(blocks) >= decisive && greatestRatio !== undefined) return { ...figures, kind: 'better' };
  if (greatestRatio !== undefined && greatestRatio <= tolerableRatio)
    return { ...figures, kind: 'no worse', than: greatestRatio };
  const rate = recentRate(span);
  const more = findMore(present, addUp(blocks), rate);
  return { ...figures, kind: 'cannot tell yet', more, moreErrors: findMoreErrors(blocks, figures.logWorse, rate) };
}

/** Without requests at the present share, what is known of all of them stands. */
function knownOf(all: Counts, present: Counts): readonly Counts[] {
  return present.requests === 0 ? [all] : [all, present];
}

/** With this e-value, an approver should know that green looks worse, though chance may still explain it. */
const suspicious = Math.log(3);

function findMoreErrors(
  blocks: readonly Block[],
  strongest: number,
  rate: { readonly blue: number; readonly green: number },
): number | undefined {
  if (strongest < suspicious || rate.blue === 0 || rate.green === 0) return undefined;
  const shows = (errors: number) => {
    const green = { requests: Math.max(rate.green, errors), errors };
    return logWorse([...blocks, { blue: { requests: rate.blue, errors: 0 }, green }]) >= decisive;
  };
  return Array.from({ length: 50 }, (_, index) => index + 1).find(shows);
}

/** @returns undefined where nobody knows how rare errors are, because there were none, or where a colour gets no requests */
function findMore(
  present: readonly Block[],
  { blue, green }: Block,
  rate: { readonly blue: number; readonly green: number },
): More | undefined {
  const blueErrorRate = (blue.errors + green.errors) / (blue.requests + tolerableRatio * green.requests);
  // Nothing fails twice as often as every second time.
  const isUnknown = blueErrorRate === 0 || blueErrorRate * tolerableRatio > 1;
  if (isUnknown || rate.blue === 0 || rate.green === 0) return undefined;
  const staysOpen = (minutes: number) => {
    const expected = {
      blue: { requests: minutes * rate.blue, errors: minutes * rate.blue * blueErrorRate },
      green: { requests: minutes * rate.green, errors: minutes * rate.green * blueErrorRate * tolerableRatio },
    };
    return logWorse([...present, expected]) < decisive;
  };
  let enough = 1;
  while (staysOpen(enough)) enough *= 2;
  const minutes = findEdge(staysOpen, 0, enough);
  return { requests: Math.ceil(minutes * (rate.blue + rate.green)), minutes: Math.ceil(minutes) };
}
