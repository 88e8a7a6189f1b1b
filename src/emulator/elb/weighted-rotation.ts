import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Chooses among weighted target groups; undefined if no weight is above zero. */
export interface WeightedRotation {
  next(): string | undefined;
}

/**
 * Smooth weighted round robin: after as many requests as the weights add up to, each group has had exactly its weight in
 * requests, and the turns of each group are spread evenly.
 */
export function createRotation(groups: readonly TargetGroupTuple[]): WeightedRotation {
  const weighted = groups
    .map(({ TargetGroupArn, Weight }) => ({ arn: TargetGroupArn ?? '', weight: Weight ?? 1, credit: 0 }))
    .filter(({ weight }) => weight > 0);
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return {
    next: () => {
      for (const group of weighted) group.credit += group.weight;
      const chosen = weighted.reduce<(typeof weighted)[number] | undefined>(
        (best, group) => (best && best.credit >= group.credit ? best : group),
        undefined,
      );
      if (chosen) chosen.credit -= total;
      return chosen?.arn;
    },
  };
}

/** The rotation of the groups that a rule's last action forwards to. */
export function rotationOf(actions: readonly Action[]): WeightedRotation {
  return createRotation(actions.at(-1)?.ForwardConfig?.TargetGroups ?? []);
}
