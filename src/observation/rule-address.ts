import type { StackResource } from '../aws/aws.ts';
import { isDefaultAction, type ListenerRule, listenerArnOf } from '../canary/listener-rule.ts';
import { addPartLine, type LocationHints, partSays } from '../canary/location-hints.ts';
import { listIds, type Search } from './stack-search.ts';

/** Where a canary's rules may be; only their actions show which of them split users. */
export interface RuleAddress {
  /** Listener rules of the stack that may be production rules. */
  readonly ruleArns: readonly string[];
  /** Listeners of the stack whose default actions may split users. */
  readonly defaultActionsOf: readonly string[];
  /** Rules, or listeners for their default actions, that EcsCanary.Parts names by ARN. */
  readonly namedArns: readonly string[];
  /** Every listener to read: those of the stack, and those of its and of the named rules. */
  readonly listenerArns: readonly string[];
  /** Listeners that only testers use. */
  readonly testListeners: readonly string[];
  /** What is wrong with the names that were typed; it must not delay a rollback. */
  readonly misnamed: readonly string[];
  /** Logical ids of the stack's rules and listeners, by ARN. */
  readonly names: Readonly<Record<string, string>>;
}

const ruleType = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const listenerType = 'AWS::ElasticLoadBalancingV2::Listener';

/** Finds the rules and listeners of a stack, and adds to the search's problems. */
export function findRules(search: Search, hints: LocationHints): RuleAddress {
  const { resources } = search;
  const wanted = hints.listenerRuleLogicalId;
  const ofType = (type: string): readonly StackResource[] => resources.filter((resource) => resource.type === type);
  const [allRules, allListeners] = [ofType(ruleType), ofType(listenerType)];
  const strangers = wanted.filter((id) => ![...allRules, ...allListeners].some(({ logicalId }) => logicalId === id));
  // If a name is wrong, it is unknown which rule was meant, so a rollback takes all of the stack's.
  const isWanted = ({ logicalId }: StackResource): boolean =>
    wanted.length === 0 || strangers.length > 0 || wanted.includes(logicalId);
  const [rules, listeners] = [allRules.filter(isWanted), allListeners.filter(isWanted)];
  const tests = findTestListeners(allListeners, hints);
  const address: RuleAddress = {
    ruleArns: idsOf(rules),
    defaultActionsOf: idsOf(listeners),
    namedArns: hints.listenerRuleArn,
    listenerArns: listListeners([
      ...idsOf(allListeners),
      ...idsOf(allRules),
      ...[...hints.listenerRuleArn, ...tests.arns].filter((arn) => isNear(arn, resources)),
    ]),
    testListeners: tests.arns,
    misnamed: [...tests.problems, ...strangers.map((id) => describeStranger(id, [...allRules, ...allListeners]))],
    names: Object.fromEntries(
      [...allRules, ...allListeners].map(({ physicalId, logicalId }) => [physicalId, logicalId]),
    ),
  };
  search.problems.push(...problemsOf(address, [...allRules, ...allListeners]));
  return address;
}

/** Whether a rule is where a production rule may be. */
export function mayBeProduction(rule: ListenerRule, address: RuleAddress): boolean {
  return isOfStack(rule, address) || address.namedArns.some((arn) => isNamed(rule, arn));
}

/** Whether a rule, or the default action of a listener, is a resource of the stack. */
export function isOfStack(rule: ListenerRule, { defaultActionsOf, ruleArns }: RuleAddress): boolean {
  return isDefaultAction(rule) ? defaultActionsOf.includes(listenerArnOf(rule.arn)) : ruleArns.includes(rule.arn);
}

/** Whether an ARN means a rule: its own or, for a default action, its listener's. */
export function isNamed(rule: ListenerRule, arn: string): boolean {
  return rule.arn === arn || (isDefaultAction(rule) && listenerArnOf(rule.arn) === arn);
}

function describeStranger(id: string, all: readonly StackResource[]): string {
  return `no listener rule or listener with the logical id ${id} (${partSays('ListenerRule', id)}); the stack has ${listIds(all)}. Correct or remove that line.`;
}

function problemsOf(
  { ruleArns, defaultActionsOf, namedArns }: RuleAddress,
  all: readonly StackResource[],
): readonly string[] {
  if (ruleArns.length + defaultActionsOf.length + namedArns.length > 0) return [];
  // Next to rules of an Application Load Balancer, they are not the canary's concern.
  const network = all.filter(({ physicalId }) => /:listener(-rule)?\/net\//.test(physicalId));
  return [
    ...network.map(
      ({ logicalId, type }) =>
        `the ${type === ruleType ? 'listener rule' : 'listener'} ${logicalId} belongs to a Network Load Balancer, which has no weighted rules; a canary needs an Application Load Balancer.`,
    ),
    `no listener rule in the stack. To name one outside it, ${addPartLine('ListenerRule', 'ARN')}.`,
  ];
}

function findTestListeners(listeners: readonly StackResource[], { testListener }: LocationHints) {
  const found = testListener.map((given) =>
    given.startsWith('arn:') ? given : listeners.find(({ logicalId }) => logicalId === given)?.physicalId,
  );
  return {
    arns: found.filter((arn) => arn !== undefined),
    problems: testListener
      .filter((_, index) => found[index] === undefined)
      .map(
        (given) =>
          `no listener with the logical id ${given} (${partSays('TestListener', given)}); the stack has ${listIds(listeners)}. Type one of these, or the ARN of a listener.`,
      ),
  };
}

/** Only those of Application Load Balancers, because other listeners have no rules. */
function idsOf(resources: readonly StackResource[]): readonly string[] {
  return resources.map(({ physicalId }) => physicalId).filter((arn) => /:listener(-rule)?\/app\//.test(arn));
}

/** Whether an ARN is in the stack's region and account: AWS refuses to read others, which must not delay a rollback. */
function isNear(arn: string, resources: readonly StackResource[]): boolean {
  const own = resources.map(({ physicalId }) => physicalId).filter((id) => id.includes(':elasticloadbalancing:'));
  return own.length === 0 || own.some((id) => homeOf(id) === homeOf(arn));
}

function homeOf(arn: string): string {
  return arn.split(':').slice(1, 5).join(':');
}

/** The listeners among these ARNs, and those that the rules belong to. */
function listListeners(arns: readonly string[]): readonly string[] {
  return [...new Set(arns.map((arn) => (arn.includes(':listener-rule/') ? listenerArnOf(arn) : arn)))];
}
