import type { Aws } from '../aws/aws.ts';
import {
  type ColourGroups,
  coloursIn,
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  loadBalancerArnOf,
  modifyCommand,
} from '../canary/listener-rule.ts';
import type { OperatorError } from '../canary/operator-error.ts';
import { findSideDoors } from '../canary/side-door.ts';
import { type CanaryAddress, notFound } from './canary-address.ts';
import { readTestRuleTags } from './test-rules.ts';

/** All rules of a listener cost one call, as one rule does, and show what else leads users to a colour. */
export async function readRules(aws: Aws, address: CanaryAddress): Promise<readonly ListenerRule[]> {
  return (await Promise.all(address.listenerArns.map((arn) => aws.loadBalancing.listRules(arn)))).flat();
}

/**
 * The rules that split the users: those of the stack that name both colours, and those that the operator names.
 * @param maimed whether one out of which somebody took a colour will do, if no other rule can be meant
 * @throws OperatorError `canary-not-found`
 */
export async function findProductionRules(
  aws: Aws,
  all: readonly ListenerRule[],
  address: CanaryAddress,
  maimed: boolean,
): Promise<readonly ListenerRule[]> {
  const { groups, namedArns } = address;
  const named = all.filter((rule) => namedArns.some((arn) => isNamed(rule, arn)));
  // A rule that somebody deleted leads nobody anywhere, and must not hold up a rollback.
  const missing = maimed ? [] : namedArns.filter((arn) => !all.some((rule) => isNamed(rule, arn)));
  const own = all.filter((rule) => !named.includes(rule) && isOfStack(rule, address));
  const whole = [...own, ...named].filter((rule) => coloursIn(rule, groups) === 2);
  const halves = maimed ? findMaimed(all, own, whole, address) : [];
  const doubtful = named.filter((rule) => coloursIn(rule, groups) < 2);
  const found = [...whole, ...halves, ...(maimed && whole.length === 0 ? doubtful : [])];
  const search: Search = { address, all, own, named, missing, found };
  const isClear = whole.length > 0 ? doubtful.length === 0 : found.length === 1 && isHalf(found, groups);
  if (!isClear || missing.length > 0) throw unclear(search);
  // Prepare Blue and Rollback ask, for all steps: only they complete rules, and need to read tags anyway.
  if (maimed) await refuseMistaken(aws, search);
  return found;
}

/** Rules of the stack out of which somebody took a colour; beside whole ones, only what sends users to green for certain. */
function findMaimed(
  all: readonly ListenerRule[],
  own: readonly ListenerRule[],
  whole: readonly ListenerRule[],
  address: CanaryAddress,
): readonly ListenerRule[] {
  const halves = own.filter((rule) => coloursIn(rule, address.groups) === 1);
  if (whole.length === 0) return halves;
  const sideDoors = findSideDoors(all, { ...address, production: whole });
  return halves.filter((rule) => sideDoors.includes(rule));
}

function isHalf(rules: readonly ListenerRule[], groups: ColourGroups): boolean {
  return rules.every((rule) => coloursIn(rule, groups) === 1);
}

interface Search {
  readonly address: CanaryAddress;
  readonly all: readonly ListenerRule[];
  readonly own: readonly ListenerRule[];
  readonly named: readonly ListenerRule[];
  /** ARNs that were named and lead to nothing. */
  readonly missing: readonly string[];
  readonly found: readonly ListenerRule[];
}

function isNamed(rule: ListenerRule, arn: string): boolean {
  return rule.arn === arn || (isDefaultAction(rule) && listenerArnOf(rule.arn) === arn);
}

function isOfStack(rule: ListenerRule, address: CanaryAddress): boolean {
  const listener = listenerArnOf(rule.arn);
  if (address.testListeners.includes(listener)) return false;
  return isDefaultAction(rule) ? address.defaultActionsOf.includes(listener) : address.ruleArns.includes(rule.arn);
}

/** A test rule of ours that was named, or a maimed rule beside a whole one, is not what the operator means. */
async function refuseMistaken(aws: Aws, search: Search): Promise<void> {
  const { all, named, found, address } = search;
  const isWhole = found.some((rule) => coloursIn(rule, address.groups) === 2);
  const listeners = found.map(({ arn }) => listenerArnOf(arn));
  const rivals = all.filter(
    (rule) =>
      !found.includes(rule) &&
      coloursIn(rule, address.groups) === 2 &&
      listeners.includes(listenerArnOf(rule.arn)) &&
      !address.testListeners.includes(listenerArnOf(rule.arn)),
  );
  const doubted = named.length > 0 && found.length > 1;
  if (!doubted && isWhole && rivals.length === 0) return;
  const asked = [...found, ...rivals].filter((rule) => !isDefaultAction(rule));
  const tags = await readTestRuleTags(aws, asked);
  const real = rivals.filter(({ arn }) => !tags[arn]);
  const tests = found.filter(({ arn }) => tags[arn]);
  if (tests.length > 0 || (!isWhole && real.length > 0)) throw unclear(search, real, tests);
}

function unclear(
  { address, own, named, missing, found }: Search,
  rivals: readonly ListenerRule[] = [],
  tests: readonly ListenerRule[] = [],
): OperatorError {
  const colours = (rule: ListenerRule): number => coloursIn(rule, address.groups);
  const right = [...rivals, ...own.filter((rule) => colours(rule) === 2)];
  const halves = named.filter((rule) => colours(rule) < 2);
  const parameter = 'EcsCanary.ListenerRuleArn';
  const reasons = [
    ...missing.map((arn) => `${parameter} names ${arn}, which does not exist.`),
    ...tests.map(({ arn }) => `${parameter} names ${arn}, which is a test rule of these steps.`),
    ...halves.map(
      (rule) =>
        `${parameter} names ${rule.arn}, which forwards to ${colours(rule) === 0 ? 'neither' : 'only one'} of the blue and the green target group${isElsewhere(rule, right) ? ', and is on another load balancer than they are' : ''}.`,
    ),
    ...(found.length + halves.length > 0
      ? []
      : ['no listener rule or default action forwards to both the blue and the green target group.']),
  ];
  const TargetGroups = [
    { TargetGroupArn: address.groups.blue, Weight: 100 },
    { TargetGroupArn: address.groups.green, Weight: 0 },
  ];
  const meant = right[0] ?? [...own, ...named][0] ?? { arn: 'RULE_ARN', priority: '' };
  const command = modifyCommand(meant, [{ Type: 'forward', ForwardConfig: { TargetGroups } }]);
  return notFound([
    ...reasons,
    `looked at ${describe([...own.filter((rule) => colours(rule) > 0 || !isDefaultAction(rule)), ...named])}. ${parameter} can name the right one${right.length > 0 ? `, such as ${describe(right)}` : ''}. To give blue a rule's traffic by hand: ${command}`,
  ]);
}

/** A target group serves one load balancer only. */
function isElsewhere({ arn }: ListenerRule, right: readonly ListenerRule[]): boolean {
  return right.length > 0 && right.every((rule) => loadBalancerArnOf(rule.arn) !== loadBalancerArnOf(arn));
}

function describe(rules: readonly ListenerRule[]): string {
  return rules.map(({ priority, arn }) => `priority ${priority} (${arn})`).join(', ') || 'none';
}
