import type { StackSettings } from './settings.ts';
import { awsTags, present } from './template-parts.ts';

/** One colour's target group; it has no fixed name, so that it can be replaced and stacks do not collide. */
export function targetGroup(settings: StackSettings): Record<string, unknown> {
  return {
    Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    Properties: {
      TargetType: 'ip',
      Protocol: 'HTTP',
      // ECS registers every task with its own port; a constant here spares a replacement when that port changes.
      Port: 80,
      VpcId: settings.vpcId,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: settings.healthCheckPath,
      HealthCheckIntervalSeconds: settings.healthCheckIntervalSeconds,
      HealthCheckTimeoutSeconds: settings.healthCheckTimeoutSeconds,
      HealthyThresholdCount: settings.healthyThreshold,
      UnhealthyThresholdCount: settings.unhealthyThreshold,
      Matcher: { HttpCode: settings.healthCheckMatcher },
      TargetGroupAttributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: String(settings.deregistrationDelaySeconds) },
      ],
      ...awsTags(settings.tags),
    },
  };
}

/** A listener of the stack's own; what no rule matches is answered 404. */
export function ownListener(settings: StackSettings): Record<string, unknown> {
  const encrypted = settings.listenerProtocol === 'HTTPS';
  return {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: {
      LoadBalancerArn: settings.loadBalancerArn,
      Port: settings.listenerPort,
      Protocol: settings.listenerProtocol,
      ...(encrypted
        ? {
            Certificates: [{ CertificateArn: settings.certificateArn }],
            SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
          }
        : {}),
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    },
  };
}

/** The rule that splits the traffic; untagged, so that a changed tag never makes CloudFormation rewrite the weights. */
export function listenerRule(settings: StackSettings): Record<string, unknown> {
  return {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: {
      ListenerArn: settings.listenerArn === '' ? { Ref: 'Listener' } : settings.listenerArn,
      Priority: settings.rulePriority,
      Conditions: [
        ...condition('path-pattern', 'PathPatternConfig', settings.pathPatterns),
        ...condition('host-header', 'HostHeaderConfig', settings.hostHeaders),
      ],
      Actions: [{ Type: 'forward', ForwardConfig: forwardConfig(settings) }],
    },
  };
}

function condition(field: string, config: string, values: readonly string[]): Record<string, unknown>[] {
  return values.length === 0 ? [] : [{ Field: field, [config]: present('Values', values) }];
}

function forwardConfig(settings: StackSettings): Record<string, unknown> {
  const seconds = settings.stickinessSeconds;
  return {
    TargetGroups: [
      { TargetGroupArn: { Ref: 'GreenTargetGroup' }, Weight: 0 },
      { TargetGroupArn: { Ref: 'BlueTargetGroup' }, Weight: 100 },
    ],
    ...(seconds > 0 ? { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: seconds } } : {}),
  };
}
