import type { Change } from '../canary/change.ts';
import type { Decision } from '../canary/decision.ts';

/** Tells what may come from a read that is older than the last write. */
export interface StaleReadGuard {
  /** Whether that is to be believed only if the next fresh look says the same; a write that was asked for already is not in doubt. */
  mustConfirm(decision: Decision, isRepeated: boolean): boolean;
  /** A write that AWS accepted and that is read back proves that what it changed is seen as it is now. */
  noteWrite(written: Change): void;
}

/** One look may be an old one: it does not show alone that the goal is reached, what is stable, or that a stack may be touched. */
export function createStaleReadGuard(): StaleReadGuard {
  let heard: string | undefined;
  let seesNow = false;
  const moved = new Set<string>();
  return {
    mustConfirm: (decision, isRepeated) => {
      const said = decision.kind === 'change' ? decision.change.kind : decision.kind;
      const doubtful = !isRepeated && (seesNow ? stackChanges.test(said) : doubtfulAlone.test(said));
      const believed = !doubtful || heard === said;
      heard = believed ? undefined : said;
      return !believed;
    },
    noteWrite: (written) => {
      if (written.kind === 'set-weights') moved.add(written.rule.arn);
      // Of several rules, one that is seen as it is now says nothing of the others.
      const proves = written.kind !== 'set-weights' || moved.size >= written.among.length;
      seesNow ||= proves && proofs.test(written.kind);
    },
  };
}

const stackChanges = /^(create|update|delete)-stack$/;
const doubtfulAlone = /^(done|tag-stable|(create|update|delete)-stack)$/;
const proofs = /^(set-weights|create-test-rule|(create|update)-stack)$/;
