import type { ModifyTargetGroupInput, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
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
  before: HealthCheck & Pick<TargetGroup, 'Protocol'>,
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
  checkRanges(settings);
  if (protocol === 'TCP') return settings;
  const Matcher = input.Matcher ?? before.Matcher ?? { HttpCode: '200' };
  checkMatcher(Matcher.HttpCode);
  return { ...settings, HealthCheckPath: input.HealthCheckPath ?? before.HealthCheckPath ?? '/', Matcher };
}

/** Whether a status is among `200`, `200,202` or `200-299`. */
export function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from !== undefined && to !== undefined && status >= from && status <= to;
  });
}

function checkRanges(settings: Readonly<Record<string, unknown>>): void {
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
  if (Number(settings['HealthCheckTimeoutSeconds']) >= Number(settings['HealthCheckIntervalSeconds'])) {
    throw validationError('Health check timeout must be smaller than the health check interval');
  }
}

function checkMatcher(matcher: string | undefined): void {
  if (!matcher || !/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(matcher)) {
    throw validationError(`Health check matcher HTTP code '${matcher ?? ''}' must be within '200-499' inclusive`);
  }
}
