import type { ActualCanary, ActualState } from './actual-state.ts';
import { greenShare } from './entry-points.ts';

/** A canary described without ids, so that two worlds can be compared. */
export interface Snapshot {
  readonly stack: string | undefined;
  readonly canary?: {
    /** At each entry point. */
    readonly green: readonly string[];
    readonly tag: string | undefined;
    readonly lock: string | undefined;
    readonly recorded: string | undefined;
    readonly isRetreated: boolean;
    readonly ledger: readonly string[];
    readonly versions: { readonly blue: string; readonly green: string };
    readonly pinnedBlue: string;
    readonly scales: readonly number[];
    readonly steady: readonly boolean[];
    readonly taskSets: number;
    readonly testRules: number;
  };
}

/**
 * Describes the actual state.
 * @param before the same canary at the start, which gives the versions their names
 * @param wanted the version to deploy
 */
export function takeSnapshot({ stack, canary }: ActualState, before: ActualState, wanted: string): Snapshot {
  if (!canary) return { stack };
  const { blue, green, entryPoints } = canary;
  const name = (version: string): string => {
    if (version === wanted) return 'wanted';
    if (version === before.canary?.blue.version) return 'blue before';
    return version === before.canary?.green.version ? 'green before' : version;
  };
  return {
    stack,
    canary: {
      green: entryPoints.map(
        ({ name: entryPoint, weights }) => `${(greenShare(weights) ?? 0).toFixed(1)} % at ${entryPoint}`,
      ),
      tag: canary.tag,
      lock: nameLock(canary),
      recorded: canary.recorded,
      isRetreated: canary.isRetreated,
      ledger: canary.ledger,
      versions: { blue: name(blue.version), green: name(green.version) },
      pinnedBlue: name(canary.pinnedBlue),
      scales: [blue.scale, green.scale],
      steady: [blue.steady, green.steady],
      taskSets: canary.taskSets.length,
      testRules: canary.testRules.length,
    },
  };
}

/** The lock's owner, and whether the lock records that this green was checked; without the time. */
function nameLock({ lock, green }: ActualCanary): string | undefined {
  if (lock === undefined) return undefined;
  return `${lock.split(' ')[0]}${lock.endsWith(` green ${green.taskSet}`) ? ', green checked' : ''}`;
}
