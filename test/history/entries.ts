import { type LedgerEntry, parseEntry } from '../../src/canary/ledger-entry.ts';

/** The entries of these tags. */
export function entriesOf(...texts: readonly string[]): readonly LedgerEntry[] {
  return texts.map((text) => {
    const entry = parseEntry(text);
    if (!entry) throw new TypeError(`no entry: ${text}`);
    return entry;
  });
}

/** Three canaries: one whose beginning is gone, a promoted one, and one that is open; number 10 is missing. */
export const threeCanaries = entriesOf(
  '5 c2 2026-11-27T14:02:11Z share 10 to 50 took 3.2s by Jane Doe d Deployments-12 at Approve 50_ verdict Worse green 41/2050 blue 3/6100 evidence 1f3a9c2e req 5f1c0d2e note known cause: the nightly job',
  '6 c2 2026-11-27T15:02:11Z rollback 50 to 0 took 1.2s d Deployments-12 verdict Worse green 410/20500 blue 3/61000 note Approve Promotion was aborted',
  '7 c3 2026-11-28T10:00:00Z begin 0 to 0 d Deployments-13 note release 1.4.0 of Shop to Production',
  '8 c3 2026-11-28T10:02:11Z share 0 to 10 took 3.2s by Jane Doe d Deployments-13 at Approve 10_',
  '9 c3 2026-11-28T10:12:11Z hold 10 to 10 by Bob d Deployments-13 at Approve 50_ verdict NoWorse green 1/2050 blue 3/6100 note /hold until lunch',
  '11 c3 2026-11-28T12:12:11Z promotion 10 to 100 by Bob d Deployments-13 at Approve Promotion verdict Better green 1/2050 blue 30/6100',
  '12 c4 2026-11-28T13:00:00Z begin 100 to 100 d Deployments-14 note release 1.5.0 of Shop to Production',
);

/** A canary in which people overruled Guard twice; number 4 is a hold for which nobody asked. */
export const overruledCanary = entriesOf(
  '1 c1 2026-11-28T10:00:00Z begin 0 to 0 d Deployments-13',
  '2 c1 2026-11-28T10:02:11Z share 0 to 25 by Jane Doe d Deployments-13 at Approve 25_',
  '3 c1 2026-11-28T10:12:11Z retreat 25 to 0 d RunbookRuns-7 verdict Worse green 41/2050 blue 3/6100 note Worse',
  '4 c1 2026-11-28T10:20:11Z hold 0 to 0 by Bob d Deployments-13 at Approve 50_ note +held-by-guard looks good',
  '5 c1 2026-11-28T10:30:11Z share 0 to 25 by Jane Doe d Deployments-13 at Approve 60_ note +overruled-guard /weight 25_',
  '6 c1 2026-11-28T10:40:11Z retreat 25 to 0 d RunbookRuns-7 note silent',
  '7 c1 2026-11-28T10:50:11Z share 0 to 25 by Bob d Deployments-13 at Approve 70_ note +overruled-guard /weight 25_ /lease 2h',
  '8 c1 2026-11-28T12:50:11Z lease-ended 25 to 10 d RunbookRuns-8 note lease-ended',
  '9 c1 2026-11-28T13:12:11Z promotion 10 to 100 by Bob d Deployments-13 at Approve Promotion note +confirmed /weight 100_',
);
