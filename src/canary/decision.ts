import type { Change } from './change.ts';

/** What a step decides from what it observed. `reason` is the log line. */
export type Decision =
  | Done
  | {
      readonly kind: 'change';
      readonly reason: string;
      readonly change: Change;
      /** What to know before it is made. */
      readonly warnings?: readonly string[];
      /** What is worth a line, and no warning. */
      readonly notes?: readonly string[];
    }
  | {
      readonly kind: 'wait';
      readonly reason: string;
      /** 0 to 100, where the wait has a measurable end. */
      readonly percent?: number;
      /** Seconds until this wait can end, where that is known, so that AWS is not asked in vain. */
      readonly seconds?: number;
    };

/** The goal is reached and was read back. */
export interface Done {
  readonly kind: 'done';
  readonly reason: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
}
