import type { TargetGroupState, TargetState } from './state.ts';

/**
 * The next healthy target in turn. If none is healthy, the next unhealthy one, because a load balancer fails open.
 * Undefined if there is neither.
 */
export function chooseTarget(group: TargetGroupState): TargetState | undefined {
  const targets = [...group.targets.values()];
  const healthy = targets.filter(({ health }) => health.state === 'healthy');
  const usable = healthy.length > 0 ? healthy : targets.filter(({ health }) => health.state === 'unhealthy');
  if (usable.length === 0) return undefined;
  group.turn += 1;
  return usable[group.turn % usable.length];
}
