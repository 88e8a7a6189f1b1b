import { createStickyClients, prober, stranger } from './client.ts';
import type { Cloud } from './cloud.ts';
import type { EntryPoint } from './entry-point.ts';
import { type Load, type LoadManner, startLoad } from './load.ts';
import type { Measurement } from './measurement.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { UserManner } from './user-behaviours.ts';

/** The simulated users and their entry points. */
export interface Users {
  readonly load: Load;
  readonly entryPoints: readonly EntryPoint[];
}

/** What users got at one entry point. */
export interface EntryPointMeasurement {
  readonly entryPoint: EntryPoint;
  readonly measured: Measurement;
}

/** Users who start sending requests once there are entry points. */
export interface UserCrowd {
  /** Finds the entry points again, because a listener may have been replaced; the first call starts the users. */
  readonly welcome: () => Promise<Users>;
  /** Undefined before the first call of `welcome`. */
  readonly present: () => Users | undefined;
  readonly stop: () => Promise<void>;
}

/** @param note is told which entry points are left out */
export function gatherUsers(
  cloud: Cloud,
  requestsPerSecond: number,
  note: (text: string) => void,
  manner: UserManner = { isSilent: false, isSticky: false },
): UserCrowd {
  let users: Users | undefined;
  let entryPoints: readonly EntryPoint[] = [];
  let left = 0;
  return {
    welcome: async () => {
      const found = await cloud.findEntryPoints();
      entryPoints = found.slice(0, mostEntryPoints);
      if (found.length > mostEntryPoints && found.length !== left)
        note(`The stack has ${found.length} entry points; the simulated users use only the first ${mostEntryPoints}.`);
      left = found.length;
      const load =
        users?.load ??
        startLoad(
          takeTurns(() => entryPoints),
          requestsPerSecond,
          loadManner(cloud, manner),
        );
      users = { load, entryPoints };
      return users;
    },
    present: () => users,
    stop: async () => {
      await users?.load.stop();
      if (manner.isSticky && users?.load.answers().every(({ isBound }) => !isBound)) note(noStickiness);
    },
  };
}

const noStickiness =
  'No user got a stickiness cookie, so sticky-clients changed nothing: no rule for users has TargetGroupStickinessConfig.';

function loadManner({ now }: Cloud, { isSilent, isSticky }: UserManner): LoadManner {
  const client = isSilent ? prober : stranger;
  return { now, nextClient: isSticky ? createStickyClients() : () => client, isSilent };
}

/** Waits for that many answers at each entry point; all are measured at the same time. */
export function measureEntryPoints(
  { load, entryPoints }: Users,
  sample: number,
): Promise<readonly EntryPointMeasurement[]> {
  return Promise.all(
    entryPoints.map(async (entryPoint) => ({ entryPoint, measured: await load.nextAnswers(sample, entryPoint.name) })),
  );
}

/** All entry points share the requests, so every additional one makes each measurement longer. */
const mostEntryPoints = 20;

/** Chooses an entry point for each request: each one once per round, in changing order. */
export function takeTurns(entryPoints: () => readonly EntryPoint[]): () => EntryPoint {
  // Every rehearsal draws the same sequence.
  const draw = createSeededRandom(1);
  let known: readonly EntryPoint[] = [];
  let round: EntryPoint[] = [];
  return () => {
    if (entryPoints() !== known || round.length === 0) {
      known = entryPoints();
      round = [...known];
    }
    // Entry points that share a rule share its rotation; in a fixed order, one of them could get all of green's turns.
    const [entryPoint] = round.splice(draw(round.length), 1);
    if (entryPoint === undefined) throw new Error('The users have no entry point.');
    return entryPoint;
  };
}
