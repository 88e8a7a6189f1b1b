import { cpus, platform, release } from 'node:os';
import { version } from '../version.ts';
import type { BenchCommand } from './options.ts';
import type { Goal, Section, Table } from './section.ts';
import { spreadOf, summarise } from './statistics.ts';

/** What the page says about how it was made. */
export interface Circumstances {
  readonly command: BenchCommand;
  /** Undefined where there was no AWS CLI. */
  readonly awsVersion: string | undefined;
}

/** If the middle half of the runs of bare Node.js differs by more, the ratios of the steps mean little. */
const mostSpread = 0.15;

/** Renders the measured part of the page in Markdown; the terminal shows the same. */
export function renderFigures(parts: readonly Section[], made: Circumstances): string {
  const goals = parts.flatMap((part) => part.goals);
  return [
    `Made by \`${made.command.typed}\`, ${made.command.runs} runs of each side. ${describeMachine(made)}`,
    '',
    '### Goals',
    '',
    ...renderTable({ head: ['Goal', 'Measured', ''], rows: goals.map(showGoal) }),
    ...parts.flatMap((part) => [
      ...[`### ${part.title}`, '', part.about, ''],
      ...describeNoise(part.nodeRuns),
      ...part.tables.flatMap(renderTable),
    ]),
  ].join('\n');
}

const fewestRuns = 3;

const marks = { start: '<!-- figures: npm run bench -- --write -->', end: '<!-- end of figures -->' } as const;

/** Replaces the figures in a page. @throws Error if the page has no place for them */
export function replaceFigures(page: string, figures: string): string {
  const [before, rest] = page.split(marks.start);
  const after = rest?.split(marks.end)[1];
  if (after === undefined) throw new Error(`The page has no ${marks.start} and ${marks.end}.`);
  return `${before}${marks.start}\n\n${figures.trimEnd()}\n\n${marks.end}${after}`;
}

function describeMachine({ awsVersion }: Circumstances): string {
  const cores = cpus();
  const aws = awsVersion ?? 'no AWS CLI, so the commands are left out';
  return `octopus-ecs-canary ${version}, Node.js ${process.version}, ${aws}; ${cores.length} × ${cores[0]?.model.trim()}, ${platform()} ${release()}.`;
}

/** Says how much bare Node.js varied, and warns if that was too much. */
function describeNoise(nodeRuns: readonly number[]): readonly string[] {
  if (nodeRuns.length === 0) return [];
  if (nodeRuns.length < fewestRuns) return ['So few runs do not show how noisy the machine was.', ''];
  const all = summarise(nodeRuns);
  const [spread, most] = [spreadOf(all), mostSpread].map((share) => `${(share * 100).toFixed(0)} %`);
  const said = `Bare \`node -e 0\` took ${all.median.toFixed(0)} ms, and the middle half of its ${nodeRuns.length} runs differed by ${spread}`;
  if (spreadOf(all) <= mostSpread) return [`${said}; up to ${most} counts as quiet.`, ''];
  return [`**This machine was too noisy: ${said}, more than ${most}. Run it again when the machine is idle.**`, ''];
}

function showGoal({ text, measured, isMet }: Goal): readonly string[] {
  return [text, measured, isMet ? 'met' : '**not met**'];
}

function renderTable({ head, rows }: Table): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
