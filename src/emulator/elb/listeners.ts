import { isDeepStrictEqual } from 'node:util';
import type {
  Certificate,
  CreateListenerInput,
  DeleteListenerInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  Listener,
  ModifyListenerInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../contract/aws-error.ts';
import { acceptActions } from './actions.ts';
import { startDataPlane } from './data-plane.ts';
import { validationError } from './errors.ts';
import { findListener, findLoadBalancer } from './find.ts';
import { takePage } from './paging.ts';
import { removeAllRules, writeRules } from './rule-history.ts';
import {
  type ElbState,
  isDefaultRule,
  type ListenerState,
  type LoadBalancerState,
  type RuleState,
  rulesOf,
} from './state.ts';
import { checkTags, writeTags } from './tags.ts';

interface ListenersOutput {
  readonly Listeners: Listener[];
}

/** Also opens the listener's local port if its load balancer is an application load balancer. */
export async function createListener(state: ElbState, input: CreateListenerInput): Promise<ListenersOutput> {
  const listener = addListener(state, findLoadBalancer(state, input.LoadBalancerArn), input);
  await openListener(state, listener);
  return { Listeners: [showListener(state, listener)] };
}

/** Opens the listener's local port, unless it is open or its load balancer serves nothing. */
export async function openListener(state: ElbState, listener: ListenerState): Promise<void> {
  const { description } = findLoadBalancer(state, listener.loadBalancerArn);
  if (description.Type === 'application') listener.server ??= await startDataPlane(state, listener);
}

/** A new listener, or the existing one with the same settings, whose local port is not open yet. */
export function addListener(
  state: ElbState,
  loadBalancer: LoadBalancerState,
  input: Omit<CreateListenerInput, 'LoadBalancerArn'>,
): ListenerState {
  const protocol = acceptProtocol(loadBalancer, input.Protocol);
  const port = acceptPort(input.Port);
  const place = { loadBalancer, protocol, port, existing: [] };
  const actions = acceptActions(state, place, input.DefaultActions);
  const certificates = acceptCertificates(protocol, input.Certificates);
  checkTags(input.Tags ?? []);
  const existing = [...state.listeners.values()].find(
    (listener) => listener.loadBalancerArn === loadBalancer.arn && listener.port === port,
  );
  if (existing) return reuseListener(state, existing, { protocol, actions, certificates });
  const arn = `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${state.world.id(16)}`;
  const listener: ListenerState = {
    arn,
    loadBalancerArn: loadBalancer.arn,
    protocol,
    port,
    certificates,
    sslPolicy: protocol === 'HTTPS' || protocol === 'TLS' ? (input.SslPolicy ?? defaultPolicy) : undefined,
    alpnPolicy: input.AlpnPolicy,
    mutualAuthentication: protocol === 'HTTPS' ? (input.MutualAuthentication ?? { Mode: 'off' }) : undefined,
    attributes: new Map(),
    history: [],
    server: undefined,
  };
  state.listeners.set(arn, listener);
  addDefaultRule(state, arn, actions);
  writeTags(state, arn, input.Tags ?? []);
  return listener;
}

export function modifyListener(state: ElbState, input: ModifyListenerInput): ListenersOutput {
  const listener = findListener(state, input.ListenerArn);
  const loadBalancer = findLoadBalancer(state, listener.loadBalancerArn);
  const protocol = acceptProtocol(loadBalancer, input.Protocol ?? listener.protocol);
  const port = acceptPort(input.Port ?? listener.port);
  const rule = defaultRuleOf(state, listener.arn);
  const certificates = acceptCertificates(protocol, input.Certificates ?? listener.certificates);
  const actions = input.DefaultActions
    ? acceptActions(state, { loadBalancer, protocol, port, existing: rule.actions }, input.DefaultActions)
    : undefined;
  if (
    [...state.listeners.values()].some(
      (other) => other !== listener && other.loadBalancerArn === loadBalancer.arn && other.port === port,
    )
  ) {
    throw duplicateListener(loadBalancer.arn);
  }
  Object.assign(listener, { protocol, port, certificates, alpnPolicy: input.AlpnPolicy ?? listener.alpnPolicy });
  const isSecure = protocol === 'HTTPS' || protocol === 'TLS';
  listener.sslPolicy = isSecure ? (input.SslPolicy ?? listener.sslPolicy ?? defaultPolicy) : undefined;
  listener.mutualAuthentication =
    protocol === 'HTTPS' ? (input.MutualAuthentication ?? listener.mutualAuthentication ?? { Mode: 'off' }) : undefined;
  if (actions) writeRules(state, [{ ...rule, actions }]);
  return { Listeners: [showListener(state, listener)] };
}

export function describeListeners(state: ElbState, input: DescribeListenersInput): DescribeListenersOutput {
  const { LoadBalancerArn, ListenerArns } = input;
  if (LoadBalancerArn && ListenerArns?.length) {
    throw validationError('You cannot specify both a load balancer ARN and listener ARNs');
  }
  if (!LoadBalancerArn && !ListenerArns?.length) {
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  }
  const loadBalancer = LoadBalancerArn ? findLoadBalancer(state, LoadBalancerArn) : undefined;
  const listeners = loadBalancer
    ? [...state.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === loadBalancer.arn)
    : (ListenerArns ?? []).map((arn) => findListener(state, arn));
  const { items, ...rest } = takePage(listeners, input, state.world.options.pageSize);
  return { Listeners: items.map((listener) => showListener(state, listener)), ...rest };
}

export async function deleteListener(state: ElbState, input: DeleteListenerInput): Promise<object> {
  await removeListener(state, findListener(state, input.ListenerArn));
  return {};
}

/** Also deletes the listener's rules and closes its local port. */
export async function removeListener(state: ElbState, listener: ListenerState): Promise<void> {
  removeAllRules(state, listener);
  state.listeners.delete(listener.arn);
  state.tags.delete(listener.arn);
  await listener.server?.close();
}

const defaultPolicy = 'ELBSecurityPolicy-2016-08';

function addDefaultRule(state: ElbState, listenerArn: string, actions: RuleState['actions']): void {
  const arn = `${listenerArn.replace(':listener/', ':listener-rule/')}/${state.world.id(16)}`;
  const priority = Number.POSITIVE_INFINITY;
  writeRules(state, [{ arn, listenerArn, priority, conditions: [], actions, transforms: [] }]);
}

function defaultRuleOf(state: ElbState, listenerArn: string): RuleState {
  return rulesOf(state, listenerArn).find(isDefaultRule) as RuleState;
}

function reuseListener(
  state: ElbState,
  existing: ListenerState,
  wanted: Pick<RuleState, 'actions'> & Pick<ListenerState, 'protocol' | 'certificates'>,
): ListenerState {
  const same =
    existing.protocol === wanted.protocol &&
    isDeepStrictEqual(existing.certificates, wanted.certificates) &&
    isDeepStrictEqual(defaultRuleOf(state, existing.arn).actions, wanted.actions);
  if (!same) throw duplicateListener(existing.loadBalancerArn);
  return existing;
}

function duplicateListener(loadBalancerArn: string): AwsError {
  return new AwsError(
    'DuplicateListener',
    `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
  );
}

function acceptProtocol(loadBalancer: LoadBalancerState, protocol: string | undefined): string {
  const allowed =
    loadBalancer.description.Type === 'application'
      ? ['HTTP', 'HTTPS']
      : ['TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'];
  if (!protocol) throw validationError('A listener protocol must be specified');
  if (!allowed.includes(protocol))
    throw validationError(`Listener protocol '${protocol}' must be one of '${allowed.join(', ')}'`);
  return protocol;
}

function acceptPort(port: number | undefined): number {
  if (port === undefined) throw validationError('A listener port must be specified');
  if (!(port >= 1 && port <= 65535))
    throw validationError(`Listener port '${port}' must be between '1' and '65535' inclusive`);
  return port;
}

function acceptCertificates(
  protocol: string,
  certificates: readonly Certificate[] | undefined,
): readonly Certificate[] | undefined {
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return undefined;
  if (certificates?.length !== 1) {
    throw validationError(`Exactly one certificate must be specified for ${protocol} listeners`);
  }
  return certificates.map(({ CertificateArn }) => ({ CertificateArn }));
}

function showListener(state: ElbState, listener: ListenerState): Listener {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol as NonNullable<Listener['Protocol']>,
    DefaultActions: [...defaultRuleOf(state, listener.arn).actions],
    ...(listener.certificates ? { Certificates: [...listener.certificates] } : {}),
    ...(listener.sslPolicy ? { SslPolicy: listener.sslPolicy } : {}),
    ...(listener.mutualAuthentication ? { MutualAuthentication: listener.mutualAuthentication } : {}),
    ...(listener.alpnPolicy ? { AlpnPolicy: [...listener.alpnPolicy] } : {}),
  };
}
