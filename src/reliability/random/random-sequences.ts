import fc from 'fast-check';
import { arrange } from '../arranging/arrange.ts';
import type { StartingState } from '../cases/starting-state.ts';
import { findState } from '../cases/states.ts';
import type { AwsWrapper } from '../step-runs/step-order.ts';
import { type FaultWorld, openFaultWorld } from '../world/world.ts';
import { sequenceArbitrary } from './arbitrary-sequences.ts';
import { runSequence, type SequenceResult } from './run-sequence.ts';
import type { Sequence, Start } from './sequence.ts';

/** Which sequences to run. */
export interface RandomOptions {
  readonly sequences: number;
  /** Seed of the first sequence; the others count up from it. */
  readonly seed: number;
  /** For a single sequence: the path of the shrunk one that an earlier run printed. */
  readonly path?: string | undefined;
  /** Time limit in real milliseconds for shrinking a failing sequence. */
  readonly shrinkMs?: number;
  readonly maxActions?: number;
  /** How many sequences run at once, each in its own emulated AWS; 1 by default. */
  readonly parallel?: number;
  /** Wraps AWS for every step; only tests of the checks themselves need it. */
  readonly mutation?: AwsWrapper;
  /** Called for each finished sequence. */
  readonly onEnd?: (seed: number, failure: RandomFailure | undefined) => void;
}

/** A sequence that violated an invariant, shrunk as far as time allowed. */
export interface RandomFailure extends SequenceResult {
  readonly seed: number;
  readonly path: string;
  readonly sequence: Sequence;
}

/** A path that leads to no sequence. */
export class UnknownPath extends Error {}

/** The results of random sequences. */
export interface RandomReport {
  readonly sequences: number;
  readonly actions: number;
  /** How often each step had each outcome, such as `promote: done`. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly failures: readonly RandomFailure[];
}

/** Runs random sequences of actions of operators and of AWS, and shrinks those that fail. */
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

/** Takes one seed after another until none is left. */
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

/** Runs a given sequence in its own world. */
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
    // After that, every smaller sequence counts as passing, so that shrinking ends.
    if (Date.now() >= deadline) return true;
    const result = await run(each);
    if (result.violations.length > 0 && !last) deadline = Date.now() + shrinkMs;
    if (result.violations.length > 0) last = { sequence: each, result };
    return result.violations.length === 0;
  });
  const details = await fc.check(property, {
    // fast-check keeps a property's first runs small, but each seed here is a first run and should be of any length.
    ...{ seed, numRuns: 1, unbiased: true },
  });
  if (details.errorInstance instanceof Error && !last) throw details.errorInstance;
  if (!details.failed || !last) return undefined;
  return { seed, path: details.counterexamplePath ?? '0', sequence: last.sequence, ...last.result };
}

/** Runs only the sequence at the path; a check would continue through all of its neighbours until one fails. */
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

/** A world that is reused for many sequences while nothing in it is broken. */
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
