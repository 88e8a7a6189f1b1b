/** Which share of the traffic people allow to each version, over emulated time. */
export interface Approvals {
  /** From now on that version may have so many percent; what was never named may have nothing. */
  readonly approve: (version: string, percent: number) => void;
  /** In percent; now unless a time is given, in emulated epoch milliseconds. */
  readonly allowed: (version: string, time?: number) => number;
  /** Forgets everything. */
  readonly clear: () => void;
}

export function createApprovals(now: () => number): Approvals {
  const given: { readonly time: number; readonly version: string; readonly percent: number }[] = [];
  return {
    approve: (version, percent) => void given.push({ time: now(), version, percent }),
    allowed: (version, time = Number.POSITIVE_INFINITY) =>
      given.findLast((approval) => approval.version === version && approval.time <= time)?.percent ?? 0,
    clear: () => given.splice(0),
  };
}
