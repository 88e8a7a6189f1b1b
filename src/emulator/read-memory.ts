import type { Answer } from './protocol/answer.ts';

/** Remembers the answers to reads, so that a read can be answered as before the last write. */
export interface ReadMemory {
  /** The number of successful writes so far, by clients and by CloudFormation. */
  writes(): number;
  noteWrite(): void;
  /** @param writes the number of writes when the read began */
  remember(call: string, writes: number, answer: Answer): void;
  /** The last answer to that call before the last write; undefined if the call was not made before it. */
  recall(call: string): Answer | undefined;
}

export function createReadMemory(): ReadMemory {
  const known = new Map<string, { readonly last: Dated; readonly earlier: Dated | undefined }>();
  let count = 0;
  return {
    writes: () => count,
    noteWrite: () => {
      count += 1;
    },
    remember: (call, writes, answer) => {
      const past = known.get(call);
      const earlier = past && past.last.writes < writes ? past.last : past?.earlier;
      known.set(call, { last: { writes, answer }, earlier });
    },
    recall: (call) => {
      const past = known.get(call);
      return [past?.last, past?.earlier].find((dated) => dated !== undefined && dated.writes < count)?.answer;
    },
  };
}

interface Dated {
  readonly writes: number;
  readonly answer: Answer;
}
