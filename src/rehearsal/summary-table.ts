import type { Stage } from './canary-watch.ts';
import type { StepStatus } from './deployment.ts';
import { seconds } from './rehearsal-log.ts';

/** The whole canary at a glance: a row for each step that ran. */
export function renderSummary(stages: readonly Stage[]): readonly string[] {
  const rows = stages.filter(({ result }) => result.status !== 'skipped').map(renderRow);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

const decisions: Readonly<Record<StepStatus, string>> = {
  succeeded: 'approved',
  'succeeded with warnings': 'approved',
  failed: 'aborted',
  skipped: 'skipped',
};

const header = ['Release', 'Step', 'Time', 'Requested', 'Measured', 'Errors', 'Result'] as const;

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
    result.step.kind === 'manual' ? decisions[result.status] : result.status,
  ];
}

/** One figure, or the range when the doors differ. */
function renderShares(shares: readonly number[]): string {
  if (shares.length === 0) return '';
  const ends = [Math.min(...shares), Math.max(...shares)].map((share) => share.toFixed(1));
  return `${[...new Set(ends)].join('-')} %`;
}
