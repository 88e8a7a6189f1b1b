import fc from 'fast-check';
import { arrange } from '../arranging/arrange.ts';
import type { StartingState } from '../cases/starting-state.ts';
import { findState } from '../cases/states.ts';
import type { AwsWrapper } from '../step-runs/step-order.ts';
import { type FaultWorld, openFaultWorld } from '../world/world.ts';
import { sequenceArbitrary } from './arbitrary-sequences.ts';
import { runSequence, type SequenceResult } from './run-sequence.ts';
import type { Sequence, Start } from './sequence.ts';

/** What to run. */
export interface RandomOptions {
  readonly sequences: number;
  /** Of the first sequence; each further one has the next number. */
  readonly seed: number;
  /** With one sequence: the shrunk one that an earlier run printed. */
  readonly path?: string | undefined;
  /** Real milliseconds that making a failing sequence smaller may take. */
  readonly shrinkMs?: number;
  readonly maxActions?: number;
  /** So many sequences run side by side, each in an AWS of its own; 1 unless given. */
  readonly parallel?: number;
  /** Stands between every step and AWS; only tests of the checks themselves need it. */
  readonly mutation?: AwsWrapper;
  /** Hears of each sequence as it ends. */
  readonly onEnd?: (seed: number, failure: RandomFailure | undefined) => void;
}

/** A sequence in which something was violated, as small as the time allowed. */
export interface RandomFailure extends SequenceResult {
  readonly seed: number;
  readonly path: string;
  readonly sequence: Sequence;
}

/** A path that leads to no sequence. */
export class UnknownPath extends Error {}

/** What random sequences came to. */
export interface RandomReport {
  readonly sequences: number;
  readonly actions: number;
  /** How often each step came to each end, as `promote: done`. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly failures: readonly RandomFailure[];
}

/** Runs random sequences of what operators and the world do, and makes those that fail smaller. */
export async function runRandomSequences(options: RandomOptions): Promise<RandomReport> {
  const tally: Tally = { next: options.seed, actions: 0, outcomes: new Map(), failures: [] };
  const worlds = Array.from({ length: Math.min(options.parallel ?? 1, options.sequences) }, createReusableWorld);
  try {
    await Promise.all(worlds.map((world) => runSeeds(options, world, tally)));
  } finally {
    await Promise.all(worlds.map((world) => world.close()));
  }
  const { actions, outcomes } = tally;
  return { sequences: options.sequences, actions, outcomes, failures: tally.failures.sort((a, b) => a.seed - b.seed) };
}

interface Tally {
  next: number;
  actions: number;
  readonly outcomes: Map<string, number>;
  readonly failures: RandomFailure[];
}

/** Takes one seed after the other, as long as there are any. */
async function runSeeds(options: RandomOptions, world: ReusableWorld, tally: Tally): Promise<void> {
  while (tally.next < options.seed + options.sequences) {
    const seed = tally.next++;
    const failure = await runSeed(options, seed, async (sequence) => {
      const result = await world.run(sequence, options.mutation);
      tally.actions += sequence.actions.length;
      for (const each of result.outcomes) tally.outcomes.set(each, (tally.outcomes.get(each) ?? 0) + 1);
      return result;
    });
    if (failure) tally.failures.push(failure);
    options.onEnd?.(seed, failure);
  }
}

/** Runs one given sequence in a world of its own. */
export async function runGivenSequence(sequence: Sequence, mutation?: AwsWrapper): Promise<SequenceResult> {
  const world = createReusableWorld();
  try {
    return await world.run(sequence, mutation);
  } finally {
    await world.close();
  }
}

async function runSeed(
  options: RandomOptions,
  seed: number,
  run: (sequence: Sequence) => Promise<SequenceResult>,
): Promise<RandomFailure | undefined> {
  if (options.path !== undefined) return replay(options, options.path, seed, run);
  const { shrinkMs = 60_000, maxActions = 32 } = options;
  let last: { readonly sequence: Sequence; readonly result: SequenceResult } | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(sequenceArbitrary(maxActions), async (each) => {
    // Past it every smaller sequence counts as good, so that making it smaller comes to its end.
    if (Date.now() >= deadline) return true;
    const result = await run(each);
    if (result.violations.length > 0 && !last) deadline = Date.now() + shrinkMs;
    if (result.violations.length > 0) last = { sequence: each, result };
    return result.violations.length === 0;
  });
  const details = await fc.check(property, {
    // The first runs of a property are kept small; here each seed is one, and is to be as long as any.
    ...{ seed, numRuns: 1, unbiased: true },
  });
  if (details.errorInstance instanceof Error && !last) throw details.errorInstance;
  if (!details.failed || !last) return undefined;
  return { seed, path: details.counterexamplePath ?? '0', sequence: last.sequence, ...last.result };
}

/** Runs what the path leads to, and only that: a check would go on through all of its neighbours until one fails. */
async function replay(
  { maxActions = 32 }: RandomOptions,
  path: string,
  seed: number,
  run: (sequence: Sequence) => Promise<SequenceResult>,
): Promise<RandomFailure | undefined> {
  const [found] = followPath(path, seed, maxActions);
  if (!found) throw new UnknownPath(`--path ${path} leads to no sequence of seed ${seed}.`);
  const result = await run(found);
  return result.violations.length === 0 ? undefined : { seed, path, sequence: found, ...result };
}

function followPath(path: string, seed: number, maxActions: number): readonly Sequence[] {
  try {
    return fc.sample(sequenceArbitrary(maxActions), { seed, path, numRuns: 1, unbiased: true });
  } catch {
    return [];
  }
}

/** A world that is used for many sequences, as long as nothing in it is broken. */
interface ReusableWorld {
  readonly run: (sequence: Sequence, mutation?: AwsWrapper) => Promise<SequenceResult>;
  readonly close: () => Promise<void>;
}

function createReusableWorld(): ReusableWorld {
  let world: FaultWorld | undefined;
  const close = async (): Promise<void> => {
    await world?.close();
    world = undefined;
  };
  return {
    close,
    run: async (sequence, mutation) => {
      if (sequence.start === 'first') await close();
      world ??= await openFaultWorld();
      if (sequence.start !== 'first') await arrangeStart(world, sequence.start);
      const result = await runSequence(world, sequence, mutation);
      if (result.violations.length > 0) await close();
      return result;
    },
  };
}

async function arrangeStart(world: FaultWorld, start: Exclude<Start, 'first'>): Promise<void> {
  if (!world.actualState().stack) await world.createCanary();
  const state = findState(start === 'several-entry-points' ? 'stable-blue' : start);
  if (state) await arrange(world, start === 'several-entry-points' ? { ...state, entryPoints } : state);
}

/** One of each kind, so that three entry points are written one after the other. */
const entryPoints: NonNullable<StartingState['entryPoints']> = [
  { kind: 'rule', weights: [100, 0] },
  { kind: 'default-action', weights: [100, 0] },
];
