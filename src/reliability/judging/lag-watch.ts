import type { World } from '../../emulator/world.ts';
import { exposureOf, servingTargets } from '../actual-state/exposure.ts';
import type { Approvals } from './approvals.ts';

/** Judges what a load balancer node does that has not heard of the last changes of rules. */
export interface LagWatch {
  /** Begins anew, with nodes that know the entry points as they are. */
  readonly start: () => void;
  /** Asked at every write and every few real milliseconds. @returns what such a node may do to users at this moment against the approvals */
  readonly judge: () => readonly string[];
}

interface Lag {
  readonly world: World;
  readonly approvals: Approvals;
  readonly entryPoints: () => readonly string[];
  /** Emulated seconds. */
  readonly seconds: () => number;
}

/** Remembers which groups had weight, for as long as a node may believe it. */
export function watchLag({ world, approvals, entryPoints, seconds }: Lag): LagWatch {
  let weighted: ReadonlySet<string> = new Set();
  const lastWeighted = new Map<string, number>();
  const note = (): number => {
    const now = world.clock.now().getTime();
    // What had weight until this very moment is what a write just took it from.
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
      // What such a node has learnt it does not forget, even where the lag becomes longer later.
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
    ...(serving.length === 0 ? [`I2: a node that lags leads users to ${group}, where nobody serves`] : []),
    ...[...wrong].map((version) => `I1: a node that lags leads users to ${version}, which was approved for none`),
  ];
}
