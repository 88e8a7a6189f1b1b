import { availableParallelism } from 'node:os';
import { createCommand, renderList } from '../command-line/command.ts';
import { readOptions, seeHelp } from '../command-line/read-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { matching, type Parser, refuse, splitList, wholeNumberFrom } from '../command-line/value-parsers.ts';
import { type Case, injectedFaults, parseCase } from './cases/case.ts';
import { states } from './cases/states.ts';
import { stepUses } from './cases/step-uses.ts';
import { findConflicts } from './option-conflicts.ts';

/** The parsed options of `npm run faults`. */
export interface FaultsCommand {
  readonly seed: number;
  /** How many cells to run, chosen by the seed; undefined for all. */
  readonly sample: number | undefined;
  /** Whether the options select a cell. */
  readonly isWanted: (testCase: Case) => boolean;
  /** The options that leave cells out, as typed; undefined if none does. */
  readonly filter: string | undefined;
  /** The only cell to run, if it was named. */
  readonly testCase: Case | undefined;
  /** How many random sequences of operators to run; 0 for none. */
  readonly random: number;
  /** Path to a smaller version of a failing sequence. */
  readonly path: string | undefined;
  /** How many canaries to run at once on one throttled account; 0 for none. */
  readonly canaries: number;
  /** Whether the matrix itself is run. */
  readonly matrix: boolean;
  readonly processes: number;
  readonly lanes: number;
  /** Where to write the report; undefined for nowhere. */
  readonly report: string | undefined;
}

export const reportFile = 'docs/reliability.md';

/** What runs without options. */
const whole = { random: 200, canaries: 50 };

/** `npm run faults`. */
export function declareFaults() {
  // The first number is the sequence, and each seed has only one.
  const path = matching(/^0(:\d{1,6})*$/, '0 and numbers with colons between them, such as 0:1:4');
  return createCommand(
    'npm run faults --',
    `Injects every fault into every AWS call of every step from every starting state, checks the invariants, and writes ${reportFile}.
Without options: the whole matrix, ${whole.random} random sequences, ${whole.canaries} canaries at once. With --sample, --random or --canaries: only these parts, in the numbers given.`,
  )
    .option('--steps <A,B>', 'only these steps, see below', namesAmong(stepUses.map(idOf)))
    .option('--states <A,B>', 'only from these starting states, see below', namesAmong(states.map(idOf)))
    .option('--faults <A,B>', 'only these faults, see below', namesAmong(injectedFaults.map(({ kind }) => kind)))
    .option('--sample <N>', 'run N cells of the matrix, chosen by the seed; 1 to 100000', wholeNumberFrom(1, 100_000))
    .option('--cell <NAME>', 'run only this cell, named as in a violation', parseCell)
    .option(
      '--random <N>',
      'run N random sequences of operators, 1 to 100000; no matrix without --sample',
      wholeNumberFrom(1, 100_000),
    )
    .option('--path <PATH>', 'with --random 1 and the seed of a failure: the smaller sequence that it printed', path)
    .option(
      '--canaries <N>',
      'run N canaries at once on one throttled account, 1 to 200; no matrix without --sample',
      wholeNumberFrom(1, 200),
    )
    .option('--seed <N>', 'seed for samples, delays and sequences', wholeNumberFrom(0, 999_999_999), 1)
    .option(
      '--workers <N>',
      'processes for the matrix, at most four per core (default: one per core)',
      wholeNumberFrom(1, 4 * availableParallelism()),
    )
    .option('--lanes <N>', 'concurrent cells in each process, 1 to 32', wholeNumberFrom(1, 32), 6)
    .option('--report <FILE>', 'write the report to this file, whatever was run')
    .addHelpText('after', renderNames());
}

function renderNames(): string {
  const faults = injectedFaults.map(({ kind, title }) => [kind, title] as const);
  return `${renderList('Steps:', stepUses.map(nameOf))}
${renderList('Starting states:', states.map(nameOf))}
${renderList('Faults:', faults)}

To report on a sample of everything:
  npm run faults -- --sample 3000 --random 100 --canaries 50 --seed 7 \\
    --report ${reportFile}`;
}

/** An option that proves unusable after parsing. */
export class OptionProblem extends UsageError {
  constructor(problem: string) {
    super([problem], seeHelp(declareFaults()));
  }
}

/**
 * Reads the options of `npm run faults`; undefined after printing help.
 * @throws UsageError that names every mistake
 */
export function readFaultsCommand(args: readonly string[], write: (text: string) => void): FaultsCommand | undefined {
  const values = readOptions(declareFaults(), args, write, findConflicts);
  if (values === undefined) return undefined;
  const { sample, random, canaries, path, cell, seed, lanes, report } = values;
  const filter = describeFilter(values);
  const everything = [sample, random, canaries, path, cell, filter].every((each) => each === undefined);
  return {
    ...{ seed, sample, path, lanes, filter, testCase: cell },
    isWanted: ({ stepUse, state, injectedFault: { kind } }) =>
      isNamed(stepUse, values.steps) &&
      isNamed(state, values.states) &&
      (kind === 'none' || isNamed(kind, values.faults)),
    random: random ?? (everything ? whole.random : 0),
    canaries: canaries ?? (everything ? whole.canaries : 0),
    matrix: sample !== undefined || (random === undefined && canaries === undefined),
    processes: values.workers ?? availableParallelism(),
    report: report ?? (everything ? reportFile : undefined),
  };
}

function isNamed(name: string, names: readonly string[] | undefined): boolean {
  return names === undefined || names.includes(name);
}

function namesAmong(known: readonly string[]): Parser<readonly string[]> {
  return (typed) => {
    const unknown = splitList(typed).filter((each) => !known.includes(each));
    return unknown.length === 0 ? splitList(typed) : refuse(...unknown.map((each) => `does not know "${each}".`));
  };
}

function parseCell(typed: string): Case {
  const found = parseCase(typed);
  if (found && exists(found)) return found;
  return refuse(
    `"${typed}" is not the name of a cell. An example is "promote from tenth: reset-after ModifyRule #1, then retry".`,
  );
}

function exists({ stepUse, state, injectedFault }: Case): boolean {
  const known = injectedFault.kind === 'none' || injectedFaults.some(({ kind }) => kind === injectedFault.kind);
  const counted =
    'seed' in injectedFault
      ? Number.isFinite(injectedFault.seed)
      : !('occurrence' in injectedFault) || injectedFault.occurrence > 0;
  return known && counted && stepUses.some(({ id }) => id === stepUse) && states.some(({ id }) => id === state);
}

type Filters = Readonly<Partial<Record<'steps' | 'states' | 'faults', readonly string[]>>>;

function describeFilter({ steps, states, faults }: Filters): string | undefined {
  const given = Object.entries({ steps, states, faults }).filter(([, names]) => names !== undefined);
  return given.length === 0 ? undefined : given.map(([name, names]) => `--${name} ${names}`).join(' ');
}

function nameOf({ id, title }: { readonly id: string; readonly title: string }) {
  return [id, title] as const;
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}
