import type { ActualCanary, ActualState } from './actual-state.ts';
import { greenShare } from './entry-points.ts';

/** A canary in words that do not depend on ids, so that two worlds can be compared. */
export interface Snapshot {
  readonly stack: string | undefined;
  readonly canary?: {
    /** At each entry point. */
    readonly green: readonly string[];
    readonly tag: string | undefined;
    readonly lock: string | undefined;
    readonly versions: { readonly blue: string; readonly green: string };
    readonly pinnedBlue: string;
    readonly scales: readonly number[];
    readonly steady: readonly boolean[];
    readonly taskSets: number;
    readonly testRules: number;
  };
}

/**
 * Puts the actual state into words.
 * @param before the same canary at the start, whose versions give the names
 * @param wanted the version that the deployment brings
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
      versions: { blue: name(blue.version), green: name(green.version) },
      pinnedBlue: name(canary.pinnedBlue),
      scales: [blue.scale, green.scale],
      steady: [blue.steady, green.steady],
      taskSets: canary.taskSets.length,
      testRules: canary.testRules.length,
    },
  };
}

/** Whose the canary is, and whether it says that this very green was checked; not since when. */
function nameLock({ lock, green }: ActualCanary): string | undefined {
  if (lock === undefined) return undefined;
  return `${lock.split(' ')[0]}${lock.endsWith(` green ${green.taskSet}`) ? ', green checked' : ''}`;
}
