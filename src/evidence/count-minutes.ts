import {
  addUp,
  type ColourMinute,
  type EndedBlock,
  type Latency,
  type Minute,
  minuteLength,
  type Span,
} from './minute.ts';

/** One colour's figures for a minute, as CloudWatch has them: it reports a count only where it is not zero. */
export interface ColourFigures {
  readonly requests?: number;
  /** Responses that count as errors; a failed connection has no response, so it is among the unanswered. */
  readonly errors?: number;
  /** Requests less responses from targets; negative in a minute that answered more requests than it received. */
  readonly unanswered?: number;
  readonly latency?: Latency;
}

/** Both colours' figures for the minute that begins at `start`, in epoch milliseconds. */
export interface MinuteFigures {
  readonly start: number;
  readonly blue: ColourFigures;
  readonly green: ColourFigures;
  /** Requests of either colour that the load balancer answered itself, because a target did not (502 and 504). */
  readonly failedByTargets?: number;
}

/** What decides which minutes count, in epoch milliseconds. */
export interface Limits {
  readonly greenDeployedAt: number;
  readonly greenServesSince: number;
  /** When the weights changed after that. */
  readonly shiftedAt: readonly number[];
  /** How often counting began anew before `greenServesSince`; 0 if left out. */
  readonly restarts?: number;
  readonly now: number;
}

/** CloudWatch still corrects a load balancer's figures for the minutes that ended this recently. */
const unsettledMinutes = 2;

/** Fewer requests are seldom of both colours, and then a minute alone compares nothing. */
const fewestRequests = 10;

/** Keeps the whole minutes since this green has served, but for those in which the split changed and the newest two. */
export function countMinutes(figures: readonly MinuteFigures[], limits: Limits): Span {
  const since = Math.max(limits.greenDeployedAt, limits.greenServesSince);
  const from = Math.ceil(since / minuteLength) * minuteLength;
  const until = Math.max(from, (Math.floor(limits.now / minuteLength) - unsettledMinutes) * minuteLength);
  const shiftedAt = limits.shiftedAt.filter((at) => at > since);
  const minutes = keepMinutes(figures, { from, until, shiftedAt });
  return {
    ...{ from, until, minutes },
    shifts: shiftedAt.length,
    restarts: limits.restarts ?? 0,
    blocks: putTogether(minutes),
  };
}

function keepMinutes(
  figures: readonly MinuteFigures[],
  { from, until, shiftedAt }: Pick<Span, 'from' | 'until'> & Pick<Limits, 'shiftedAt'>,
): Minute[] {
  const inside = figures
    .filter(({ start }) => start >= from && start + minuteLength <= until)
    .toSorted((one, other) => one.start - other.start);
  const { blues, greens } = countColours(inside);
  return inside.flatMap(({ start }, index) => {
    const [blue, green] = [blues[index], greens[index]];
    // The record of a shift has whole seconds, rounded up.
    const mixed = shiftedAt.some((at) => at > start && at <= start + minuteLength);
    // What is known of one colour alone compares nothing, so a minute with contradictory figures is left out for both.
    if (mixed || blue === undefined || green === undefined || blue.requests + green.requests === 0) return [];
    return [{ start, shifts: shiftedAt.filter((at) => at <= start).length, blue, green }];
  });
}

type Counted = (ColourMinute | undefined)[];

/**
 * Adds the requests that a target failed without an answer: no more than the load balancer answered in its place.
 * Long requests are unanswered too, and a green that begins with none under way would look worse than blue, so
 * what may have been blue's is blue's.
 */
function countColours(figures: readonly MinuteFigures[]): { readonly blues: Counted; readonly greens: Counted } {
  const [blue, green] = [followColour(figures.map((one) => one.blue)), followColour(figures.map((one) => one.green))];
  const [blues, greens]: [Counted, Counted] = [[], []];
  let unexplained = 0;
  figures.forEach(({ failedByTargets = 0 }, index) => {
    unexplained += failedByTargets;
    for (const [counted, colour] of [[blues, blue] as const, [greens, green] as const]) {
      const { minute, lost } = colour(index, unexplained);
      unexplained -= lost;
      counted.push(minute);
    }
  });
  return { blues, greens };
}

/** @returns for each minute, in order: what is counted, undefined where errors but no requests are known, and how many requests were lost */
function followColour(figures: readonly ColourFigures[]) {
  const pending = countPending(figures);
  let lostBefore = 0;
  return (index: number, mostLost: number): { readonly minute: ColourMinute | undefined; readonly lost: number } => {
    const { requests: known, errors = 0, latency } = figures[index] ?? {};
    if (known === undefined && errors > 0) return { minute: undefined, lost: 0 };
    // A correction may have reached one count and not yet the other.
    const requests = Math.max(known ?? 0, errors);
    // Requests under way at the end of a minute have no response yet, so only what exceeds them has failed.
    const overdue = (pending[index] ?? 0) - mostUnderWay(requests, latency);
    // Requests that a later minute answered were only in flight.
    const leastLater = Math.min(...pending.slice(index));
    const candidates = Math.min(Math.floor(Math.min(overdue, leastLater)) - lostBefore, requests - errors);
    const lost = Math.max(0, Math.min(candidates, mostLost));
    lostBefore += lost;
    return { minute: { requests, errors: errors + lost, latency }, lost };
  };
}

/** Requests without a response at the end of each minute, including the lost ones. */
function countPending(figures: readonly ColourFigures[]): readonly number[] {
  let pending = 0;
  return figures.map(({ unanswered = 0 }) => {
    pending = Math.max(0, pending + unanswered);
    return pending;
  });
}

/** Little's law with the slowest answers; where nothing was answered, every request of the minute may be under way. */
function mostUnderWay(requests: number, latency: Latency | undefined): number {
  return requests * Math.min(1, (latency?.p99 ?? 60) / 60);
}

/**
 * Joins minutes until they have enough requests; a block that has too few yet, or was cut short by a shift, is left out.
 *
 * Only the number of requests, never their colour or outcome, decides where a block ends: this keeps the test exact.
 */
function putTogether(minutes: readonly Minute[]): EndedBlock[] {
  const blocks: EndedBlock[] = [];
  let open: Minute[] = [];
  for (const minute of minutes) {
    const { start, shifts } = minute;
    if (open[0]?.shifts !== shifts) open = [];
    open.push(minute);
    const block = addUp(open);
    if (block.blue.requests + block.green.requests < fewestRequests) continue;
    blocks.push({ ...block, shifts, until: start + minuteLength });
    open = [];
  }
  return blocks;
}
