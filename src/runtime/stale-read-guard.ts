import type { Change } from '../canary/change.ts';
import type { Decision } from '../canary/decision.ts';

/** Detects decisions that may come from a read that is older than the last write. */
export interface StaleReadGuard {
  /** Whether the decision counts only if the next fresh read gives the same; a repeated write is not in doubt. */
  mustConfirm(decision: Decision, isRepeated: boolean): boolean;
  /** Notes an accepted write; reading it back proves that reads are current. */
  noteWrite(written: Change): void;
}

/** One read may be stale: alone, it does not prove that the goal is reached, which colour is stable, or that a stack may be changed. */
export function createStaleReadGuard(): StaleReadGuard {
  let unconfirmed: string | undefined;
  let isCurrent = false;
  const moved = new Set<string>();
  return {
    mustConfirm: (decision, isRepeated) => {
      const kind = decision.kind === 'change' ? decision.change.kind : decision.kind;
      const isDoubtful = decision.kind === 'change' && decision.isDoubtful === true;
      const doubtful = !isRepeated && (isDoubtful || (isCurrent ? stackChanges : doubtfulAlone).test(kind));
      const isConfirmed = !doubtful || unconfirmed === kind;
      unconfirmed = isConfirmed ? undefined : kind;
      return !isConfirmed;
    },
    noteWrite: (written) => {
      if (written.kind === 'set-weights') moved.add(written.rule.arn);
      // With several rules, a current read of one says nothing about the others.
      const proves = written.kind !== 'set-weights' || moved.size >= written.among.length;
      isCurrent ||= proves && proofs.test(written.kind);
    },
  };
}

const stackChanges = /^(create|update|delete)-stack$/;
const doubtfulAlone = /^(done|tag-stable|record|(create|update|delete)-stack)$/;
const proofs = /^(set-weights|create-test-rule|(create|update)-stack)$/;
