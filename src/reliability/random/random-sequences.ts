import fc from 'fast-check';
import { arrange } from '../arranging/arrange.ts';
import type { StartingState } from '../cases/starting-state.ts';
import { findState } from '../cases/states.ts';
import { OptionProblem } from '../options.ts';
import { type FaultWorld, openFaultWorld } from '../world/world.ts';
import { plays } from './arbitrary-sequences.ts';
import type { Between } from './fault-injection.ts';
import { type PlayResult, perform } from './run-sequence.ts';
import type { Opening, Play } from './sequence.ts';

/** What to play. */
export interface RandomOptions {
  readonly sequences: number;
  /** Of the first sequence; each further one has the next number. */
  readonly seed: number;
  /** With one sequence: the shrunk one that an earlier run printed. */
  readonly path?: string | undefined;
  /** Real milliseconds that making a failing sequence smaller may take. */
  readonly shrinkMs?: number;
  readonly mostActs?: number;
  /** So many sequences are played side by side, each in an AWS of its own; 1 unless given. */
  readonly atOnce?: number;
  /** Stands between every step and AWS; only tests of the checks themselves need it. */
  readonly sabotage?: Between;
  /** Hears of each sequence as it ends. */
  readonly onEnd?: (seed: number, failure: RandomFailure | undefined) => void;
}

/** A sequence in which something was violated, as small as the time allowed. */
export interface RandomFailure extends PlayResult {
  readonly seed: number;
  readonly path: string;
  readonly play: Play;
}

export interface RandomReport {
  readonly sequences: number;
  readonly acts: number;
  /** How often each step came to each end, as `promote: done`. */
  readonly met: ReadonlyMap<string, number>;
  readonly failures: readonly RandomFailure[];
}

/** Plays random sequences of what operators and the world do, and makes those that fail smaller. */
export async function playRandomly(options: RandomOptions): Promise<RandomReport> {
  const tally: Tally = { next: options.seed, acts: 0, met: new Map(), failures: [] };
  const stages = Array.from({ length: Math.min(options.atOnce ?? 1, options.sequences) }, createStage);
  try {
    await Promise.all(stages.map((stage) => playInTurn(options, stage, tally)));
  } finally {
    await Promise.all(stages.map((stage) => stage.close()));
  }
  const { acts, met } = tally;
  return { sequences: options.sequences, acts, met, failures: tally.failures.sort((a, b) => a.seed - b.seed) };
}

interface Tally {
  next: number;
  acts: number;
  readonly met: Map<string, number>;
  readonly failures: RandomFailure[];
}

/** Takes one seed after the other, as long as there are any. */
async function playInTurn(options: RandomOptions, stage: Stage, tally: Tally): Promise<void> {
  while (tally.next < options.seed + options.sequences) {
    const seed = tally.next++;
    const failure = await playOnce(options, seed, async (play) => {
      const result = await stage.play(play, options.sabotage);
      tally.acts += play.acts.length;
      for (const each of result.met) tally.met.set(each, (tally.met.get(each) ?? 0) + 1);
      return result;
    });
    if (failure) tally.failures.push(failure);
    options.onEnd?.(seed, failure);
  }
}

/** Plays one given sequence in a world of its own. */
export async function playGiven(play: Play, sabotage?: Between): Promise<PlayResult> {
  const stage = createStage();
  try {
    return await stage.play(play, sabotage);
  } finally {
    await stage.close();
  }
}

async function playOnce(
  options: RandomOptions,
  seed: number,
  play: (play: Play) => Promise<PlayResult>,
): Promise<RandomFailure | undefined> {
  if (options.path !== undefined) return playAgain(options, options.path, seed, play);
  const { shrinkMs = 60_000, mostActs = 32 } = options;
  let last: { readonly play: Play; readonly result: PlayResult } | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(plays(mostActs), async (each) => {
    // Past it every smaller sequence counts as good, so that making it smaller comes to its end.
    if (Date.now() >= deadline) return true;
    const result = await play(each);
    if (result.violations.length > 0 && !last) deadline = Date.now() + shrinkMs;
    if (result.violations.length > 0) last = { play: each, result };
    return result.violations.length === 0;
  });
  const details = await fc.check(property, {
    // The first runs of a property are kept small; here each seed is one, and is to be as long as any.
    ...{ seed, numRuns: 1, unbiased: true },
  });
  if (details.errorInstance instanceof Error && !last) throw details.errorInstance;
  if (!details.failed || !last) return undefined;
  return { seed, path: details.counterexamplePath ?? '0', play: last.play, ...last.result };
}

/** Plays what the path leads to, and only that: a check would go on through all of its neighbours until one fails. */
async function playAgain(
  { mostActs = 32 }: RandomOptions,
  path: string,
  seed: number,
  play: (play: Play) => Promise<PlayResult>,
): Promise<RandomFailure | undefined> {
  const [found] = followPath(path, seed, mostActs);
  if (!found) throw new OptionProblem(`--path ${path} leads to no sequence of seed ${seed}.`);
  const result = await play(found);
  return result.violations.length === 0 ? undefined : { seed, path, play: found, ...result };
}

function followPath(path: string, seed: number, mostActs: number): readonly Play[] {
  try {
    return fc.sample(plays(mostActs), { seed, path, numRuns: 1, unbiased: true });
  } catch {
    return [];
  }
}

/** A world that is used for many sequences, as long as nothing in it is broken. */
interface Stage {
  readonly play: (play: Play, sabotage?: Between) => Promise<PlayResult>;
  readonly close: () => Promise<void>;
}

function createStage(): Stage {
  let world: FaultWorld | undefined;
  const close = async (): Promise<void> => {
    await world?.close();
    world = undefined;
  };
  return {
    close,
    play: async (play, sabotage) => {
      if (play.opening === 'first') await close();
      world ??= await openFaultWorld();
      if (play.opening !== 'first') await set(world, play.opening);
      const result = await perform(world, play, sabotage);
      if (result.violations.length > 0) await close();
      return result;
    },
  };
}

async function set(world: FaultWorld, opening: Exclude<Opening, 'first'>): Promise<void> {
  if (!world.actualState().stack) await world.found();
  const state = findState(opening === 'several-doors' ? 'stable-blue' : opening);
  if (state) await arrange(world, opening === 'several-doors' ? { ...state, entryPoints } : state);
}

/** One of each kind, so that three doors are written one after the other. */
const entryPoints: NonNullable<StartingState['entryPoints']> = [
  { kind: 'rule', weights: [100, 0] },
  { kind: 'default-action', weights: [100, 0] },
];
