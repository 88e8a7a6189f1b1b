import { alignColumns } from './aligned-columns.ts';
import type { Stage } from './canary-watch.ts';
import type { StepStatus } from './deployment.ts';
import { toleranceOf } from './measurement.ts';
import { seconds } from './rehearsal-log.ts';
import type { RehearsalOptions } from './scenario.ts';

/** Renders a row for each step that ran. */
export function renderSummary(stages: readonly Stage[]): readonly string[] {
  const rows = stages.filter(({ result }) => result.status !== 'skipped').map(renderRow);
  return alignColumns([header, ...rows], isNumeric);
}

/** Explains why measured shares may differ from the requested ones; empty where none was measured. */
export function renderTolerance(
  stages: readonly Stage[],
  { weights, sample }: Pick<RehearsalOptions, 'weights' | 'sample'>,
): readonly string[] {
  if (stages.every(({ entryPoints }) => entryPoints.length === 0)) return [];
  const points = weights.map((weight) => `${toleranceOf(weight, sample).toFixed(1)} points at ${weight} %`).join(', ');
  return [
    `Measured shares vary by chance: each is from a sample of ${sample} requests at one entry point.`,
    `The verdict allows four standard deviations and one percentage point (${points}).`,
    'Over all requests between two approvals, it allows four standard deviations and one request more than the approved share.',
    'A version without approval may get none.',
  ];
}

const decisions: Readonly<Record<StepStatus, string>> = {
  succeeded: 'approved',
  'succeeded with warnings': 'approved',
  failed: 'aborted',
  skipped: 'skipped',
};

const header = ['Release', 'Step', 'Time', 'Requested', 'Measured', 'Errors', 'Verdict', 'Result'] as const;

function isNumeric(column: number): boolean {
  return column >= 2 && column <= 5;
}

function renderRow({ release, result, requested, entryPoints, errors }: Stage): readonly string[] {
  return [
    release,
    result.step.name,
    seconds(result.milliseconds),
    requested === undefined ? '' : `${requested} %`,
    renderShares(entryPoints.flatMap(({ share }) => share ?? [])),
    entryPoints.length === 0 ? '' : String(errors),
    result.outputs['Verdict'] ?? '',
    result.step.kind === 'manual' ? decisions[result.status] : result.status,
  ];
}

/** One figure, or the range when the entry points differ. */
function renderShares(shares: readonly number[]): string {
  if (shares.length === 0) return '';
  const ends = [Math.min(...shares), Math.max(...shares)].map((share) => share.toFixed(1));
  return `${[...new Set(ends)].join('-')} %`;
}
