import type { Emulator } from '../../emulator/emulator.ts';
import { type ActualState, physicalIds, versionOf } from '../actual-state/actual-state.ts';
import { nameEntryPoint } from '../actual-state/entry-points.ts';
import { exposureOf } from '../actual-state/exposure.ts';
import type { Entry, WriteLog } from '../actual-state/write-log.ts';
import type { Setting } from '../cases/setting.ts';
import type { Approvals } from './approvals.ts';
import { watchLag } from './lag-watch.ts';
import type { Users } from './users.ts';

/** Watches whether users were served, and only with approved versions. */
export interface Watch {
  /** Starts again; if blue runs no version, nothing served before, so nothing can be lost. */
  readonly start: (blue: string | undefined) => void;
  /** Every violation since the start, each as a sentence that starts with the invariant. */
  readonly violations: () => Promise<readonly string[]>;
}

interface Watched {
  readonly emulator: Emulator;
  readonly writeLog: WriteLog;
  readonly users: Users;
  readonly approvals: Approvals;
  readonly stackName: string;
  readonly actualState: () => ActualState;
  readonly setting: () => Setting;
}

/** When the watch started, and which version blue ran then. */
interface Start {
  readonly time: number;
  readonly blue: string | undefined;
}

/** Judges every write to an entry point when it takes effect, and every answer that users get. */
export function createWatch(watched: Watched): Watch {
  const { emulator, writeLog, users, approvals, setting } = watched;
  let start: Start = { time: 0, blue: undefined };
  const seen = new Set<string>();
  const note = (violations: readonly string[]): void => violations.forEach((violation) => void seen.add(violation));
  const lag = watchLag({
    ...{ world: emulator.world, approvals, entryPoints: () => entryPointsOf(watched) },
    seconds: () => setting().lagSeconds,
  });
  users.onAsk(() => note(lag.judge()));
  writeLog.onWrite((entry) => {
    note(judgeWrite(watched, entry, start));
    if (movesUsers.test(entry.operation)) users.ask();
  });
  return {
    start: (blue) => {
      start = { time: emulator.world.clock.now().getTime(), blue };
      seen.clear();
      lag.start();
      users.takeErrors();
    },
    violations: async () => {
      users.ask();
      await users.rest();
      const errors = start.blue === undefined ? [] : users.takeErrors();
      return [
        ...seen,
        ...judgeEntryPoints(watched, 'at rest', start),
        ...judgeTraffic(watched, start),
        ...errors
          .filter((error) => !(setting().greenFails && error.startsWith('status 500 ')))
          .map((error) => `I2: a user got ${error}`),
      ];
    },
  };
}

/** Operations that may change where users are sent. */
const movesUsers = /^(ModifyRule|ModifyListener|CreateRule|SetRulePriorities)$/;

function judgeWrite(watched: Watched, entry: Entry, start: Start): readonly string[] {
  if (entry.operation === 'UpdateTaskSet') return judgeScale(watched, entry);
  if (!movesUsers.test(entry.operation)) return [];
  return judgeEntryPoints(watched, `after ${entry.operation} ${JSON.stringify(entry.input)}`, start);
}

/** Where a rule leads users to blue only, weights do not show how much blue must serve. */
function judgeScale({ setting, actualState }: Watched, { input }: Entry): readonly string[] {
  const { taskSet, scale } = input as { readonly taskSet?: string; readonly scale?: { readonly value?: number } };
  if (setting().blueRules.length === 0 || (scale?.value ?? 0) >= 100) return [];
  const { blue } = actualState().canary ?? {};
  if (!blue || !taskSet?.endsWith(blue.taskSet)) return [];
  return [`I2: blue was scaled to ${scale?.value} % although users of a rule reach only blue`];
}

function judgeEntryPoints(watched: Watched, when: string, start: Start): readonly string[] {
  return entryPointsOf(watched).flatMap((ruleArn) => judgeEntryPoint(watched, ruleArn, when, start));
}

function judgeEntryPoint(
  { emulator, approvals }: Watched,
  ruleArn: string,
  when: string,
  start: Start,
): readonly string[] {
  const { shares, dead } = exposureOf(emulator.world, ruleArn);
  const where = `at ${nameEntryPoint(emulator.world, ruleArn)} ${when}`;
  const excess = [...shares].filter(([version, share]) => share > approvals.allowed(version) + 0.05);
  return [
    ...excess.map(
      ([version, share]) =>
        `I1: ${version} has ${share.toFixed(1)} %, but ${approvals.allowed(version)} % is approved, ${where}`,
    ),
    ...(start.blue === undefined
      ? []
      : dead.map((group) => `I2: ${group} has traffic but no healthy target, ${where}`)),
  ];
}

function entryPointsOf({ emulator, stackName, setting }: Watched): readonly string[] {
  try {
    const { ListenerRule: own } = physicalIds(emulator.world, stackName);
    return own ? [own, ...setting().entryPoints] : [];
  } catch {
    // Before there is a stack nothing is exposed.
    return [];
  }
}

/** An unapproved version must serve nobody; other shares are judged by the weights, which are exact. */
function judgeTraffic({ emulator, approvals, setting }: Watched, { time: since, blue }: Start): readonly string[] {
  const { lagSeconds, blueRules } = setting();
  const wrong = new Map<string, number>();
  const note = (what: string): void => void wrong.set(what, (wrong.get(what) ?? 0) + 1);
  for (const { time, ruleArn, taskDefinitionArn } of emulator.traffic(since)) {
    if (taskDefinitionArn === undefined) continue;
    const version = versionOf(emulator.world, taskDefinitionArn);
    if (blueRules.includes(ruleArn)) {
      if (version !== blue) note(`${version}, although their rule leads only to blue, which ran ${blue}`);
    } else if (approvals.allowed(version, time, lagSeconds * 1000) === 0) note(`${version}, which has no approval`);
  }
  return [...wrong].map(([what, count]) => `I1: ${count} users got ${what}`);
}
