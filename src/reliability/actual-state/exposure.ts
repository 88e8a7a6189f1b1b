import type { World } from '../../emulator/world.ts';
import { type ActualTarget, readTargets } from './actual-state.ts';
import { readRule } from './rules.ts';

/** The versions that users of an entry point may reach. */
export interface Exposure {
  /** Share of each version in percent, according to the weights and the registered targets. */
  readonly shares: ReadonlyMap<string, number>;
  /** Groups that get traffic although none of their targets is healthy. */
  readonly dead: readonly string[];
  readonly groups: readonly GroupExposure[];
}

/** What a target group gets of an entry point's traffic. */
export interface GroupExposure {
  readonly arn: string;
  /** In percent of the entry point's traffic. */
  readonly share: number;
  readonly healthy: number;
}

/** Works out which versions a rule, or a default action's rule, would send users to now. */
export function exposureOf(world: World, ruleArn: string): Exposure {
  const forward = readRule(world, ruleArn).Actions?.find(({ Type }) => Type === 'forward');
  const groups = forward?.ForwardConfig?.TargetGroups ?? [];
  const total = groups.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
  const shares = new Map<string, number>();
  const seen = groups.map(({ TargetGroupArn: arn = '', Weight = 0 }): GroupExposure => {
    const share = total === 0 ? 0 : (Weight * 100) / total;
    const serving = servingTargets(world, arn);
    for (const { version } of serving) shares.set(version, (shares.get(version) ?? 0) + share / serving.length);
    return { arn, share, healthy: serving.filter(({ state }) => state === 'healthy').length };
  });
  return {
    shares,
    groups: seen,
    dead: seen.filter(({ share, healthy }) => share > 0 && healthy === 0).map(({ arn }) => arn),
  };
}

/** The targets that a load balancer chooses from: a group's healthy ones, or all of them when none is healthy. */
export function servingTargets(world: World, group: string): readonly ActualTarget[] {
  const targets = readTargets(world, group).filter(({ state }) => state !== 'draining' && state !== 'unused');
  const healthy = targets.filter(({ state }) => state === 'healthy');
  return healthy.length > 0 ? healthy : targets;
}
