/** One API call that a client made, for /_emulator/calls. */
export interface CallRecord {
  /** Emulated time of its arrival, epoch milliseconds. */
  readonly time: number;
  /** Real time of its arrival, epoch milliseconds. */
  readonly realTime: number;
  readonly service: string;
  readonly operation: string;
  readonly userAgent: string;
  /** The parsed input; absent when it could not be parsed. */
  readonly input?: object;
  /** `pending` until it is answered, then `ok` or the error's code. */
  readonly outcome: string;
}

/** The calls in the order of their arrival. */
export interface CallLog {
  begin(record: Omit<CallRecord, 'outcome' | 'input'>): OpenCall;
  list(): readonly CallRecord[];
}

export interface OpenCall {
  parsed(input: object): void;
  end(outcome: string): void;
}

export function createCallLog(): CallLog {
  const records: CallRecord[] = [];
  return {
    begin: (record) => {
      const index = records.push({ ...record, outcome: 'pending' }) - 1;
      const change = (part: Partial<CallRecord>): void => {
        records[index] = { ...(records[index] as CallRecord), ...part };
      };
      return { parsed: (input) => change({ input }), end: (outcome) => change({ outcome }) };
    },
    list: () => [...records],
  };
}
