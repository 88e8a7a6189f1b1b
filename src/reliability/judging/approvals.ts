/** Which share of the traffic people allow to each version, over emulated time. */
export interface Approvals {
  /** From now on that version may have so many percent; what was never named may have nothing. */
  readonly approve: (version: string, percent: number) => void;
  /**
   * The most that was allowed at that time, or so long before it, in percent.
   * @param time in emulated epoch milliseconds; now unless given
   * @param within in emulated milliseconds
   */
  readonly allowed: (version: string, time?: number, within?: number) => number;
  /** Forgets everything. */
  readonly clear: () => void;
}

export function createApprovals(now: () => number): Approvals {
  const given: { readonly time: number; readonly version: string; readonly percent: number }[] = [];
  return {
    approve: (version, percent) => void given.push({ time: now(), version, percent }),
    allowed: (version, time = Number.POSITIVE_INFINITY, within = 0) => {
      const known = given.filter((approval) => approval.version === version && approval.time <= time);
      const before = known.findLast((approval) => approval.time <= time - within);
      const since = known.filter((approval) => approval.time > time - within);
      return Math.max(0, ...[before, ...since].map((approval) => approval?.percent ?? 0));
    },
    clear: () => given.splice(0),
  };
}
