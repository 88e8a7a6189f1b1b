import type { World } from '../../emulator/world.ts';
import { exposureOf, servingTargets } from '../actual-state/exposure.ts';
import type { Approvals } from './approvals.ts';

/** Judges what a load balancer node may do that has not received the latest rules. */
export interface LagWatch {
  /** Starts again, with nodes that know the current entry points. */
  readonly start: () => void;
  /** Checks at every write and every few real milliseconds. @returns how such a node may now violate the approvals */
  readonly judge: () => readonly string[];
}

interface Lag {
  readonly world: World;
  readonly approvals: Approvals;
  readonly entryPoints: () => readonly string[];
  /** Emulated seconds. */
  readonly seconds: () => number;
}

/** Remembers which groups had weight for as long as a node may still use it. */
export function watchLag({ world, approvals, entryPoints, seconds }: Lag): LagWatch {
  let weighted: ReadonlySet<string> = new Set();
  const lastWeighted = new Map<string, number>();
  const note = (): number => {
    const now = world.clock.now().getTime();
    // A group that had weight until now has just lost it through a write.
    for (const group of weighted) lastWeighted.set(group, now);
    weighted = new Set(entryPoints().flatMap((entryPoint) => groupsWithWeight(world, entryPoint)));
    for (const group of weighted) lastWeighted.set(group, now);
    return now;
  };
  return {
    start: () => {
      weighted = new Set();
      lastWeighted.clear();
      note();
    },
    judge: () => {
      if (seconds() === 0) return [];
      const now = note();
      const lag = seconds() * 1000;
      // Such a node does not forget rules it has received, even if the lag becomes longer later.
      for (const [group, time] of lastWeighted) if (time <= now - lag) lastWeighted.delete(group);
      const groups = [...lastWeighted.keys()];
      return groups.flatMap((group) => judgeGroup(world, group, (version) => approvals.allowed(version, now, lag)));
    },
  };
}

function groupsWithWeight(world: World, entryPoint: string): readonly string[] {
  return exposureOf(world, entryPoint)
    .groups.filter(({ share }) => share > 0)
    .map(({ arn }) => arn);
}

function judgeGroup(world: World, group: string, allowed: (version: string) => number): readonly string[] {
  const serving = servingTargets(world, group);
  const wrong = new Set(serving.map(({ version }) => version).filter((version) => allowed(version) === 0));
  return [
    ...(serving.length === 0 ? [`I2: a node that lags leads users to ${group}, which has no serving target`] : []),
    ...[...wrong].map((version) => `I1: a node that lags leads users to ${version}, which has no approval`),
  ];
}
