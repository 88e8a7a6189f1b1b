import type { Verdict } from '../steps/watch/assessment.ts';
import type { StepResult } from './deployment.ts';
import type { PlayedRelease } from './played-release.ts';

/** Every verdict of Watch Canary. */
export const verdicts = [
  'Worse',
  'NoWorse',
  'Better',
  'CannotTell',
  'NoEvidence',
] as const satisfies readonly Verdict[];

/** The verdict of the last watch; undefined if there was none. */
export function verdictOf(steps: readonly { readonly result: StepResult }[]): Verdict | undefined {
  const last = steps.findLast(({ result }) => isWatch(result))?.result.outputs['Verdict'];
  return verdicts.find((verdict) => verdict === last);
}

/** One sentence if the last watch of the last release gave none of the verdicts that were wanted. */
export function judgeVerdict(releases: readonly PlayedRelease[], wanted: readonly Verdict[]): readonly string[] {
  const last = releases.at(-1);
  if (wanted.length === 0 || last === undefined) return [];
  const release = `Release ${last.plan.number}`;
  const expected = `--assert-verdict expects ${wanted.join(' or ')}`;
  const watch = last.stages.findLast(({ result }) => isWatch(result))?.result;
  if (watch === undefined) return [`${release} ended before any Watch step ran, but ${expected}.`];
  const verdict = watch.outputs['Verdict'];
  if (wanted.some((each) => each === verdict)) return [];
  return [`${release}: the verdict of ${watch.step.name} is ${verdict ?? 'missing'}, but ${expected}.`];
}

/** One sentence if the last watch of the last release gave one of the verdicts that were wanted. */
export function confirmVerdict(releases: readonly PlayedRelease[], wanted: readonly Verdict[]): readonly string[] {
  const watch = releases.at(-1)?.stages.findLast(({ result }) => isWatch(result))?.result;
  const verdict = wanted.find((each) => each === watch?.outputs['Verdict']);
  if (watch === undefined || verdict === undefined) return [];
  return [`✓ The verdict of ${watch.step.name} is ${verdict}, as --assert-verdict expects.`];
}

/** Whether Watch Canary ran as that step. */
export function isWatch({ step, status }: StepResult): boolean {
  return step.kind === 'template' && step.stepId === 'watch' && status !== 'skipped';
}

/** How a summary begins after a Guard took traffic from green. */
export const retreatWords = 'Guard took green from ';
