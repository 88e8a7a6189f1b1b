import { createCommand } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { type Parser, refuse, splitList, wholeNumberFrom } from '../command-line/value-parsers.ts';

export const sections = ['steps', 'release', 'shift', 'rollback', 'growth'] as const;

export type SectionName = (typeof sections)[number];

/** The parsed options of `npm run bench`. */
export interface BenchCommand {
  readonly only: readonly SectionName[];
  /** Measured runs of each side. */
  readonly runs: number;
  /** Whether to write the page. */
  readonly write: boolean;
  /** The command as typed, for the page. */
  readonly typed: string;
}

export const pageFile = 'docs/performance.md';

/** `npm run bench`. */
export function declareBench() {
  return createCommand(
    'npm run bench --',
    'Measures the steps beside the commands of the AWS CLI that do the same unchecked, on this machine, against the emulated AWS.',
  )
    .option('--only <A,B>', `only these of ${sections.join(', ')}`, sectionNames)
    .option('--runs <N>', 'runs of each side, 1 to 100; a release has a third of them', wholeNumberFrom(1, 100), 9)
    .option('--write', `write the figures into ${pageFile}`);
}

/**
 * Reads the options of `npm run bench`; undefined after printing help.
 * @throws UsageError that names every mistake
 */
export function readBenchCommand(args: readonly string[], write: (text: string) => void): BenchCommand | undefined {
  const values = readOptions(declareBench(), args, write);
  if (values === undefined) return undefined;
  const typed = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  return { only: values.only ?? sections, runs: values.runs, write: values.write === true, typed };
}

const sectionNames: Parser<readonly SectionName[]> = (typed) => {
  const names = splitList(typed);
  const unknown = names.filter((name) => !sections.some((known) => known === name));
  if (unknown.length > 0) refuse(...unknown.map((name) => `does not know "${name}".`));
  return sections.filter((name) => names.includes(name));
};
