import type { ActualCanary, ActualState } from './actual-state.ts';
import { greenShare } from './entry-points.ts';

/** A canary in words that do not depend on ids, so that two worlds can be compared. */
export interface Snapshot {
  readonly stack: string | undefined;
  readonly canary?: {
    /** At each door. */
    readonly green: readonly string[];
    readonly tag: string | undefined;
    readonly mark: string | undefined;
    readonly versions: { readonly blue: string; readonly green: string };
    readonly scales: readonly number[];
    readonly steady: readonly boolean[];
    readonly taskSets: number;
    readonly testRules: number;
  };
}

/**
 * Paints the truth.
 * @param before the same canary at the start, whose versions give the names
 * @param wanted the version that the deployment brings
 */
export function paint({ stack, canary }: ActualState, before: ActualState, wanted: string): Snapshot {
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
      mark: nameMark(canary),
      versions: { blue: name(blue.version), green: name(green.version) },
      scales: [blue.scale, green.scale],
      steady: [blue.steady, green.steady],
      taskSets: canary.taskSets.length,
      testRules: canary.testRules.length,
    },
  };
}

/** Whose the canary is, and whether it says that this very green was checked; not since when. */
function nameMark({ mark, green }: ActualCanary): string | undefined {
  if (mark === undefined) return undefined;
  return `${mark.split(' ')[0]}${mark.endsWith(` green ${green.taskSet}`) ? ', green checked' : ''}`;
}
