import type { ListenerAddress } from '../../aws/aws.ts';
import { isSpecific } from '../../canary/bypass-rules.ts';
import type { Decision } from '../../canary/decision.ts';
import { awaitHealthy } from '../../canary/health.ts';
import { type ListenerRule, listenerArnOf, weightsOf } from '../../canary/listener-rule.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { plainMarkdown, summarise, trafficOutputs } from '../../canary/summary.ts';
import {
  broadestRule,
  buildTestRule,
  describeEarlier,
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
import { type Parameter, ParameterProblem } from '../../parameters/parameters.ts';
import { integer, text } from '../../parameters/parsers.ts';
import { firstParameters, lastParameters, usualParameters } from '../../parameters/shared-parameters.ts';
import { removeTestRules } from '../shared/remove-test-rules.ts';
import { refuseLostLock } from '../shared/require-approval.ts';
import { seenTraffic } from '../shared/seen-traffic.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';

const testQueryString: Parameter<TestMark['query']> = {
  name: 'EcsCanary.TestQueryString',
  label: 'Test query string',
  help: 'Requests with this query string reach green only, for example `test=true`. The links and assets of a page do not carry it; a header does. Blank for none.',
  control: 'SingleLineText',
  defaultValue: 'test=true',
  parse: parseQuery,
};

const testHeader: Parameter<TestMark['header']> = {
  name: 'EcsCanary.TestHeader',
  label: 'Test header',
  help: 'Requests with this header reach green only, for example `X-Canary: green`. If there is a query string too, a request needs both. Blank for none.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: parseHeader,
};

const testRulePriority: Parameter<number> = {
  name: 'EcsCanary.TestRulePriority',
  label: 'Test rule priority',
  help: 'The place of the test rule among the rules of its listener, for example `5`. It must be free, and lower than the priority of the production rule.',
  control: 'SingleLineText',
  defaultValue: '5',
  parse: integer(1, 49_999),
};

interface State {
  readonly traffic: Traffic;
  /** The production rule that a test rule repeats, or a test listener's rule that leads to green. */
  readonly rule: ListenerRule;
  /** Those of its listener. */
  readonly rules: readonly ListenerRule[];
  readonly ours: readonly ListenerRule[];
  readonly address: ListenerAddress;
  /** Whether EcsCanary.Parts names that listener as one for testers, so that no test rule is needed. */
  readonly isTestListener: boolean;
}

interface Wish {
  readonly stackName: string;
  readonly testQueryString: TestMark['query'];
  readonly testHeader: TestMark['header'];
  readonly testRulePriority: number;
}

export const addTestRule = defineStep({
  id: 'add-test-rule',
  name: 'Add Test Rule',
  summary:
    'Lets testers reach green by query string or header while production traffic is split as before. The rule repeats the conditions and authentication of the production rule (if there are several, of the broadest on the first listener), is tagged as ours, and is removed by Promote, Rollback and the next Prepare Blue.',
  parameters: {
    ...firstParameters,
    testQueryString,
    testHeader,
    testRulePriority,
    ...usualParameters,
    ...lastParameters,
  },
  outputs: { ...trafficOutputDescriptions, TestUrl: 'Where testers reach green.' },
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'elasticloadbalancing:CreateRule',
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeLoadBalancers',
  ],
  checks: [
    (values) =>
      values.testQueryString || values.testHeader
        ? []
        : [
            'EcsCanary.TestQueryString, EcsCanary.TestHeader: at least one of the two must say how testers are recognised.',
          ],
  ],
  observe: async ({ reader, values, run }): Promise<State> => {
    const traffic = await observeTraffic(reader, values.stackName, run.region);
    const [all, ours] = await Promise.all([reader.listenerRules(), reader.testRules()]);
    const rule = ruleForTesters(all, traffic);
    const listenerArn = listenerArnOf(rule.arn);
    return {
      ...{ traffic, rule, ours },
      // Priorities of another listener of the stack say nothing here.
      rules: all.filter(({ arn }) => listenerArnOf(arn) === listenerArn),
      address: await reader.listenerAddress(listenerArn),
      isTestListener: traffic.known.testListeners.includes(listenerArn),
    };
  },
  seen: ({ traffic }) => seenTraffic(traffic),
  decide: (state, { values, run }) => {
    refuseLostLock(state.traffic.service, run);
    return decideTestRule(state, values);
  },
});

/** Where testers come in: the first test listener, if the operator names one, or beside a production rule. */
function ruleForTesters(all: readonly ListenerRule[], { productionRules, known, groups }: Traffic): ListenerRule {
  const [listener] = known.testListeners;
  if (listener === undefined) {
    const rule = broadestRule(productionRules.map((productionRule) => productionRule.rule));
    if (!rule) throw new TypeError('a canary has a production rule');
    return rule;
  }
  const leading = all.find((rule) => listenerArnOf(rule.arn) === listener && weightsOf(rule, groups).green > 0);
  if (leading) return leading;
  throw new OperatorError(
    'canary-not-found',
    `EcsCanary.Parts names the test listener ${listener}, but neither its rules nor its default action lead to green.`,
    'Let its default action forward to the green target group, or remove the line TestListener=… from EcsCanary.Parts for a test rule.',
  );
}

/** One rule of ours with exactly the wanted conditions; an outdated one of ours is removed first. */
export function decideTestRule(state: State, request: Wish): Decision {
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
  if (outdated || ours.length === 0) refuseOvertaking(overtaken, production);
  if (outdated) {
    return {
      kind: 'change',
      reason: `Removing our earlier test rule with priority ${outdated.priority}: it has other conditions.`,
      change: { kind: 'delete-rule', arn: outdated.arn },
    };
  }
  if (ours.length > 0) {
    const earlier = findEarlier(traffic.productionRules, production, wanted);
    const warnings = [
      ...(overtaken.length > 0 ? [describeOvertaken(overtaken)] : []),
      ...(earlier.length > 0 ? [describeEarlier(earlier, traffic.known.names)] : []),
    ];
    return done(traffic, testUrl(address, production, mark), mark, warnings);
  }
  return (
    awaitHealthy(traffic.green, 1, []) ?? {
      kind: 'change',
      reason: `Creating a test rule with priority ${request.testRulePriority}: requests with ${describeMark(mark)} reach green only.`,
      change: { kind: 'create-test-rule', rule: wanted },
    }
  );
}

/** A listener of their own leads testers to green; a test rule of an earlier deployment is not needed any more. */
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
      Summary: summarise('Green can be tested', traffic, [
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

function parseQuery(raw: string): TestMark['query'] {
  const typed = text(raw).replace(/^\?/, '');
  if (typed === '') return undefined;
  const [key = '', value = ''] = typed.includes('=')
    ? [typed.slice(0, typed.indexOf('=')), typed.slice(typed.indexOf('=') + 1)]
    : ['', typed];
  if (!/^[\w.$/~"'@:+()!,;=*?-]*$/.test(typed))
    throw new ParameterProblem(
      'give one key=value pair of the characters that a load balancer compares, for example test=true.',
    );
  if (value === '' || key.length > 128 || value.length > 128) {
    throw new ParameterProblem(
      'key and value take at most 128 characters and the value may not be empty, for example test=true.',
    );
  }
  refuseWildcards(value);
  return { key, value };
}

function parseHeader(raw: string): TestMark['header'] {
  const typed = text(raw);
  if (typed === '') return undefined;
  const match = /^(?!host\s*:)([!#$%&'+.^_`|~0-9a-z-]{1,40})\s*:\s*([!-~][ -~]{0,127})$/i.exec(typed);
  if (!match?.[1] || !match[2]) {
    throw new ParameterProblem(
      'write it as Name: value, with at most 40 characters for the name and 128 for the value, for example X-Canary: green.',
    );
  }
  refuseWildcards(match[2].trim());
  return { name: match[1], value: match[2].trim() };
}

/** What everybody sends would lead ordinary users to green, whatever share was approved. */
function refuseWildcards(value: string): void {
  if (!isSpecific(value))
    throw new ParameterProblem(
      'the value must say something that only testers send: a letter or digit, not just wildcards and punctuation.',
    );
}
