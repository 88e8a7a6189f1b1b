import type { Run } from '../../canary/run.ts';
import type { Settling } from '../../canary/settling.ts';

/**
 * How long the weights have been unchanged, as far as this run has seen: a killed and repeated step restarts its wait.
 * @param values the step's own, of which the longest wait is half its time limit
 */
export function settlingOf(
  { split, now }: Pick<Run, 'split' | 'now'>,
  values: { readonly settleSeconds: number; readonly timeoutMinutes: number; readonly dryRun: boolean },
): Settling {
  return {
    // A dry run reports the next change and need not wait for it.
    quietSeconds: values.dryRun ? Number.POSITIVE_INFINITY : split === undefined ? 0 : (now - split.since) / 1000,
    settleSeconds: values.settleSeconds,
    patienceSeconds: values.timeoutMinutes * 30,
  };
}

interface ScalingValues {
  readonly settleSeconds: number;
  readonly timeoutMinutes: number;
}

/** The problem of a settling time that exceeds the time limit of the step. */
export function checkSettling({ settleSeconds, timeoutMinutes }: ScalingValues): readonly string[] {
  return settleSeconds >= timeoutMinutes * 60
    ? [
        `EcsCanary.SettleSeconds: ${settleSeconds} seconds do not fit into the ${timeoutMinutes} minutes of EcsCanary.TimeoutMinutes; lower the first or raise the second.`,
      ]
    : [];
}
