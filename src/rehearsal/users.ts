import type { Cloud } from './cloud.ts';
import type { EntryPoint } from './entry-point.ts';
import { type Load, startLoad } from './load.ts';
import type { Measurement } from './measurement.ts';
import { createSeededRandom } from './seeded-random.ts';

/** The simulated users, and the doors by which they come. */
export interface Users {
  readonly load: Load;
  readonly entryPoints: readonly EntryPoint[];
}

/** What users got at one door. */
export interface EntryPointMeasurement {
  readonly entryPoint: EntryPoint;
  readonly measured: Measurement;
}

/** Users who begin to ask once there are doors. */
export interface UserCrowd {
  /** Finds the doors anew, as a listener may have been replaced; the first call starts the users. */
  readonly welcome: () => Promise<Users>;
  /** Undefined until they were welcomed. */
  readonly present: () => Users | undefined;
  readonly stop: () => Promise<void>;
}

/** @param note hears what users leave out */
export function gatherUsers(cloud: Cloud, requestsPerSecond: number, note: (text: string) => void): UserCrowd {
  let users: Users | undefined;
  let entryPoints: readonly EntryPoint[] = [];
  let left = 0;
  return {
    welcome: async () => {
      const found = await cloud.findEntryPoints();
      entryPoints = found.slice(0, mostDoors);
      if (found.length > mostDoors && found.length !== left)
        note(`The stack has ${found.length} doors; the simulated users use the first ${mostDoors} of them.`);
      left = found.length;
      const load =
        users?.load ??
        startLoad(
          takeTurns(() => entryPoints),
          requestsPerSecond,
        );
      users = { load, entryPoints };
      return users;
    },
    present: () => users,
    stop: async () => users?.load.stop(),
  };
}

/** Waits for that many answers at each door, which the users get at the same time. */
export function measureEntryPoints(
  { load, entryPoints }: Users,
  sample: number,
): Promise<readonly EntryPointMeasurement[]> {
  return Promise.all(
    entryPoints.map(async (entryPoint) => ({ entryPoint, measured: await load.nextAnswers(sample, entryPoint.name) })),
  );
}

/** All doors share the requests, so each more makes every measurement longer. */
const mostDoors = 20;

/** Chooses a door for each request: every door once in each round, in an order that changes. */
export function takeTurns(entryPoints: () => readonly EntryPoint[]): () => EntryPoint {
  // The same draws in every rehearsal.
  const draw = createSeededRandom(1);
  let known: readonly EntryPoint[] = [];
  let round: EntryPoint[] = [];
  return () => {
    if (entryPoints() !== known || round.length === 0) {
      known = entryPoints();
      round = [...known];
    }
    // Doors that share a rule share its rotation, and a fixed order could give one of them all of green's turns.
    const [entryPoint] = round.splice(draw(round.length), 1);
    if (entryPoint === undefined) throw new Error('There is no door for the users.');
    return entryPoint;
  };
}
