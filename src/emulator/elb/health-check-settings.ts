import type { Matcher, ModifyTargetGroupInput, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { validationError } from './errors.ts';

type HealthCheck = Pick<
  TargetGroup,
  | 'HealthCheckEnabled'
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
  | 'Matcher'
>;

/** The health check settings of the request, then existing ones, then AWS's defaults; throws ValidationError. */
export function acceptHealthCheck(
  input: Omit<ModifyTargetGroupInput, 'TargetGroupArn'>,
  before: HealthCheck & Pick<TargetGroup, 'Protocol' | 'ProtocolVersion'>,
): HealthCheck {
  const isHttp = before.Protocol === 'HTTP' || before.Protocol === 'HTTPS';
  const protocol = input.HealthCheckProtocol ?? before.HealthCheckProtocol ?? (isHttp ? 'HTTP' : 'TCP');
  const settings = {
    HealthCheckEnabled: input.HealthCheckEnabled ?? before.HealthCheckEnabled ?? true,
    HealthCheckProtocol: protocol,
    HealthCheckPort: input.HealthCheckPort ?? before.HealthCheckPort ?? 'traffic-port',
    HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? before.HealthCheckIntervalSeconds ?? 30,
    HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? before.HealthCheckTimeoutSeconds ?? 5,
    HealthyThresholdCount: input.HealthyThresholdCount ?? before.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? before.UnhealthyThresholdCount ?? 2,
  };
  checkRanges(settings, isHttp);
  if (protocol === 'TCP') return settings;
  const isGrpc = before.ProtocolVersion === 'GRPC';
  const Matcher = input.Matcher ?? before.Matcher ?? defaultMatcher(isHttp, isGrpc);
  if (isGrpc) checkCodes('gRPC', Matcher.GrpcCode, 0, 99);
  else checkCodes('HTTP', Matcher.HttpCode, 200, isHttp ? 499 : 599);
  const path = isGrpc ? '/AWS.ALB/healthcheck' : '/';
  return { ...settings, HealthCheckPath: input.HealthCheckPath ?? before.HealthCheckPath ?? path, Matcher };
}

/** Whether a status is among `200`, `200,202` or `200-299`. */
export function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from !== undefined && to !== undefined && status >= from && status <= to;
  });
}

function defaultMatcher(isHttp: boolean, isGrpc: boolean): Matcher {
  if (isGrpc) return { GrpcCode: '12' };
  return { HttpCode: isHttp ? '200' : '200-399' };
}

function checkRanges(settings: Readonly<Record<string, unknown>>, isHttp: boolean): void {
  const ranges = [
    ['HealthCheckIntervalSeconds', 'Health check interval', 5, 300],
    ['HealthCheckTimeoutSeconds', 'Health check timeout', 2, 120],
    ['HealthyThresholdCount', 'Healthy threshold count', 2, 10],
    ['UnhealthyThresholdCount', 'Unhealthy threshold count', 2, 10],
  ] as const;
  for (const [name, label, from, to] of ranges) {
    const value = Number(settings[name]);
    if (!(value >= from && value <= to)) {
      throw validationError(`${label} '${value}' must be between '${from}' and '${to}' inclusive`);
    }
  }
  if (isHttp && Number(settings['HealthCheckTimeoutSeconds']) >= Number(settings['HealthCheckIntervalSeconds'])) {
    throw validationError('Health check timeout must be smaller than the health check interval');
  }
}

function checkCodes(kind: 'HTTP' | 'gRPC', codes: string | undefined, from: number, to: number): void {
  const parts = codes?.split(/[,-]/) ?? [];
  const isWellFormed = /^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/.test(codes ?? '');
  if (!isWellFormed || parts.some((part) => Number(part) < from || Number(part) > to)) {
    throw validationError(
      `Health check matcher ${kind} code '${codes ?? ''}' must be within '${from}-${to}' inclusive`,
    );
  }
}
