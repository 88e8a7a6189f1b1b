import type { ListenerAddress } from '../../aws/aws.ts';
import type { Decision } from '../../canary/decision.ts';
import { awaitHealthy } from '../../canary/health.ts';
import { type ListenerRule, listenerArnOf, weightsOf } from '../../canary/listener-rule.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { plainMarkdown, summarise, trafficOutputs } from '../../canary/summary.ts';
import {
  broadestRule,
  buildTestRule,
  describeEarlier,
  describeLeftOut,
  describeOvertaken,
  findEarlier,
  findOvertaken,
  refuseOvertaking,
  refuseUnusablePriority,
  sameAuthentication,
  sameRule,
  type TestMark,
  testRuleTagKey,
} from '../../canary/test-rule.ts';
import { testUrl } from '../../canary/test-url.ts';
import { refuseStrayTaskSets, refuseUnlessBlueIsStable, type Traffic } from '../../canary/traffic.ts';
import { observeTraffic } from '../../observation/observe-traffic.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { removeTestRules } from '../shared/remove-test-rules.ts';
import { refuseLostLock } from '../shared/require-approval.ts';
import { seenIn } from '../shared/seen-in.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';
import { testHeader, testQueryString, testRulePriority } from './test-mark.ts';

interface State {
  readonly traffic: Traffic;
  /** The production rule that a test rule repeats, or a test listener's rule that forwards to green. */
  readonly rule: ListenerRule;
  /** All rules of its listener. */
  readonly rules: readonly ListenerRule[];
  readonly ours: readonly ListenerRule[];
  readonly address: ListenerAddress;
  /** Whether EcsCanary.Parts names that listener as one for testers, so that no test rule is needed. */
  readonly isTestListener: boolean;
}

interface StepRequest {
  readonly stackName: string;
  readonly testQueryString: TestMark['query'];
  readonly testHeader: TestMark['header'];
  readonly testRulePriority: number;
}

export const addTestRule = defineStep({
  id: 'add-test-rule',
  name: 'Add Test Rule',
  summary:
    'Lets testers reach green by query string or header; the split of production traffic does not change. The rule repeats the conditions and authentication of the production rule (if there are several, of the broadest on the first listener). Promote, Rollback and the next Prepare Blue remove it.',
  parameters: {
    ...firstParameters,
    testQueryString,
    testHeader,
    testRulePriority,
    ...middleParameters,
    ...lastParameters,
  },
  outputs: { ...trafficOutputDescriptions, TestUrl: 'URL at which testers reach green.' },
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'elasticloadbalancing:CreateRule',
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:DescribeLoadBalancers',
  ],
  checks: [
    (values) =>
      values.testQueryString || values.testHeader
        ? []
        : ['EcsCanary.TestQueryString, EcsCanary.TestHeader: set at least one, to identify requests of testers.'],
  ],
  observe: async ({ reader, values, run }): Promise<State> => {
    const traffic = await observeTraffic(reader, values.stackName, run.region);
    const [all, ours] = await Promise.all([reader.listenerRules(), reader.testRules()]);
    const rule = ruleForTesters(all, traffic);
    const listenerArn = listenerArnOf(rule.arn);
    return {
      ...{ traffic, rule, ours },
      // Priorities on other listeners of the stack do not matter here.
      rules: all.filter(({ arn }) => listenerArnOf(arn) === listenerArn),
      address: await reader.listenerAddress(listenerArn),
      isTestListener: traffic.known.testListeners.includes(listenerArn),
    };
  },
  seen: seenIn,
  decide: (state, { values, run }) => {
    refuseLostLock(state.traffic.service, run);
    return decideTestRule(state, values);
  },
});

/** The rule that testers use or that a test rule repeats: on the first test listener, if there is one, or a production rule. */
function ruleForTesters(all: readonly ListenerRule[], { productionRules, known, groups }: Traffic): ListenerRule {
  const [listener] = known.testListeners;
  if (listener === undefined) {
    const rule = broadestRule(productionRules.map((productionRule) => productionRule.rule));
    if (!rule) throw new TypeError('a canary must have a production rule');
    return rule;
  }
  const leading = all.find((rule) => listenerArnOf(rule.arn) === listener && weightsOf(rule, groups).green > 0);
  if (leading) return leading;
  throw new OperatorError(
    'canary-not-found',
    `EcsCanary.Parts names the test listener ${listener}, but neither its rules nor its default action forward to green.`,
    'Make its default action forward to the green target group, or remove the line TestListener=… from EcsCanary.Parts to use a test rule.',
  );
}

/** Leads to one test rule with exactly the wanted conditions; an outdated one is removed first. */
export function decideTestRule(state: State, request: StepRequest): Decision {
  const { traffic, rule: production, rules, ours, address } = state;
  refuseUnlessBlueIsStable(traffic);
  refuseStrayTaskSets(traffic);
  if (state.isTestListener) return useTestListener(state);
  refuseUnusablePriority(rules, ours, production, request.testRulePriority);
  const mark: TestMark = { query: request.testQueryString, header: request.testHeader };
  const place = {
    listenerArn: listenerArnOf(production.arn),
    priority: request.testRulePriority,
    tags: { [testRuleTagKey]: request.stackName },
  };
  const wanted = buildTestRule(production, traffic.groups, place, mark);
  const alike = traffic.productionRules.map(({ rule }) => rule).filter((rule) => sameAuthentication(rule, production));
  const overtaken = findOvertaken(rules, [...ours, ...alike], production, wanted);
  const outdated = ours.find((rule) => !sameRule(rule, wanted));
  if (outdated || ours.length === 0) refuseOvertaking(overtaken, rules, ours, production);
  if (outdated) {
    return {
      kind: 'change',
      reason: `Removing the previous test rule with priority ${outdated.priority}: it differs from the requested one.`,
      change: { kind: 'delete-rule', arn: outdated.arn },
    };
  }
  if (ours.length > 0) {
    const earlier = findEarlier(traffic.productionRules, production, wanted);
    const warnings = [
      ...(overtaken.length > 0 ? [describeOvertaken(overtaken)] : []),
      ...describeLeftOut(production, wanted),
      ...(earlier.length > 0 ? [describeEarlier(earlier, traffic.known.names)] : []),
    ];
    return done(traffic, testUrl(address, { ...production, conditions: wanted.conditions }, mark), mark, warnings);
  }
  return (
    awaitHealthy(traffic.green, 1, []) ?? {
      kind: 'change',
      reason: `Creating a test rule with priority ${request.testRulePriority}: requests with ${describeMark(mark)} reach green only.`,
      change: { kind: 'create-test-rule', rule: wanted },
    }
  );
}

/** Testers have a listener of their own, so a test rule of an earlier deployment is removed. */
function useTestListener({ traffic, rule, ours, address }: State): Decision {
  return (
    removeTestRules(ours) ?? awaitHealthy(traffic.green, 1, []) ?? done(traffic, testUrl(address, rule, {}), {}, [])
  );
}

function done(traffic: Traffic, url: string, mark: TestMark, warnings: readonly string[]): Decision {
  const how = describeMark(mark);
  return {
    kind: 'done',
    reason: `Testers reach green ${how ? `with ${how}` : 'through the test listener'}: ${url}`,
    warnings,
    outputs: {
      ...trafficOutputs(traffic),
      TestUrl: url,
      Summary: summarise('Green is ready for testing', traffic, [
        `Test green at ${url}${mark.header ? ` with ${plainMarkdown(describeMark(mark))}` : ''}`,
      ]),
    },
  };
}

function describeMark({ query, header }: TestMark): string {
  const parts = [
    query && `the query string ${query.key ? `${query.key}=` : ''}${query.value}`,
    header && `the header ${header.name}: ${header.value}`,
  ];
  return parts.filter(Boolean).join(' and ');
}
