import { createApprovalLedger } from '../../rehearsal/approval-ledger.ts';

/** The approval ledger by version name, with its own clock. */
export interface Approvals {
  /** Approves a share in percent for that version from now on; a version never named may have none. */
  readonly approve: (version: string, percent: number) => void;
  /**
   * The largest share in percent that was allowed at that time, or within a period before it.
   * @param time in emulated epoch milliseconds; now by default
   * @param within in emulated milliseconds
   */
  readonly allowed: (version: string, time?: number, within?: number) => number;
  /** Forgets everything. */
  readonly clear: () => void;
}

/** @param now emulated epoch milliseconds */
export function createApprovals(now: () => number): Approvals {
  const ledger = createApprovalLedger();
  return {
    approve: (version, percent) => ledger.approve(now(), version, percent),
    allowed: (version, time = Number.POSITIVE_INFINITY, within) => ledger.ceilingAt(version, time, within),
    clear: ledger.clear,
  };
}
