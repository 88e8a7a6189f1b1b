import type { FaultKind } from './faults.ts';

/** One API call that a client made, for /_emulator/calls. */
export interface CallRecord {
  /** Emulated time of its arrival, epoch milliseconds. */
  readonly time: number;
  /** Real time of its arrival, epoch milliseconds. */
  readonly realTime: number;
  readonly service: string;
  readonly operation: string;
  readonly userAgent: string;
  /** The number of the client's attempt, from 1; absent if the client does not say. */
  readonly attempt?: number;
  /** Absent if the input could not be parsed. */
  readonly input?: object;
  /** `pending` until it is answered, then `ok` or the error's code; `unanswered` if its connection was reset or hangs. */
  readonly outcome: string;
  /** The fault that hit it. */
  readonly fault?: FaultKind;
  /** Whether the operation succeeded, whatever the client was told. */
  readonly applied: boolean;
}

/** Records calls in the order of their arrival. */
export interface CallLog {
  begin(record: Omit<CallRecord, 'outcome' | 'input' | 'fault' | 'applied'>): OpenCall;
  list(): readonly CallRecord[];
}

export interface OpenCall {
  parsed(input: object): void;
  struck(fault: FaultKind): void;
  applied(): void;
  end(outcome: string): void;
}

export function createCallLog(): CallLog {
  const records: CallRecord[] = [];
  return {
    begin: (record) => {
      const index = records.push({ ...record, outcome: 'pending', applied: false }) - 1;
      const change = (part: Partial<CallRecord>): void => {
        records[index] = { ...(records[index] as CallRecord), ...part };
      };
      return {
        parsed: (input) => change({ input }),
        struck: (fault) => change({ fault }),
        applied: () => change({ applied: true }),
        end: (outcome) => change({ outcome }),
      };
    },
    list: () => [...records],
  };
}
