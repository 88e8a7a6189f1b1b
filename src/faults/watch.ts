import type { Emulator } from '../emulator/emulator.ts';
import type { Approvals } from './approvals.ts';
import { exposureOf } from './exposure.ts';
import type { Entry, Journal } from './journal.ts';
import { physicalIds, versionOf } from './truth.ts';
import type { Users } from './users.ts';

/** Whether users got what was approved for them, and were served, from a moment on. */
export interface Watch {
  /** Begins anew; `serving` is false where nothing served before, so that nothing can be lost. */
  readonly start: (serving: boolean) => void;
  /** Every harm since the start, each as a sentence that begins with the invariant. */
  readonly harm: () => Promise<readonly string[]>;
}

interface Watched {
  readonly emulator: Emulator;
  readonly journal: Journal;
  readonly users: Users;
  readonly approvals: Approvals;
  readonly stackName: string;
}

/** Looks at every write to a rule at the moment at which it takes effect, and at every answer that users get. */
export function createWatch(watched: Watched): Watch {
  const { emulator, journal, users } = watched;
  let startedAt = 0;
  let serving = false;
  let seen: string[] = [];
  journal.onWrite((entry) => {
    if (!/^(ModifyRule|CreateRule|SetRulePriorities)$/.test(entry.operation)) return;
    seen.push(...judgeWrite(watched, entry, serving));
    users.ask();
  });
  return {
    start: (wasServing) => {
      startedAt = emulator.world.clock.now().getTime();
      serving = wasServing;
      seen = [];
      users.takeErrors();
    },
    harm: async () => {
      users.ask();
      await users.rest();
      const errors = serving ? users.takeErrors() : [];
      return [
        ...seen,
        ...judgeExposure(watched, 'at rest', serving),
        ...judgeTraffic(watched, startedAt),
        ...errors.map((error) => `I2: a user got ${error}`),
      ];
    },
  };
}

function judgeWrite(watched: Watched, entry: Entry, serving: boolean): readonly string[] {
  return judgeExposure(watched, `after ${entry.operation} ${JSON.stringify(entry.input)}`, serving);
}

function judgeExposure({ emulator, approvals, stackName }: Watched, when: string, serving: boolean): readonly string[] {
  const ruleArn = productionRule(emulator, stackName);
  if (ruleArn === undefined) return [];
  const { shares, dead } = exposureOf(emulator.world, ruleArn);
  const excess = [...shares].filter(([version, share]) => share > approvals.allowed(version) + 0.05);
  return [
    ...excess.map(
      ([version, share]) =>
        `I1: ${version} has ${share.toFixed(1)} %, approved are ${approvals.allowed(version)} %, ${when}`,
    ),
    ...(serving ? dead.map((group) => `I2: ${group} has traffic and no healthy target, ${when}`) : []),
  ];
}

function productionRule({ world }: Emulator, stackName: string): string | undefined {
  try {
    return physicalIds(world, stackName)['ListenerRule'] || undefined;
  } catch {
    // Before there is a stack nothing is exposed.
    return undefined;
  }
}

/** What was approved for nothing may serve nobody; shares above that are judged by the weights, which are exact. */
function judgeTraffic({ emulator, approvals }: Watched, startedAt: number): readonly string[] {
  const wrong = new Map<string, number>();
  for (const { time, taskDefinitionArn } of emulator.traffic(startedAt)) {
    if (taskDefinitionArn === undefined) continue;
    const version = versionOf(emulator.world, taskDefinitionArn);
    if (approvals.allowed(version, time) === 0) wrong.set(version, (wrong.get(version) ?? 0) + 1);
  }
  return [...wrong].map(([version, count]) => `I1: ${version} served ${count} users and was approved for none`);
}
