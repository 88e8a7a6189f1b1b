import type { StackResource } from '../aws/aws.ts';
import { listenerArnOf, loadBalancerArnOf } from '../canary/listener-rule.ts';
import { type LocationHints, listIds, type Search } from './location-hints.ts';

/** Where a canary's rules may be; which of them split users shows only when their actions are read. */
export interface RuleAddress {
  /** Listener rules of the stack that may be production rules. */
  readonly ruleArns: readonly string[];
  /** Listeners of the stack whose default actions may split users. */
  readonly defaultActionsOf: readonly string[];
  /** Rules, or listeners for their default actions, that EcsCanary.ListenerRuleArn names. */
  readonly namedArns: readonly string[];
  /** Every listener to read: those of the stack, and those of its and of the named rules. */
  readonly listenerArns: readonly string[];
  /** Listeners that only testers use. */
  readonly testListeners: readonly string[];
  /** What is wrong with EcsCanary.TestListener, which must not keep a rollback back. */
  readonly testListenerProblems: readonly string[];
  /** Logical ids of the stack's rules and listeners, by ARN. */
  readonly names: Readonly<Record<string, string>>;
}

const ruleType = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const listenerType = 'AWS::ElasticLoadBalancingV2::Listener';

/** Finds the rules and listeners of a stack, and adds what is wrong to the search's problems. */
export function findRules(search: Search, hints: LocationHints): RuleAddress {
  const { resources } = search;
  const wanted = hints.listenerRuleLogicalId;
  const ofType = (type: string): readonly StackResource[] => resources.filter((resource) => resource.type === type);
  const [allRules, allListeners] = [ofType(ruleType), ofType(listenerType)];
  const isWanted = ({ logicalId }: StackResource): boolean => wanted.length === 0 || wanted.includes(logicalId);
  const [rules, listeners] = [allRules.filter(isWanted), allListeners.filter(isWanted)];
  const tests = findTestListeners(allListeners, hints);
  const address: RuleAddress = {
    ruleArns: idsOf(rules),
    defaultActionsOf: idsOf(listeners),
    namedArns: hints.listenerRuleArn,
    listenerArns: listListeners([...idsOf(allListeners), ...idsOf(allRules), ...hints.listenerRuleArn, ...tests.arns]),
    testListeners: tests.arns,
    testListenerProblems: tests.problems,
    names: Object.fromEntries(
      [...allRules, ...allListeners].map(({ physicalId, logicalId }) => [physicalId, logicalId]),
    ),
  };
  search.problems.push(...problemsOf(address, wanted, [...allRules, ...allListeners]));
  return address;
}

function problemsOf(address: RuleAddress, wanted: readonly string[], all: readonly StackResource[]): readonly string[] {
  const { ruleArns, defaultActionsOf, namedArns, names } = address;
  const strangers = wanted.filter((id) => !all.some(({ logicalId }) => logicalId === id));
  const network = [...ruleArns, ...defaultActionsOf].filter((arn) => /:listener(-rule)?\/net\//.test(arn));
  const own = [...ruleArns, ...defaultActionsOf].find((arn) => arn.includes('/app/')) ?? namedArns[0] ?? '';
  const elsewhere = namedArns.filter((arn) => loadBalancerArnOf(arn) !== loadBalancerArnOf(own));
  return [
    ...strangers.map(
      (id) =>
        `no listener rule or listener with the logical id ${id}, which EcsCanary.ListenerRuleLogicalId names; the stack has ${listIds(all)}.`,
    ),
    ...network.map(
      (arn) =>
        `the listener${arn.includes('listener-rule') ? ' rule' : ''} ${names[arn] ?? arn} belongs to a Network Load Balancer, which has no weighted rules; a canary needs an Application Load Balancer.`,
    ),
    ...elsewhere.map(
      (arn) =>
        `EcsCanary.ListenerRuleArn names ${arn}, which is on another load balancer than ${names[own] ?? own}; a target group serves one load balancer only. Remove it there.`,
    ),
    ...(strangers.length === 0 && ruleArns.length + defaultActionsOf.length + namedArns.length === 0
      ? ['no listener rule in the stack. EcsCanary.ListenerRuleArn can name one outside it.']
      : []),
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
          `no listener with the logical id ${given}, which EcsCanary.TestListener names; the stack has ${listIds(listeners)}. Give one of these, or the ARN of a listener.`,
      ),
  };
}

function idsOf(resources: readonly StackResource[]): readonly string[] {
  return resources.map(({ physicalId }) => physicalId);
}

/** Listeners alone, or those that rules belong to; a network load balancer's have no rules to read. */
function listListeners(arns: readonly string[]): readonly string[] {
  const listeners = arns.map((arn) => (arn.includes(':listener-rule/') ? listenerArnOf(arn) : arn));
  return [...new Set(listeners)].filter((arn) => arn.includes(':listener/app/'));
}
