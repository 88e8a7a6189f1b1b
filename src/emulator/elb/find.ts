import {
  listenerNotFound,
  loadBalancerNotFound,
  ruleNotFound,
  targetGroupNotFound,
  validationError,
} from './errors.ts';
import type { ElbState, ListenerState, LoadBalancerState, RuleState, TargetGroupState } from './state.ts';

type Find<Found> = (state: ElbState, arn: string | undefined) => Found;

/** Throws TargetGroupNotFound, or ValidationError if the text is not a target group's ARN. */
export const findTargetGroup: Find<TargetGroupState> = (state, arn) =>
  find(state.targetGroups, arn, ':targetgroup/', 'target group ARN', () => targetGroupNotFound());

/** Throws ListenerNotFound, or ValidationError if the text is not a listener's ARN. */
export const findListener: Find<ListenerState> = (state, arn) =>
  find(state.listeners, arn, ':listener/', 'listener ARN', listenerNotFound);

/** Throws RuleNotFound, or ValidationError if the text is not a listener rule's ARN. */
export const findRule: Find<RuleState> = (state, arn) =>
  find(state.rules, arn, ':listener-rule/', 'listener rule ARN', ruleNotFound);

/** Throws LoadBalancerNotFound, or ValidationError if the text is not a load balancer's ARN. */
export const findLoadBalancer: Find<LoadBalancerState> = (state, arn) =>
  find(state.loadBalancers, arn, ':loadbalancer/', 'load balancer ARN', () => loadBalancerNotFound());

function find<Found>(
  among: ReadonlyMap<string, Found>,
  arn: string | undefined,
  shape: string,
  kind: string,
  notFound: () => Error,
): Found {
  if (!arn?.startsWith('arn:') || !arn.includes(shape)) throw validationError(`'${arn ?? ''}' is not a valid ${kind}`);
  const found = among.get(arn);
  if (!found) throw notFound();
  return found;
}
