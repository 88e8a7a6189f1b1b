import type { ErrorCode } from '../canary/error-catalogue.ts';
import type { StepResult } from './deployment.ts';

/** Whether a step failed for a reason that lies in the new version, and not in a parameter, a template or a permission. */
export function isVersionFailure(result: Pick<StepResult, 'status' | 'script'>): boolean {
  return causes.some((code) => code === codeOf(result));
}

/** Whether a step failed because the figures show that green is worse. */
export function failedAsWorse(result: Pick<StepResult, 'status' | 'script'>): boolean {
  return codeOf(result) === 'green-worse';
}

/** What tasks that misbehave lead to. */
const causes: readonly ErrorCode[] = [
  'green-worse',
  'tasks-failing',
  'not-enough-healthy',
  'stack-failed',
  'timed-out',
];

/** The error code that a failed step gave. */
function codeOf({ status, script }: Pick<StepResult, 'status' | 'script'>): string | undefined {
  if (status !== 'failed') return undefined;
  return script?.errors.flatMap((line) => /^Error code: ([a-z-]+)/.exec(line)?.[1] ?? []).at(-1);
}
