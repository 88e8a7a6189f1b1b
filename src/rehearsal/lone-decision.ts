import type { Stage } from './canary-watch.ts';
import type { ApprovalDecision, ApprovalQuestion } from './deployment.ts';
import { countErrors } from './measurement.ts';
import type { PlannedRelease } from './scenario.ts';
import { isWatch, retreatWords, verdictOf } from './watched-verdict.ts';

/**
 * What a careful person would decide, by the summary of the watch or, without one, by what users got.
 * @param stages of this release
 * @param isLast whether the promotion comes next
 */
export function decideAlone(
  { abortAt }: Pick<PlannedRelease, 'abortAt'>,
  { step }: Pick<ApprovalQuestion, 'step'>,
  stages: readonly Pick<Stage, 'result' | 'errors'>[],
  isLast: boolean,
): ApprovalDecision {
  if (step.slug === abortAt) return abort('aborted on purpose, to see the rollback');
  if (isRetreatShown(stages)) return abort('the summary says that Guard took the traffic from green');
  const verdict = verdictOf(stages);
  if (verdict === 'Worse') return abort('the summary says that green is worse');
  const errors = stages.reduce((sum, stage) => sum + stage.errors, 0);
  if (errors === 0 || verdict === 'NoWorse' || verdict === 'Better') return { proceed: true, notes: '' };
  if (verdict === undefined) return abort(`users saw ${countErrors(errors)}`);
  // At a small share, a person waits for more figures; a promotion is the last chance.
  return isLast
    ? abort(`it is too early to tell whether green is worse, and users saw ${countErrors(errors)}`)
    : { proceed: true, notes: '' };
}

/** Whether the summary that the approver sees begins with what a Guard did. */
function isRetreatShown(stages: readonly Pick<Stage, 'result'>[]): boolean {
  const summary = stages.findLast(({ result }) => isWatch(result))?.result.outputs['Summary'] ?? '';
  return summary.startsWith(retreatWords);
}

function abort(notes: string): ApprovalDecision {
  return { proceed: false, notes };
}
