import type {
  CreateRuleInput,
  DeleteRuleInput,
  DescribeRulesInput,
  DescribeRulesOutput,
  ModifyRuleInput,
  Rule,
  SetRulePrioritiesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../contract/aws-error.ts';
import type { ActionPlace } from './action-place.ts';
import { acceptActions } from './actions.ts';
import { acceptConditions } from './conditions.ts';
import { operationNotPermitted, validationError } from './errors.ts';
import { findListener, findLoadBalancer, findRule } from './find.ts';
import { takePage } from './paging.ts';
import { removeRule, writeRules } from './rule-history.ts';
import { type ElbState, isDefaultRule, type ListenerState, type RuleState, rulesOf } from './state.ts';
import { checkTags, writeTags } from './tags.ts';
import { acceptTransforms } from './transforms.ts';

interface RulesOutput {
  readonly Rules: Rule[];
}

export function createRule(state: ElbState, input: CreateRuleInput): RulesOutput {
  const listener = findListener(state, input.ListenerArn);
  const place = placeOf(state, listener, []);
  if (place.loadBalancer.description.Type === 'network') {
    throw operationNotPermitted('Rules are unsupported for Network Load Balancer listeners');
  }
  const priority = acceptPriority(input.Priority);
  const conditions = acceptConditions(input.Conditions);
  const actions = acceptActions(state, place, input.Actions);
  checkTags(input.Tags ?? []);
  if (rulesOf(state, listener.arn).some((rule) => rule.priority === priority)) throw priorityInUse();
  const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${state.world.id(16)}`;
  const transforms = acceptTransforms(input.Transforms ?? []);
  const rule = { arn, listenerArn: listener.arn, priority, conditions, actions, transforms };
  writeTags(state, arn, input.Tags ?? []);
  writeRules(state, [rule]);
  return { Rules: [showRule(rule)] };
}

/** A list in the request replaces the existing list as a whole; other lists stay. */
export function modifyRule(state: ElbState, input: ModifyRuleInput): RulesOutput {
  const rule = findRule(state, input.RuleArn);
  if (isDefaultRule(rule)) throw operationNotPermitted(`Default rule '${rule.arn}' cannot be modified`);
  if (!input.Conditions && !input.Actions && !input.Transforms && !input.ResetTransforms) {
    throw validationError('Either conditions or actions must be specified');
  }
  const place = placeOf(state, findListener(state, rule.listenerArn), rule.actions);
  const conditions = input.Conditions ? acceptConditions(input.Conditions) : rule.conditions;
  const actions = input.Actions ? acceptActions(state, place, input.Actions) : rule.actions;
  const transforms = input.Transforms
    ? acceptTransforms(input.Transforms)
    : input.ResetTransforms
      ? []
      : rule.transforms;
  const changed = { ...rule, conditions, actions, transforms };
  writeRules(state, [changed]);
  return { Rules: [showRule(changed)] };
}

export function describeRules(state: ElbState, input: DescribeRulesInput): DescribeRulesOutput {
  const { ListenerArn, RuleArns } = input;
  if (ListenerArn && RuleArns?.length) throw validationError('You cannot specify both a listener ARN and rule ARNs');
  if (!ListenerArn && !RuleArns?.length) {
    throw validationError('You must specify either listener rule ARNs or a listener ARN');
  }
  const rules = ListenerArn
    ? rulesOf(state, findListener(state, ListenerArn).arn)
    : (RuleArns ?? []).map((arn) => findRule(state, arn));
  const { items, ...rest } = takePage(rules, input, state.world.options.pageSize);
  return { Rules: items.map(showRule), ...rest };
}

export function deleteRule(state: ElbState, input: DeleteRuleInput): object {
  const rule = findRule(state, input.RuleArn);
  if (isDefaultRule(rule)) throw operationNotPermitted(`Default rule '${rule.arn}' cannot be deleted`);
  removeRule(state, rule);
  return {};
}

/** Changes all priorities or none. */
export function setRulePriorities(state: ElbState, input: SetRulePrioritiesInput): RulesOutput {
  const changes = (input.RulePriorities ?? []).map(({ RuleArn, Priority }) => {
    const rule = findRule(state, RuleArn);
    if (isDefaultRule(rule))
      throw operationNotPermitted(`The priority of default rule '${rule.arn}' cannot be changed`);
    return { rule, priority: acceptPriority(Priority) };
  });
  const moved = new Map(changes.map(({ rule, priority }) => [rule.arn, priority]));
  for (const { rule } of changes) {
    const priorities = rulesOf(state, rule.listenerArn).map((each) => moved.get(each.arn) ?? each.priority);
    if (new Set(priorities).size < priorities.length) throw priorityInUse();
  }
  const changed = changes.map(({ rule, priority }) => ({ ...rule, priority }));
  writeRules(state, changed);
  return { Rules: changed.map(showRule) };
}

function placeOf(state: ElbState, listener: ListenerState, existing: RuleState['actions']): ActionPlace {
  const { loadBalancerArn, protocol, port } = listener;
  return { loadBalancer: findLoadBalancer(state, loadBalancerArn), protocol, port, existing };
}

function acceptPriority(priority: number | undefined): number {
  if (priority === undefined || !Number.isInteger(priority) || priority < 1 || priority > 50000) {
    throw validationError(`Priority '${priority ?? ''}' must be between '1' and '50000' inclusive`);
  }
  return priority;
}

function priorityInUse(): AwsError {
  return new AwsError('PriorityInUse', 'The specified priority is in use.');
}

function showRule(rule: RuleState): Rule {
  return {
    RuleArn: rule.arn,
    Priority: isDefaultRule(rule) ? 'default' : String(rule.priority),
    Conditions: [...rule.conditions],
    Actions: [...rule.actions],
    IsDefault: isDefaultRule(rule),
    ...(rule.transforms.length > 0 ? { Transforms: [...rule.transforms] } : {}),
  };
}
