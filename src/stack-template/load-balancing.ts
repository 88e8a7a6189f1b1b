import { ownListenerOf, type StackSettings } from './settings.ts';
import { awsTags, present } from './template-parts.ts';

/** One colour's target group; it has no fixed name, so that it can be replaced and stacks do not collide. */
export function targetGroup(settings: StackSettings): Record<string, unknown> {
  return {
    Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    Properties: {
      TargetType: 'ip',
      Protocol: 'HTTP',
      // ECS registers every task with its own port; a constant here avoids a replacement when that port changes.
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

/** A listener that the stack creates; it answers 404 if no rule matches. */
export function ownListener(settings: StackSettings): Record<string, unknown> {
  const { protocol, port } = ownListenerOf(settings);
  return {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: {
      LoadBalancerArn: settings.loadBalancerArn,
      Port: port,
      Protocol: protocol,
      ...(protocol === 'HTTPS'
        ? {
            Certificates: [{ CertificateArn: settings.certificateArn }],
            SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
          }
        : {}),
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    },
  };
}

/** The port that browsers try first if the address has no protocol. */
export const redirectPort = 80;

/** Redirects HTTP requests to the stack's own HTTPS listener; a separate resource, so that adding or removing it touches nothing that serves. */
export function redirectListener(settings: StackSettings): Record<string, unknown> {
  const RedirectConfig = { Protocol: 'HTTPS', Port: String(ownListenerOf(settings).port), StatusCode: 'HTTP_301' };
  return {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    // A listener that moves from port 80 to HTTPS in the same update must free port 80 first.
    DependsOn: ['Listener'],
    Properties: {
      LoadBalancerArn: settings.loadBalancerArn,
      Port: redirectPort,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'redirect', RedirectConfig }],
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
