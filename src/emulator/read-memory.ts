import type { Answer } from './protocol/answer.ts';

/** What reads were answered, so that a read can be answered as before the last write. */
export interface ReadMemory {
  /** Writes that succeeded so far, of clients and of CloudFormation. */
  writes(): number;
  noteWrite(): void;
  /** @param writes how many there were when the read began */
  remember(call: string, writes: number, answer: Answer): void;
  /** What that call was answered last before the last write; undefined when it was not made then. */
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
