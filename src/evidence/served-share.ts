import { statedShare } from './e-value.ts';
import { addUp, type Span } from './minute.ts';
import { greatestShare, leastShare } from './possible-shares.ts';

/** What share of one production rule's requests green really served; shares are 0 to 1. */
export interface ServedShare {
  readonly blueRequests: number;
  readonly greenRequests: number;
  /** Undefined without requests. */
  readonly share: number | undefined;
  /** The shares that are still possible, however often one has looked. */
  readonly least: number;
  readonly greatest: number;
  readonly kind: 'as requested' | 'too much' | 'too little' | 'no evidence';
}

/** A load balancer splits by chance, and its nodes apply a change one by one: deviations this small need no cause. */
const tolerance = 0.1;

/**
 * Compares the share that green really served with the one that its weight asks for.
 * @param span minutes at this one weight, at one production rule
 */
export function measureShare({ minutes }: Pick<Span, 'minutes'>, requested: number): ServedShare {
  const { blue, green } = addUp(minutes);
  const requests = blue.requests + green.requests;
  // Both ends together may miss the true share as often as stated.
  const limit = Math.log(2 / statedShare);
  const least = leastShare(green.requests, requests, limit);
  const greatest = greatestShare(green.requests, requests, limit);
  const slack = tolerance * Math.min(requested, 1 - requested);
  const compare = (): ServedShare['kind'] => {
    if (requests === 0) return 'no evidence';
    if (least > requested + slack) return 'too much';
    return greatest < requested - slack ? 'too little' : 'as requested';
  };
  return {
    blueRequests: blue.requests,
    greenRequests: green.requests,
    share: requests === 0 ? undefined : green.requests / requests,
    least,
    greatest,
    kind: compare(),
  };
}
