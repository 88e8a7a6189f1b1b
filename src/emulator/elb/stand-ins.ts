import type { StandInKind } from '../contract/service.ts';
import { addListener, openListener } from './listeners.ts';
import { createLoadBalancer } from './load-balancers.ts';
import type { ElbState, LoadBalancerState } from './state.ts';
import { createTargetGroup } from './target-groups.ts';

/** What a template expects to exist, if it does not exist: each listener and group anew, but only one load balancer; returns its ARN. */
export function standIn(state: ElbState, kind: StandInKind, name: string, given = ''): string | undefined {
  if ([state.loadBalancers, state.listeners, state.targetGroups].some((known) => known.has(given))) return given;
  switch (kind) {
    case 'load balancer':
      return anyLoadBalancer(state).arn;
    case 'listener':
      return listener(state, name);
    case 'target group':
      return targetGroup(state);
    case 'cluster':
      return undefined;
  }
}

function anyLoadBalancer(state: ElbState): LoadBalancerState {
  const existing = [...state.loadBalancers.values()].find(({ description }) => description.Type === 'application');
  if (existing) return existing;
  createLoadBalancer(state, { Name: 'stand-in', Subnets: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'] });
  return anyLoadBalancer(state);
}

// Its ports are unusual, because the template itself may create listeners with the usual ones.
function listener(state: ElbState, name: string): string {
  const loadBalancer = anyLoadBalancer(state);
  const isSecure = /https|443|tls|ssl/i.test(name);
  const taken = [...state.listeners.values()].map(({ port }) => port);
  const first = isSecure ? 60443 : 60080;
  const port = Array.from({ length: 100 }, (_, index) => first + index).find((each) => !taken.includes(each)) ?? first;
  const { region, accountId, partition } = state.world.options;
  const certificate = `arn:${partition}:acm:${region}:${accountId}:certificate/stand-in`;
  const created = addListener(state, loadBalancer, {
    Protocol: isSecure ? 'HTTPS' : 'HTTP',
    Port: port,
    ...(isSecure ? { Certificates: [{ CertificateArn: certificate }] } : {}),
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  void openListener(state, created);
  return created.arn;
}

function targetGroup(state: ElbState): string {
  const { TargetGroups } = createTargetGroup(state, {
    Name: `stand-in-${state.world.id(8)}`,
    Protocol: 'HTTP',
    Port: 80,
    VpcId: 'vpc-0123456789abcdef0',
    TargetType: 'ip',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 4,
  });
  return TargetGroups[0]?.TargetGroupArn ?? '';
}
