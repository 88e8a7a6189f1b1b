import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { meetsConditions } from '../emulator/elb/matching.ts';
import { matchesWildcard } from '../emulator/elb/wildcard.ts';
import { namedParts } from './named-parts.ts';
import { ordinaryRequest } from './ordinary-request.ts';
import { patternsOf } from './pattern-samples.ts';
import type { ColourGroups } from './stack-parts.ts';
import type { StackListener, StackRule, StackTraffic } from './stack-traffic.ts';

/** What the operator says about a stack's rules in step parameters. */
export interface ToldOfRules {
  /** Logical ids or ARNs of the listeners for testers. */
  readonly testListeners: readonly string[];
  /** Logical ids of the rules to shift; empty for all rules that split. */
  readonly productionRules: readonly string[];
  /** Whether users of rules that are not shifted should stay on blue. */
  readonly keepsOnBlue: boolean;
}

/** Parses what the operator says about the rules independently of the steps, so that a step that misreads it is found. */
export function readTold(parameters: Readonly<Record<string, string>>): ToldOfRules {
  return {
    testListeners: namedParts(parameters, 'TestListener'),
    // An ARN names a rule beside those of the stack.
    productionRules: namedParts(parameters, 'ListenerRule').filter((name) => !name.startsWith('arn:')),
    keepsOnBlue: /^\s*keep\s*$/i.test(parameters['EcsCanary.RulesOnBlue'] ?? ''),
  };
}

/** Tells which users' rules always keep their users on blue, as the operator intends. */
export function tellKeptRules({ groups }: StackTraffic, told: ToldOfRules): (rule: StackRule) => boolean {
  const { productionRules } = told;
  const isShifted = (rule: StackRule): boolean =>
    splits(rule, groups) && (productionRules.length === 0 || productionRules.includes(rule.logicalId ?? ''));
  return (rule) => told.keepsOnBlue && groupsOf(rule).includes(groups.blue ?? '') && !isShifted(rule);
}

/** Tells which rules of a stack are for its users, and not for testers or other services, or unused. */
export function tellUsersRules(
  { listeners, groups }: StackTraffic,
  { testListeners }: Pick<ToldOfRules, 'testListeners'>,
): (rule: StackRule, listener: StackListener) => boolean {
  const rules = listeners.flatMap((listener) => listener.rules).filter(({ ofStack }) => ofStack);
  const usualHosts = rules.filter((rule) => groupsOf(rule).includes(groups.blue ?? '')).flatMap(hostsOf);
  const isForTesters = (rule: StackRule, { arn, logicalId = '' }: StackListener): boolean =>
    testListeners.includes(arn) || testListeners.includes(logicalId)
      ? !splits(rule, groups)
      : isGreenOnly(rule, groups) && hasOwnHost(rule, usualHosts);
  return (rule, listener) =>
    rule.ofStack &&
    needsNothingSpecial(rule.conditions) &&
    (rule.action.Type === 'redirect' || leadsToCanary(rule, groups)) &&
    !isForTesters(rule, listener);
}

function groupsOf({ action }: StackRule): readonly string[] {
  if (action.Type !== 'forward') return [];
  const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn }];
  return groups.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
}

function hostsOf({ conditions }: StackRule): readonly string[] {
  return patternsOf(conditions, 'host-header').filter((host) => host !== undefined);
}

/** Whether none of the rule's hosts leads to blue; such a host may be for testers. */
function hasOwnHost(rule: StackRule, usualHosts: readonly string[]): boolean {
  const hosts = hostsOf(rule);
  const isOwn = (host: string): boolean =>
    /[\p{L}\p{N}]/u.test(host) && !usualHosts.some((usual) => matchesWildcard(host, usual, true));
  return hosts.length > 0 && hosts.every(isOwn);
}

function needsNothingSpecial(conditions: readonly RuleCondition[]): boolean {
  const special = conditions.filter(({ Field }) => Field !== 'path-pattern' && Field !== 'host-header');
  return meetsConditions(special, ordinaryRequest('/'));
}

function leadsToCanary(rule: StackRule, { blue, green }: ColourGroups): boolean {
  const groups = groupsOf(rule);
  const known = blue !== undefined && green !== undefined;
  return groups.length > 0 && (!known || groups.some((group) => group === blue || group === green));
}

function isGreenOnly(rule: StackRule, { green }: ColourGroups): boolean {
  const groups = groupsOf(rule);
  return groups.length > 0 && groups.every((group) => group === green);
}

function splits(rule: StackRule, { blue, green }: ColourGroups): boolean {
  const groups = groupsOf(rule);
  return [blue, green].every((group) => group !== undefined && groups.includes(group));
}
