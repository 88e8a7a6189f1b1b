import type { TargetHealth } from '../contract/targets.ts';
import { type CheckResult, checkOnce } from './health-probe.ts';
import { changeHealth } from './host-counts.ts';
import { type ElbState, loadBalancersOf, type TargetGroupState, type TargetState } from './state.ts';

/** Emulated seconds from a target's registration to its first health check. */
const registrationSeconds = 1;

/** Starts or stops the checks of every target whose group was attached to, or detached from, a load balancer. */
export function refreshAttachments(state: ElbState): void {
  for (const group of state.targetGroups.values()) {
    const attached = loadBalancersOf(state, group.arn).length > 0;
    for (const target of group.targets.values()) {
      if (target.health.state === 'draining') continue;
      if (attached !== (target.health.state !== 'unused')) startChecks(state, group, target);
    }
  }
}

/** Resets a target: unused while its group is not attached, otherwise initial and then checked continually. */
export function startChecks(state: ElbState, group: TargetGroupState, target: TargetState): void {
  target.stop();
  if (loadBalancersOf(state, group.arn).length === 0) {
    changeHealth(state, group, target, unused);
    target.stop = () => {};
    return;
  }
  changeHealth(state, group, target, registering);
  let stopped = false;
  let cancel = state.world.clock.after(registrationSeconds, () => {
    target.health = checking;
    void run();
  });
  target.stop = () => {
    stopped = true;
    cancel();
  };
  const streak = { passed: 0, failed: 0 };
  const run = async (): Promise<void> => {
    const result = await checkOnce(state.world, group.description, target);
    if (stopped) return;
    const health = judge(group, target, result, streak);
    if (health) changeHealth(state, group, target, health);
    cancel = state.world.clock.after(group.description.HealthCheckIntervalSeconds ?? 30, () => void run());
  };
}

/** A new target needs only one passed check; afterwards both thresholds apply. @returns the target's new health, if it has one */
function judge(
  group: TargetGroupState,
  target: TargetState,
  result: CheckResult,
  streak: { passed: number; failed: number },
): TargetHealth | undefined {
  const { HealthyThresholdCount = 5, UnhealthyThresholdCount = 2 } = group.description;
  if (result.passed) {
    streak.passed += 1;
    streak.failed = 0;
    const isReady = target.health.state === 'initial' || streak.passed >= HealthyThresholdCount;
    return isReady ? { state: 'healthy' } : undefined;
  }
  streak.failed += 1;
  streak.passed = 0;
  const isDown = target.health.state === 'unhealthy' || streak.failed >= UnhealthyThresholdCount;
  return isDown ? { state: 'unhealthy', reason: result.reason, description: result.description } : undefined;
}

const unused: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};

const registering: TargetHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
};

const checking: TargetHealth = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
};
