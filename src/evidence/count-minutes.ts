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

/** Both colours' figures for the minute that begins at `start`, in epoch milliseconds, at one production rule. */
export interface MinuteFigures {
  readonly start: number;
  readonly blue: ColourFigures;
  readonly green: ColourFigures;
}

/** What decides which minutes count, in epoch milliseconds. */
export interface Limits {
  readonly greenDeployedAt: number;
  readonly greenServesSince: number;
  /** When the weights changed after that. */
  readonly shiftedAt: readonly number[];
  readonly now: number;
}

/** CloudWatch still corrects a load balancer's figures for the minutes that ended this recently. */
const unsettledMinutes = 2;

/** Fewer requests are seldom of both colours, and then a minute alone compares nothing. */
const fewestRequests = 10;

/**
 * Keeps the whole minutes since this green has served, but for those in which the split changed and the newest two.
 * @param doors the figures of each production rule
 */
export function countMinutes(doors: readonly (readonly MinuteFigures[])[], limits: Limits): Span {
  const since = Math.max(limits.greenDeployedAt, limits.greenServesSince);
  const from = Math.ceil(since / minuteLength) * minuteLength;
  const until = Math.max(from, (Math.floor(limits.now / minuteLength) - unsettledMinutes) * minuteLength);
  const counted = doors.map((figures) => countDoor(figures, { ...limits, from, until }));
  return {
    from,
    until,
    minutes: counted.flat(),
    blocks: counted.flatMap((minutes) => putTogether(minutes, limits.shiftedAt)),
  };
}

function countDoor(
  figures: readonly MinuteFigures[],
  { from, until, shiftedAt }: Limits & Pick<Span, 'from' | 'until'>,
): Minute[] {
  const inside = figures
    .filter(({ start }) => start >= from && start + minuteLength <= until)
    .toSorted((one, other) => one.start - other.start);
  const blues = countColour(inside.map(({ blue }) => blue));
  const greens = countColour(inside.map(({ green }) => green));
  return inside.flatMap(({ start }, index) => {
    const [blue, green] = [blues[index], greens[index]];
    const mixed = shiftedAt.some((at) => at > start && at < start + minuteLength);
    // What is known of one colour alone compares nothing, so a minute with contradictory figures is left out for both.
    if (mixed || blue === undefined || green === undefined || blue.requests + green.requests === 0) return [];
    return [{ start, blue, green }];
  });
}

/** @returns undefined for a minute with errors but without a count of requests: its figures are incomplete */
function countColour(figures: readonly ColourFigures[]): (ColourMinute | undefined)[] {
  const pending = countPending(figures);
  let lostBefore = 0;
  return figures.map((figure, index) => {
    const { errors = 0, latency } = figure;
    if (figure.requests === undefined && errors > 0) return undefined;
    // A correction may have reached one count and not yet the other.
    const requests = Math.max(figure.requests ?? 0, errors);
    // Requests under way at the end of a minute have no response yet, so only what exceeds them has failed.
    const overdue = (pending[index] ?? 0) - mostUnderWay(requests, latency);
    // Requests that a later minute answered were only in flight.
    const leastLater = Math.min(...pending.slice(index));
    const lost = Math.max(0, Math.min(Math.floor(Math.min(overdue, leastLater)) - lostBefore, requests - errors));
    lostBefore += lost;
    return { requests, errors: errors + lost, latency };
  });
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
function putTogether(minutes: readonly Minute[], shiftedAt: readonly number[]): EndedBlock[] {
  const blocks: EndedBlock[] = [];
  let open: Minute[] = [];
  for (const minute of minutes) {
    const first = open[0];
    if (first !== undefined && shiftedAt.some((at) => at > first.start && at <= minute.start)) open = [];
    open.push(minute);
    const block = addUp(open);
    if (block.blue.requests + block.green.requests < fewestRequests) continue;
    blocks.push({ ...block, until: minute.start + minuteLength });
    open = [];
  }
  return blocks;
}
