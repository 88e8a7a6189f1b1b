import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { StackListener, StackRule, StackTraffic } from '../../src/rehearsal/stack-traffic.ts';

/** A rule in a test's short form. */
export interface SampleRule {
  readonly priority?: number;
  readonly paths?: readonly string[];
  readonly hosts?: readonly string[];
  readonly more?: readonly RuleCondition[];
  readonly action?: Action;
  /** Whether it is somebody else's. */
  readonly foreign?: boolean;
  readonly logicalId?: string;
}

/** Forwards by weight to both colours, to one of them or to another service. */
export const toBoth: Action = forward('blue', 'green');
export const toGreen: Action = forward('green');
export const toBlue: Action = forward('blue');
export const elsewhere: Action = forward('another');
export const fixed: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } };
export const redirect: Action = { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Port: '443' } };

/** A listener with these rules; without a default action of its own it answers 404. */
export function sampleListener(
  port: number,
  rules: readonly SampleRule[],
  { logicalId = `Listener${port}`, last = fixed, balancer = 'shop' } = {},
): StackListener {
  const arn = `arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/${balancer}/1/${port}`;
  const all = [...rules, { priority: Number.POSITIVE_INFINITY, action: last, logicalId }];
  return {
    arn,
    logicalId,
    protocol: port === 443 ? 'HTTPS' : 'HTTP',
    port,
    rules: all.map((rule, index) => sampleRule(arn, index, rule)),
    neighbours: new Map([[port, arn]]),
  };
}

/** A stack with these listeners, and the local addresses at which they are. */
export function sampleTraffic(...listeners: readonly StackListener[]): {
  readonly traffic: StackTraffic;
  readonly urls: Readonly<Record<string, string>>;
} {
  const neighbours = new Map(listeners.map(({ port, arn }) => [port, arn]));
  return {
    traffic: {
      listeners: listeners.map((listener) => ({ ...listener, neighbours })),
      groups: { blue: 'blue', green: 'green' },
    },
    urls: Object.fromEntries(listeners.map(({ arn, port }) => [arn, `http://127.0.0.1:${10_000 + port}`])),
  };
}

function forward(...groups: readonly string[]): Action {
  return {
    Type: 'forward',
    ForwardConfig: { TargetGroups: groups.map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 })) },
  };
}

function sampleRule(listenerArn: string, index: number, rule: SampleRule): StackRule {
  const { priority = 10 * (index + 1), paths, hosts, more = [], action = toBoth, foreign = false, logicalId } = rule;
  const conditions: RuleCondition[] = [...more];
  if (paths) conditions.push({ Field: 'path-pattern', PathPatternConfig: { Values: [...paths] } });
  if (hosts) conditions.push({ Field: 'host-header', HostHeaderConfig: { Values: [...hosts] } });
  return {
    arn: `${listenerArn.replace(':listener/', ':listener-rule/')}/${index}`,
    priority,
    conditions,
    action,
    ofStack: !foreign,
    logicalId: foreign ? undefined : logicalId,
  };
}
