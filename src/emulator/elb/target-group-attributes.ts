import type {
  DescribeTargetGroupAttributesInput,
  ModifyTargetGroupAttributesInput,
  TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsError } from '../contract/aws-error.ts';
import { validationError } from './errors.ts';
import { findTargetGroup } from './find.ts';
import type { ElbState, TargetGroupState } from './state.ts';

interface AttributesOutput {
  readonly Attributes: TargetGroupAttribute[];
}

const drainingDelay = 'deregistration_delay.timeout_seconds';

export function describeTargetGroupAttributes(
  state: ElbState,
  input: DescribeTargetGroupAttributesInput,
): AttributesOutput {
  return { Attributes: show(findTargetGroup(state, input.TargetGroupArn)) };
}

export function modifyTargetGroupAttributes(
  state: ElbState,
  input: ModifyTargetGroupAttributesInput,
): AttributesOutput {
  const group = findTargetGroup(state, input.TargetGroupArn);
  const changes = input.Attributes ?? [];
  for (const { Key = '', Value = '' } of changes) {
    if (!group.attributes.has(Key)) throw unknownKey(Key);
    if (Key === drainingDelay && !(/^\d+$/.test(Value) && Number(Value) <= 3600)) {
      throw validationError(`'${drainingDelay}' must be between '0' and '3600' inclusive`);
    }
  }
  for (const { Key = '', Value = '' } of changes) group.attributes.set(Key, Value);
  return { Attributes: show(group) };
}

export function defaultAttributes(protocol: string | undefined): Map<string, string> {
  const isHttp = protocol === 'HTTP' || protocol === 'HTTPS';
  return new Map([
    ...(isHttp ? [] : networkDefaults),
    [drainingDelay, '300'],
    ['stickiness.enabled', 'false'],
    ['stickiness.type', 'lb_cookie'],
    ['stickiness.lb_cookie.duration_seconds', '86400'],
    ['stickiness.app_cookie.cookie_name', ''],
    ['stickiness.app_cookie.duration_seconds', '86400'],
    ['slow_start.duration_seconds', '0'],
    ['load_balancing.algorithm.type', 'round_robin'],
    ['load_balancing.algorithm.anomaly_mitigation', 'off'],
    ['load_balancing.cross_zone.enabled', 'use_load_balancer_configuration'],
    ['target_group_health.dns_failover.minimum_healthy_targets.count', '1'],
    ['target_group_health.dns_failover.minimum_healthy_targets.percentage', 'off'],
    ['target_group_health.unhealthy_state_routing.minimum_healthy_targets.count', '1'],
    ['target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage', 'off'],
  ]);
}

const networkDefaults: readonly (readonly [string, string])[] = [
  ['deregistration_delay.connection_termination.enabled', 'false'],
  ['preserve_client_ip.enabled', 'false'],
  ['proxy_protocol_v2.enabled', 'false'],
  ['target_health_state.unhealthy.connection_termination.enabled', 'true'],
  ['target_health_state.unhealthy.draining_interval_seconds', '0'],
  ['target_failover.on_deregistration', 'no_rebalance'],
  ['target_failover.on_unhealthy', 'no_rebalance'],
];

const otherKeys = new Set([...networkDefaults.map(([key]) => key), 'lambda.multi_value_headers.enabled']);

/** The emulated seconds for which a deregistered target drains. */
export function drainingSeconds(group: TargetGroupState): number {
  return Number(group.attributes.get(drainingDelay));
}

/** AWS refuses the keys of other kinds of groups; the emulator cannot know keys that AWS added later. */
function unknownKey(key: string): AwsError {
  return otherKeys.has(key)
    ? validationError(`Target group attribute key '${key}' is not recognized`)
    : validationError(`The emulator knows no target group attribute '${key}'.`);
}

function show(group: TargetGroupState): TargetGroupAttribute[] {
  return [...group.attributes].map(([Key, Value]) => ({ Key, Value }));
}
