import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../contract/aws-error.ts';
import type { ActionPlace } from './action-place.ts';
import { invalidAction, invalidConfiguration, targetGroupNotFound, validationError } from './errors.ts';
import { acceptRedirect } from './redirects.ts';
import { type ElbState, loadBalancersOf } from './state.ts';

const finalTypes: readonly unknown[] = ['forward', 'redirect', 'fixed-response'];
const leadingTypes: readonly unknown[] = ['authenticate-oidc', 'authenticate-cognito', 'jwt-validation'];

/** The actions as AWS stores them: with both ways of naming a single target group, and every weight filled in. Throws AWS's errors. */
export function acceptActions(
  state: ElbState,
  place: ActionPlace,
  actions: readonly Action[] | undefined,
): readonly Action[] {
  if (!actions?.length) throw validationError('An action must be specified');
  const ordered = [...actions].sort((a, b) => (a.Order ?? 1) - (b.Order ?? 1));
  checkSequence(actions, ordered);
  return ordered.map((action) => {
    switch (action.Type) {
      case 'forward':
        return acceptForward(state, place, action);
      case 'fixed-response':
        return acceptFixedResponse(action);
      case 'redirect':
        return acceptRedirect(place, action);
      default:
        return acceptAuthentication(place, action);
    }
  });
}

function checkSequence(actions: readonly Action[], ordered: readonly Action[]): void {
  for (const [index, { Type }] of actions.entries()) {
    if (!finalTypes.includes(Type) && !leadingTypes.includes(Type)) {
      throw validationError(
        `1 validation error detected: Value '${Type}' at 'actions.${index + 1}.member.type' failed to satisfy constraint: Member must satisfy enum value set: [${[...finalTypes, ...leadingTypes].join(', ')}]`,
      );
    }
  }
  const orders = actions.map(({ Order }) => Order);
  if (orders.some((order) => order !== undefined && !(order >= 1 && order <= 50000))) {
    throw validationError("Action order must be between '1' and '50000' inclusive");
  }
  if (actions.length > 1 && (orders.includes(undefined) || new Set(orders).size < orders.length)) {
    throw validationError('A unique action order must be specified for each of several actions');
  }
  if (actions.filter(({ Type }) => finalTypes.includes(Type)).length > 1) {
    throw new AwsError('TooManyActions', 'Only one forward, redirect or fixed-response action may be specified');
  }
  if (!finalTypes.includes(ordered.at(-1)?.Type)) {
    throw invalidAction('The last action must be one of: forward, redirect, fixed-response');
  }
}

function acceptForward(state: ElbState, place: ActionPlace, action: Action): Action {
  const groups = acceptGroups(action);
  for (const { TargetGroupArn } of groups) checkGroup(state, place, TargetGroupArn ?? '');
  checkWeights(state, groups);
  const stickiness = action.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false };
  checkStickiness(state, groups, stickiness);
  const [first] = groups;
  const { TargetGroupArn: _named, ForwardConfig: _config, ...rest } = action;
  return {
    ...rest,
    ...(groups.length === 1 ? { TargetGroupArn: first?.TargetGroupArn } : {}),
    ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: stickiness },
  };
}

function acceptGroups(action: Action): TargetGroupTuple[] {
  const listed = action.ForwardConfig?.TargetGroups ?? [];
  const named = action.TargetGroupArn;
  if (named && listed.length > 0 && (listed.length > 1 || listed[0]?.TargetGroupArn !== named)) {
    throw invalidAction(
      'TargetGroupArn and ForwardConfig may both be specified only for one and the same target group',
    );
  }
  const groups = listed.length > 0 ? listed : named ? [{ TargetGroupArn: named }] : [];
  if (groups.length === 0) throw validationError('A target group ARN must be specified');
  if (groups.length > 5) throw invalidAction('A forward action cannot have more than 5 target groups');
  if (new Set(groups.map(({ TargetGroupArn }) => TargetGroupArn)).size < groups.length) {
    throw invalidAction('The target groups of a forward action must be unique');
  }
  return groups.map((group) => ({ TargetGroupArn: group.TargetGroupArn, Weight: group.Weight ?? 1 }));
}

function checkGroup(state: ElbState, { loadBalancer, protocol }: ActionPlace, arn: string): void {
  const group = state.targetGroups.get(arn);
  if (!group) throw targetGroupNotFound(arn);
  const isHttp = ['HTTP', 'HTTPS'].includes(group.description.Protocol ?? '');
  if (isHttp !== (loadBalancer.description.Type === 'application')) {
    throw new AwsError(
      'IncompatibleProtocols',
      `The protocol of target group '${arn}' does not fit a load balancer of type '${loadBalancer.description.Type}'`,
    );
  }
  const { ProtocolVersion = 'HTTP1' } = group.description;
  if (protocol === 'HTTP' && ProtocolVersion !== 'HTTP1') {
    throw invalidAction(
      `Listener protocol 'HTTP' is not supported with a target group with the protocol-version '${ProtocolVersion}'`,
    );
  }
  if (loadBalancersOf(state, arn).some((other) => other !== loadBalancer.arn)) {
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  }
}

function checkWeights(state: ElbState, groups: readonly TargetGroupTuple[]): void {
  for (const { Weight = 1 } of groups) {
    if (!Number.isInteger(Weight) || Weight < 0 || Weight > 999) {
      throw validationError(`Target group weight '${Weight}' must be between '0' and '999' inclusive`);
    }
  }
  if (state.world.options.refuseAllZeroWeights && groups.every(({ Weight }) => Weight === 0)) {
    throw invalidConfiguration('At least one target group must have a weight above 0');
  }
}

function checkStickiness(
  state: ElbState,
  groups: readonly TargetGroupTuple[],
  stickiness: { Enabled?: boolean | undefined; DurationSeconds?: number | undefined },
): void {
  const { Enabled, DurationSeconds } = stickiness;
  if (Enabled && !(DurationSeconds !== undefined && DurationSeconds >= 1 && DurationSeconds <= 604800)) {
    throw validationError("Target group stickiness duration must be between '1' and '604800' seconds inclusive");
  }
  const sticky = groups.some(
    ({ TargetGroupArn }) =>
      state.targetGroups.get(TargetGroupArn ?? '')?.attributes.get('stickiness.enabled') === 'true',
  );
  if (groups.length > 1 && sticky && !Enabled) {
    throw invalidConfiguration(
      'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
    );
  }
}

function acceptFixedResponse(action: Action): Action {
  const status = action.FixedResponseConfig?.StatusCode ?? '';
  if (!/^[245]\d\d$/.test(status)) throw validationError(`'${status}' is not a valid fixed-response status code`);
  return action;
}

// AWS never shows the secret, so clients write a rule back with UseExistingClientSecret.
function acceptAuthentication(place: ActionPlace, action: Action): Action {
  if (place.protocol !== 'HTTPS') {
    throw invalidAction(`Actions of type '${action.Type}' are supported only on HTTPS listeners`);
  }
  if (!action.AuthenticateOidcConfig) return action;
  const { ClientSecret, UseExistingClientSecret, ...shown } = action.AuthenticateOidcConfig;
  const hasExisting = place.existing.some(({ Type }) => Type === 'authenticate-oidc');
  if (ClientSecret === undefined && !(UseExistingClientSecret && hasExisting)) {
    throw validationError('A client secret must be specified');
  }
  return { ...action, AuthenticateOidcConfig: shown };
}
