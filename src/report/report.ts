import type { Colour } from '../canary/colour.ts';
import type { EntryMark } from '../canary/entry-mark.ts';
import type { Span } from '../evidence/minute.ts';

/** Everything that a report shows. Times are epoch milliseconds, shares 0 to 100; what was not recorded is left out. */
export interface CanaryReport {
  readonly stack: string;
  readonly service: string;
  readonly project?: string;
  readonly release?: string;
  readonly environment?: string;
  /** As people know them, such as "web:41". */
  readonly versions: { readonly blue: string; readonly green: string };
  readonly writtenAt: number;
  readonly verdict: { readonly title: string; readonly sentence: string };
  /** The minutes that count, at all production rules, and the time that they cover. */
  readonly span: Span;
  /** Oldest first. */
  readonly decisions: readonly CanaryDecision[];
  readonly events: readonly TaskEvent[];
}

/** A decision about green's share, with what was known when it was made. */
export interface CanaryDecision {
  readonly at: number;
  readonly kind: 'share' | 'hold' | 'promotion' | 'rollback' | 'retreat' | 'lease ended';
  readonly fromPercent?: number;
  readonly toPercent?: number;
  /** A person, or what acts in their place, such as "Guard". */
  readonly by?: string;
  readonly mark?: EntryMark;
  readonly note?: string;
  readonly verdict?: string;
  readonly greenErrors?: number;
  readonly greenRequests?: number;
  readonly blueErrors?: number;
  readonly blueRequests?: number;
  readonly evidenceHash?: string;
  /** Of the writes to AWS. */
  readonly requestIds?: readonly string[];
  /** From the approval until the new share was read back. */
  readonly secondsToVerified?: number;
}

/** What happened to a task. */
export interface TaskEvent {
  readonly at: number;
  readonly colour: Colour;
  readonly text: string;
}
