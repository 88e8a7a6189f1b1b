import type { TargetGroupState, TargetState } from './state.ts';

/**
 * The next target in turn among the healthy; among the unhealthy when none is healthy, as a load balancer fails open;
 * undefined when there is neither.
 */
export function chooseTarget(group: TargetGroupState): TargetState | undefined {
  const targets = [...group.targets.values()];
  const healthy = targets.filter(({ health }) => health.state === 'healthy');
  const usable = healthy.length > 0 ? healthy : targets.filter(({ health }) => health.state === 'unhealthy');
  if (usable.length === 0) return undefined;
  group.turn += 1;
  return usable[group.turn % usable.length];
}
