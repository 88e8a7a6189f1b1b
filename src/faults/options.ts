import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Cell, harms, parseCell } from './cells.ts';
import { moves } from './moves.ts';
import { states } from './states.ts';

/** What `npm run faults` was asked to do. */
export interface FaultsCommand {
  readonly help: boolean;
  readonly seed: number;
  /** Cells to run, chosen by the seed; undefined for all. */
  readonly sample: number | undefined;
  /** Whether a cell is asked for. */
  readonly isWanted: (cell: Cell) => boolean;
  /** One cell by its name, alone. */
  readonly cell: Cell | undefined;
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

  --steps A,B      only these steps (${moves.map(({ id }) => id).join(', ')})
  --states A,B     only from these states (${states.map(({ id }) => id).join(', ')})
  --faults A,B     only these faults (${harms.map(({ kind }) => kind).join(', ')})
  --sample N       so many cells of the matrix, chosen by the seed
  --cell NAME      one cell alone, by the name that a violation names
  --random N       so many random sequences of operators, and no matrix
  --path PATH      with --random 1 and its seed: the smaller sequence that a failure named
  --canaries N     so many canaries at once on one throttled account, and no matrix
  --seed N         (1) chooses samples, delays and sequences
  --workers N      processes (as many as there are cores)
  --lanes N        cells at the same time in each process (6)
  --report FILE    write the report there, whatever was run
  --help           this text`;

const options = {
  steps: { type: 'string' },
  states: { type: 'string' },
  faults: { type: 'string' },
  sample: { type: 'string' },
  cell: { type: 'string' },
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
  const { list, number, cell, problems } = createReader(values);
  const steps = new Set(list('steps', moves.map(idOf)));
  const from = new Set(list('states', states.map(idOf)));
  const kinds = new Set(
    list(
      'faults',
      harms.map(({ kind }) => kind),
    ),
  );
  const [sample, random, canaries] = [number('sample', 1), number('random', 1), number('canaries', 1)];
  const whole = Object.keys(values).every((name) => /^(seed|workers|lanes|report)$/.test(name));
  const command: FaultsCommand = {
    help: values.help ?? false,
    seed: number('seed', 0) ?? 1,
    ...{ sample, cell: cell(), path: values.path },
    isWanted: ({ move, state, harm }) =>
      steps.has(move) && from.has(state) && (harm.kind === 'none' || kinds.has(harm.kind)),
    random: random ?? (whole ? 200 : 0),
    canaries: canaries ?? (whole ? 50 : 0),
    matrix: random === undefined && canaries === undefined,
    processes: number('workers', 1) ?? availableParallelism(),
    lanes: number('lanes', 1) ?? 6,
    report: values.report ?? (whole ? reportFile : undefined),
  };
  if (problems.length > 0) throw new OptionProblem(problems.join('\n'));
  return command;
}

type Values = ReturnType<typeof parse>;

/** Reads values of several kinds, and keeps what is wrong with them. */
function createReader(values: Values) {
  const problems: string[] = [];
  return {
    problems,
    number: (name: 'sample' | 'random' | 'canaries' | 'seed' | 'workers' | 'lanes', least: number) => {
      const text = values[name];
      if (text === undefined) return undefined;
      if (!/^\d{1,9}$/.test(text) || Number(text) < least)
        problems.push(`--${name} takes a whole number from ${least}, not "${text}".`);
      return Number(text);
    },
    list: (name: 'steps' | 'states' | 'faults', known: readonly string[]): readonly string[] => {
      const given = values[name]?.split(',').map((each) => each.trim()) ?? known;
      for (const each of given) if (!known.includes(each)) problems.push(`--${name} knows no "${each}".`);
      return given;
    },
    cell: (): Cell | undefined => {
      const found = values.cell === undefined ? undefined : parseCell(values.cell);
      if (values.cell !== undefined && !found) problems.push(`"${values.cell}" is no cell's name.`);
      return found;
    },
  };
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionProblem(error instanceof Error ? error.message : String(error));
  }
}
