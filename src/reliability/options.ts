import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Case, injectedFaults, parseCase } from './cases/case.ts';
import { states } from './cases/states.ts';
import { stepUses as moves } from './cases/step-uses.ts';
import { findConflicts } from './option-conflicts.ts';

/** What `npm run faults` was asked to do. */
export interface FaultsCommand {
  readonly help: boolean;
  readonly seed: number;
  /** Cells to run, chosen by the seed; undefined for all. */
  readonly sample: number | undefined;
  /** Whether a cell is asked for. */
  readonly isWanted: (testCase: Case) => boolean;
  /** The options that leave cells out, as typed; undefined where all cells are asked for. */
  readonly filter: string | undefined;
  /** One cell by its name, alone. */
  readonly testCase: Case | undefined;
  /** Random sequences of operators; 0 for none. */
  readonly random: number;
  /** Of a failing sequence: which one of its smaller ones. */
  readonly path: string | undefined;
  /** Canaries at once on one throttled account; 0 for none. */
  readonly canaries: number;
  /** Whether the matrix itself is run. */
  readonly matrix: boolean;
  readonly processes: number;
  readonly lanes: number;
  /** Where to write what was found; undefined for nowhere. */
  readonly report: string | undefined;
}

export const reportFile = 'docs/reliability.md';

export const help = `Usage: npm run faults -- [options]

Does every fault to every AWS call of every step from every starting state, checks the invariants,
and writes ${reportFile}. Without options: the whole matrix, 200 random sequences, 50 canaries at once.
With --sample, --random or --canaries: only these parts, as many of them as are named.

  --steps A,B      only these steps (${moves.map(({ id }) => id).join(', ')})
  --states A,B     only from these states (${states.map(({ id }) => id).join(', ')})
  --faults A,B     only these faults (${injectedFaults.map(({ kind }) => kind).join(', ')})
  --sample N       so many cells of the matrix, chosen by the seed (1 to 100000)
  --cell NAME      one cell alone, by the name that a violation names
  --random N       so many random sequences of operators (1 to 100000); no matrix without --sample
  --path PATH      with --random 1 and its seed: the smaller sequence that a failure named
  --canaries N     so many canaries at once on one throttled account (1 to 200); no matrix without --sample
  --seed N         (1) chooses samples, delays and sequences
  --workers N      processes for the matrix (as many as there are cores; at most four a core)
  --lanes N        cells at the same time in each process (6; 1 to 32)
  --report FILE    write the report there, whatever was run
  --help           this text

For a report of a sample of everything:
  npm run faults -- --sample 3000 --random 100 --canaries 50 --seed 7 --report ${reportFile}`;

const limits = {
  sample: [1, 100_000],
  random: [1, 100_000],
  canaries: [1, 200],
  seed: [0, 999_999_999],
  workers: [1, 4 * availableParallelism()],
  lanes: [1, 32],
} as const;

const options = {
  steps: { type: 'string' },
  states: { type: 'string' },
  faults: { type: 'string' },
  sample: { type: 'string' },
  testCase: { type: 'string' },
  random: { type: 'string' },
  path: { type: 'string' },
  canaries: { type: 'string' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  lanes: { type: 'string' },
  report: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** A mistake in the options; its message lists all of them. */
export class OptionProblem extends Error {}

/**
 * Reads the options.
 * @throws OptionProblem that names every mistake
 */
export function readOptions(args: readonly string[]): FaultsCommand {
  const values = parse(args);
  const { list, number, testCase, path, problems } = createReader(values);
  const steps = new Set(list('steps', moves.map(idOf)));
  const from = new Set(list('states', states.map(idOf)));
  const kinds = new Set(
    list(
      'faults',
      injectedFaults.map(({ kind }) => kind),
    ),
  );
  const [sample, random, canaries] = [number('sample'), number('random'), number('canaries')];
  const whole = Object.keys(values).every((name) => /^(seed|workers|lanes|report)$/.test(name));
  const command: FaultsCommand = {
    help: values.help ?? false,
    seed: number('seed') ?? 1,
    ...{ sample, testCase: testCase(), path: path(), filter: describeFilter(values) },
    isWanted: ({ move, state, injectedFault }) =>
      steps.has(move) && from.has(state) && (injectedFault.kind === 'none' || kinds.has(injectedFault.kind)),
    random: random ?? (whole ? 200 : 0),
    canaries: canaries ?? (whole ? 50 : 0),
    matrix: sample !== undefined || (random === undefined && canaries === undefined),
    processes: number('workers') ?? availableParallelism(),
    lanes: number('lanes') ?? 6,
    report: values.report ?? (whole ? reportFile : undefined),
  };
  const all = [...problems, ...findConflicts(values)];
  if (all.length > 0 && !command.help) throw new OptionProblem(all.join('\n'));
  return command;
}

type Values = ReturnType<typeof parse>;

/** Reads values of several kinds, and keeps what is wrong with them. */
function createReader(values: Values) {
  const problems: string[] = [];
  return {
    problems,
    number: (name: keyof typeof limits) => {
      const text = values[name];
      if (text === undefined) return undefined;
      const [least, most] = limits[name];
      if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
        problems.push(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
      return Number(text);
    },
    list: (name: 'steps' | 'states' | 'faults', known: readonly string[]): readonly string[] => {
      const given = values[name]?.split(',').map((each) => each.trim()) ?? known;
      for (const each of given) if (!known.includes(each)) problems.push(`--${name} knows no "${each}".`);
      return given;
    },
    testCase: (): Case | undefined => {
      const found = values.testCase === undefined ? undefined : parseCase(values.testCase);
      if (values.testCase === undefined || (found && exists(found))) return found;
      problems.push(
        `"${values.testCase}" is no cell's name. One is "promote from tenth: reset-after ModifyRule #1, then retry".`,
      );
      return undefined;
    },
    path: (): string | undefined => {
      // The first number would be the sequence, of which each seed has one.
      if (values.path !== undefined && !/^0(:\d{1,6})*$/.test(values.path))
        problems.push(`--path takes 0 and numbers with colons between them, such as 0:1:4, not "${values.path}".`);
      return values.path;
    },
  };
}

function exists({ move, state, injectedFault }: Case): boolean {
  const known = injectedFault.kind === 'none' || injectedFaults.some(({ kind }) => kind === injectedFault.kind);
  const counted =
    'seed' in injectedFault
      ? Number.isFinite(injectedFault.seed)
      : !('occurrence' in injectedFault) || injectedFault.occurrence > 0;
  return known && counted && moves.some(({ id }) => id === move) && states.some(({ id }) => id === state);
}

function describeFilter(values: Values): string | undefined {
  const given = (['steps', 'states', 'faults'] as const).filter((name) => values[name] !== undefined);
  return given.length === 0 ? undefined : given.map((name) => `--${name} ${values[name]}`).join(' ');
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}

function parse(args: readonly string[]) {
  try {
    const { values, tokens } = parseArgs({ args: [...args], options, tokens: true });
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
    if (twice.size > 0) throw new Error([...twice].map((name) => `--${name} is given twice.`).join('\n'));
    return values;
  } catch (error) {
    throw new OptionProblem(error instanceof Error ? error.message : String(error));
  }
}
