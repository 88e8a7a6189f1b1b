import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  type Action,
  type ElasticLoadBalancingV2Client,
  type Listener,
  paginateDescribeListeners,
  paginateDescribeRules,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { listenerArnOf, loadBalancerArnOf } from '../canary/listener-rule.ts';
import { type ColourGroups, findGroups, readStackParts } from './stack-parts.ts';

/** How requests reach a stack. */
export interface StackTraffic {
  readonly listeners: readonly StackListener[];
  readonly groups: ColourGroups;
}

/** A listener that is in the stack, or to which a rule of the stack belongs. */
export interface StackListener {
  readonly arn: string;
  /** Undefined when it is not in the stack. */
  readonly logicalId: string | undefined;
  readonly protocol: string;
  readonly port: number;
  /** All of its rules by priority, the default rule last. */
  readonly rules: readonly StackRule[];
  /** Port → ARN, of every listener of the same load balancer. */
  readonly neighbours: ReadonlyMap<number, string>;
}

/** A listener rule, or the default action of a listener. */
export interface StackRule {
  readonly arn: string;
  /** Infinity for the default rule. */
  readonly priority: number;
  readonly ofStack: boolean;
  /** Its logical id in the template, or that of its listener for a default action; undefined outside the stack. */
  readonly logicalId: string | undefined;
  readonly conditions: readonly RuleCondition[];
  /** The final action on a request, after any authentication. */
  readonly action: Action;
}

/** The clients for reading a stack's traffic. */
export interface TrafficClients {
  readonly cloudFormation: CloudFormationClient;
  readonly elb: ElasticLoadBalancingV2Client;
}

/**
 * Reads the listeners and rules of a stack; none when there is no such stack.
 * @param parameters those of the step that deploys, which may name the colours' target groups
 */
export async function readStackTraffic(
  { cloudFormation, elb }: TrafficClients,
  stackName: string,
  parameters: Readonly<Record<string, string>>,
): Promise<StackTraffic> {
  const parts = await readStackParts(cloudFormation, stackName);
  const logicalIds: LogicalIds = new Map(
    parts.resources.map(({ PhysicalResourceId = '', LogicalResourceId = '' }) => [
      PhysicalResourceId,
      LogicalResourceId,
    ]),
  );
  // A Network Load Balancer has no weighted rules.
  const listening = [...logicalIds.keys()].filter((id) => /:listener(-rule)?\/app\//.test(id));
  const wanted = new Set(listening.map((id) => (id.includes(':listener-rule/') ? listenerArnOf(id) : id)));
  const balancers = new Set([...wanted].map(loadBalancerArnOf));
  const read = await Promise.all([...balancers].map((arn) => readBalancer(elb, arn, wanted, logicalIds)));
  return { listeners: read.flat(), groups: findGroups(parts, parameters) };
}

/** Physical id → logical id, of everything in the stack. */
type LogicalIds = ReadonlyMap<string, string>;

async function readBalancer(
  elb: ElasticLoadBalancingV2Client,
  balancerArn: string,
  wanted: ReadonlySet<string>,
  logicalIds: LogicalIds,
): Promise<readonly StackListener[]> {
  const listeners = await listListeners(elb, balancerArn);
  const neighbours = new Map(listeners.map(({ Port = 0, ListenerArn = '' }) => [Port, ListenerArn]));
  const chosen = listeners.filter(({ ListenerArn = '' }) => wanted.has(ListenerArn));
  const described = chosen.map(async ({ ListenerArn: arn = '', Protocol: protocol = '', Port: port = 0 }) => {
    const rules = (await listRules(elb, arn)).map((rule) => describeRule(rule, arn, logicalIds));
    rules.sort((one, other) => (one.priority < other.priority ? -1 : 1));
    return { arn, logicalId: logicalIds.get(arn), protocol, port, rules, neighbours };
  });
  return (await Promise.all(described)).sort((one, other) => one.port - other.port);
}

async function listListeners(client: ElasticLoadBalancingV2Client, LoadBalancerArn: string): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for await (const page of paginateDescribeListeners({ client }, { LoadBalancerArn }))
    listeners.push(...(page.Listeners ?? []));
  return listeners;
}

async function listRules(client: ElasticLoadBalancingV2Client, ListenerArn: string): Promise<Rule[]> {
  const rules: Rule[] = [];
  for await (const page of paginateDescribeRules({ client }, { ListenerArn })) rules.push(...(page.Rules ?? []));
  return rules;
}

function describeRule(rule: Rule, listenerArn: string, logicalIds: LogicalIds): StackRule {
  const { RuleArn: arn = '', Priority, Conditions = [], Actions = [] } = rule;
  const isDefault = Priority === 'default';
  return {
    arn,
    priority: isDefault ? Number.POSITIVE_INFINITY : Number(Priority),
    ofStack: logicalIds.has(isDefault ? listenerArn : arn),
    logicalId: logicalIds.get(isDefault ? listenerArn : arn),
    conditions: Conditions,
    action: Actions.at(-1) ?? { Type: undefined },
  };
}
