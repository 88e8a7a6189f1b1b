import { isIP } from 'node:net';
import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../contract/aws-error.ts';
import type { TargetHealth } from '../contract/targets.ts';
import { findTargetGroup } from './find.ts';
import { startChecks } from './health-checks.ts';
import { changeHealth, countHosts } from './host-counts.ts';
import { type ElbState, loadBalancersOf, type TargetGroupState, type TargetState } from './state.ts';
import { drainingSeconds } from './target-group-attributes.ts';

export function registerTargets(state: ElbState, input: RegisterTargetsInput): object {
  const group = findTargetGroup(state, input.TargetGroupArn);
  const targets = acceptTargets(group, input.Targets ?? []);
  for (const { ip, port } of targets) addTarget(state, group, ip, port);
  return {};
}

/** Without a port, deregisters every target at the address; ignores an unknown target, as AWS does. */
export function deregisterTargets(state: ElbState, input: DeregisterTargetsInput): object {
  const group = findTargetGroup(state, input.TargetGroupArn);
  for (const { Id, Port } of input.Targets ?? []) {
    for (const target of [...group.targets.values()]) {
      if (target.ip === Id && (Port === undefined || target.port === Port)) drainTarget(state, group, target);
    }
  }
  return {};
}

export function describeTargetHealth(state: ElbState, input: DescribeTargetHealthInput): DescribeTargetHealthOutput {
  const group = findTargetGroup(state, input.TargetGroupArn);
  const asked = input.Targets ? acceptTargets(group, input.Targets) : [...group.targets.values()];
  return {
    TargetHealthDescriptions: asked.map(({ ip, port }) =>
      show(group, ip, port, group.targets.get(`${ip}:${port}`)?.health ?? notRegistered),
    ),
  };
}

/** Registers a target, again if it was draining; a target that is already registered stays as it is. */
export function addTarget(state: ElbState, group: TargetGroupState, ip: string, port: number): void {
  const key = `${ip}:${port}`;
  const existing = group.targets.get(key);
  if (existing && existing.health.state !== 'draining') return;
  existing?.stop();
  const target: TargetState = { ip, port, health: { state: 'unused' }, stop: () => {} };
  group.targets.set(key, target);
  startChecks(state, group, target);
}

/** Drains a target for the group's deregistration delay, then removes it. */
export function drainTarget(state: ElbState, group: TargetGroupState, target: TargetState): void {
  if (target.health.state === 'draining') return;
  target.stop();
  const forget = (): void => {
    group.targets.delete(`${target.ip}:${target.port}`);
    countHosts(state, group);
  };
  const seconds = drainingSeconds(group);
  if (seconds === 0 || loadBalancersOf(state, group.arn).length === 0) {
    forget();
    return;
  }
  changeHealth(state, group, target, {
    state: 'draining',
    reason: 'Target.DeregistrationInProgress',
    description: 'Target deregistration is in progress',
  });
  target.stop = state.world.clock.after(seconds, forget);
}

const notRegistered: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
};

function acceptTargets(
  group: TargetGroupState,
  targets: readonly TargetDescription[],
): readonly { readonly ip: string; readonly port: number }[] {
  return targets.map(({ Id = '', Port }) => {
    if (group.description.TargetType === 'ip' && isIP(Id) === 0) {
      throw new AwsError('InvalidTarget', `The IP address '${Id}' is not a valid IP address`);
    }
    return { ip: Id, port: Port ?? group.description.Port ?? 0 };
  });
}

function show(group: TargetGroupState, ip: string, port: number, health: TargetHealth): TargetHealthDescription {
  const checkPort = group.description.HealthCheckPort;
  return {
    Target: { Id: ip, Port: port },
    HealthCheckPort: checkPort === 'traffic-port' ? String(port) : checkPort,
    TargetHealth: {
      State: health.state,
      Reason: health.reason as NonNullable<TargetHealthDescription['TargetHealth']>['Reason'],
      Description: health.description,
    },
  };
}
