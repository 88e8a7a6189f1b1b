import { addSample, type Distribution } from '../contract/distribution.ts';
import { retentionMs, type Series, slotMs, slotOf } from '../contract/metrics.ts';
import type { TargetHealth } from '../contract/targets.ts';
import { type ElbState, type HostCount, loadBalancersOf, type TargetGroupState, type TargetState } from './state.ts';

/** Gives a target its health, and if its state changes, its group's metrics the new numbers. */
export function changeHealth(
  state: ElbState,
  group: TargetGroupState,
  target: TargetState,
  health: TargetHealth,
): void {
  const isSame = target.health.state === health.state;
  target.health = health;
  if (!isSame) countHosts(state, group);
}

/** Notes how many targets of each health a group has from now on. */
export function countHosts(state: ElbState, group: TargetGroupState): void {
  const time = state.world.clock.now().getTime();
  const states = [...group.targets.values()].map(({ health }) => health.state);
  const count = (health: TargetHealth['state']): number => states.filter((each) => each === health).length;
  group.hosts.push({
    time,
    loadBalancerArn: states.some((each) => each !== 'draining') ? loadBalancersOf(state, group.arn)[0] : undefined,
    healthy: count('healthy'),
    unhealthy: count('unhealthy'),
  });
  // The last count before that time says what was so when it began.
  while ((group.hosts[1]?.time ?? time) < time - retentionMs) group.hosts.shift();
}

/** The numbers of a group's targets behind a load balancer: in each slot that at its start, and after each change. */
export function hostSamples(
  { world }: ElbState,
  { hosts }: TargetGroupState,
  loadBalancerArn: string,
  numberOf: (count: HostCount) => number,
  { from, to }: { readonly from: number; readonly to: number },
): Series {
  const series: Series = new Map();
  const first = slotOf(Math.max(from, hosts[0]?.time ?? to));
  const end = Math.min(to, world.clock.now().getTime());
  let counted = hosts.filter(({ time }) => time < first).length;
  for (let slot = first; slot < end; slot += slotMs) {
    const before = Math.max(0, counted - 1);
    while (counted < hosts.length && (hosts[counted]?.time ?? 0) < slot + slotMs) counted += 1;
    const samples = hosts
      .slice(before, counted)
      .filter((count) => count.loadBalancerArn === loadBalancerArn)
      .map(numberOf)
      .reduce<Distribution | undefined>(addSample, undefined);
    if (samples) series.set(slot, samples);
  }
  return series;
}
