/** Seconds that requests took, as CloudWatch has them for one minute of one target group. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Requests and, among them, those that failed. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

/** What both colours did in the same time, at the same split. */
export interface Block {
  readonly blue: Counts;
  readonly green: Counts;
}

/** What one colour did in one minute. */
export interface ColourMinute extends Counts {
  readonly latency: Latency | undefined;
}

/** A minute in which at least one colour had requests, at one production rule. */
export interface Minute extends Block {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly blue: ColourMinute;
  readonly green: ColourMinute;
}

/** A block that ended at a time, in epoch milliseconds. */
export interface EndedBlock extends Block {
  readonly until: number;
}

/** The minutes that count, and the time that they cover, in epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly until: number;
  readonly minutes: readonly Minute[];
  /** The same minutes, those with few requests put together, for comparing errors within each. */
  readonly blocks: readonly EndedBlock[];
}

export const minuteLength = 60_000;

/** Requests and errors of both colours together with all others of the same colour. */
export function addUp(blocks: readonly Block[]): Block {
  const total = (colour: 'blue' | 'green', count: keyof Counts) =>
    blocks.reduce((sum, block) => sum + block[colour][count], 0);
  return {
    blue: { requests: total('blue', 'requests'), errors: total('blue', 'errors') },
    green: { requests: total('green', 'requests'), errors: total('green', 'errors') },
  };
}

/** Requests of both colours for each minute of the last ten, or of the whole span if those had none. */
export function recentRate({ from, until, minutes }: Span): { readonly blue: number; readonly green: number } {
  const lately = Math.max(from, until - 10 * minuteLength);
  const since = minutes.some(({ start }) => start >= lately) ? lately : from;
  const { blue, green } = addUp(minutes.filter(({ start }) => start >= since));
  const length = Math.max(1, (until - since) / minuteLength);
  return { blue: blue.requests / length, green: green.requests / length };
}
