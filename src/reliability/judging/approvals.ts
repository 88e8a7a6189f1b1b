import { createApprovalLedger } from '../../rehearsal/approval-ledger.ts';

/** The ledger of approvals by the names of versions, with a clock of its own. */
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

/** @param now emulated epoch milliseconds */
export function createApprovals(now: () => number): Approvals {
  const ledger = createApprovalLedger();
  return {
    approve: (version, percent) => ledger.approve(now(), version, percent),
    allowed: (version, time = Number.POSITIVE_INFINITY, within) => ledger.ceilingAt(version, time, within),
    clear: ledger.clear,
  };
}
