import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
  type Rule,
  type RuleCondition as SdkCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  loadBalancerArnOf,
  type RuleAction,
  type RuleCondition,
} from '../canary/listener-rule.ts';
import { firstOf, pagesOf, partOf } from './answers.ts';
import type { ListenerAddress, LoadBalancing } from './aws.ts';
import { explaining, saysListenerNotFound, saysRuleNotFound } from './errors.ts';

/** Load balancing over the SDK's client. */
export function createLoadBalancing(client: ElasticLoadBalancingV2Client): LoadBalancing {
  return {
    listRules: (listenerArn) => listRules(client, listenerArn),
    listListeners: (loadBalancerArn) => listListeners(client, loadBalancerArn),
    readTags: (arns) => readTags(client, arns),
    modifyActions: (rule, actions) => modifyActions(client, rule, actions as Action[]),
    createRule: async (rule) => {
      await explaining('elasticloadbalancing:CreateRule', () =>
        client.send(
          new CreateRuleCommand({
            ListenerArn: rule.listenerArn,
            Priority: rule.priority,
            Conditions: rule.conditions as SdkCondition[],
            Actions: rule.actions as Action[],
            Tags: Object.entries(rule.tags).map(([Key, Value]) => ({ Key, Value })),
          }),
        ),
      );
    },
    deleteRule: (arn) =>
      explaining('elasticloadbalancing:DeleteRule', async () => {
        try {
          await client.send(new DeleteRuleCommand({ RuleArn: arn }));
        } catch (error) {
          if (!saysRuleNotFound(error)) throw error;
        }
      }),
    targetHealth: async (targetGroupArn) => {
      const input = { TargetGroupArn: targetGroupArn };
      const found = await explaining('elasticloadbalancing:DescribeTargetHealth', async () =>
        partOf(await client.send(new DescribeTargetHealthCommand(input)), 'TargetHealthDescriptions'),
      );
      return found.map((description) => ({
        id: description.Target?.Id ?? '',
        port: description.Target?.Port ?? 0,
        state: description.TargetHealth?.State ?? '',
        reason: description.TargetHealth?.Reason,
        description: description.TargetHealth?.Description,
      }));
    },
    listenerAddress: (listenerArn) => listenerAddress(client, listenerArn),
  };
}

async function modifyActions(
  client: ElasticLoadBalancingV2Client,
  rule: Pick<ListenerRule, 'arn' | 'priority'>,
  actions: Action[],
): Promise<string | undefined> {
  const { $metadata } = isDefaultAction(rule)
    ? await explaining('elasticloadbalancing:ModifyListener', () =>
        client.send(new ModifyListenerCommand({ ListenerArn: listenerArnOf(rule.arn), DefaultActions: actions })),
      )
    : await explaining('elasticloadbalancing:ModifyRule', () =>
        client.send(new ModifyRuleCommand({ RuleArn: rule.arn, Actions: actions })),
      );
  return $metadata.requestId;
}

async function listRules(client: ElasticLoadBalancingV2Client, listenerArn: string): Promise<readonly ListenerRule[]> {
  const rules = await explaining('elasticloadbalancing:DescribeRules', async () => {
    const found: Rule[] = [];
    const read = (Marker: string | undefined) =>
      client.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker }));
    try {
      for await (const page of pagesOf(read, 'NextMarker')) found.push(...partOf(page, 'Rules'));
    } catch (error) {
      // A deleted listener routes no traffic.
      if (!saysListenerNotFound(error)) throw error;
    }
    return found;
  });
  return rules.map((rule) => ({
    arn: rule.RuleArn ?? '',
    priority: rule.Priority ?? '',
    conditions: (rule.Conditions ?? []) as readonly RuleCondition[],
    actions: (rule.Actions ?? []) as readonly RuleAction[],
  }));
}

async function listListeners(
  client: ElasticLoadBalancingV2Client,
  LoadBalancerArn: string,
): Promise<readonly string[]> {
  return explaining('elasticloadbalancing:DescribeListeners', async () => {
    const arns: string[] = [];
    const read = (Marker: string | undefined) => client.send(new DescribeListenersCommand({ LoadBalancerArn, Marker }));
    for await (const page of pagesOf(read, 'NextMarker'))
      arns.push(...partOf(page, 'Listeners').map(({ ListenerArn }) => ListenerArn ?? ''));
    return arns;
  });
}

async function readTags(
  client: ElasticLoadBalancingV2Client,
  arns: readonly string[],
): Promise<Record<string, Record<string, string>>> {
  const tags: Record<string, Record<string, string>> = {};
  // DescribeTags takes at most 20 resources per call.
  for (let start = 0; start < arns.length; start += 20) {
    const input = { ResourceArns: arns.slice(start, start + 20) };
    const found = await explaining('elasticloadbalancing:DescribeTags', async () =>
      partOf(await client.send(new DescribeTagsCommand(input)), 'TagDescriptions'),
    );
    for (const description of found) {
      tags[description.ResourceArn ?? ''] = Object.fromEntries(
        (description.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']),
      );
    }
  }
  return tags;
}

async function listenerAddress(client: ElasticLoadBalancingV2Client, listenerArn: string): Promise<ListenerAddress> {
  const [listener, balancer] = await Promise.all([
    explaining('elasticloadbalancing:DescribeListeners', async () =>
      firstOf(await client.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] })), 'Listeners'),
    ),
    explaining('elasticloadbalancing:DescribeLoadBalancers', async () => {
      const input = { LoadBalancerArns: [loadBalancerArnOf(listenerArn)] };
      return firstOf(await client.send(new DescribeLoadBalancersCommand(input)), 'LoadBalancers');
    }),
  ]);
  return {
    protocol: listener.Protocol ?? 'HTTP',
    port: listener.Port ?? 80,
    dnsName: balancer.DNSName ?? '',
  };
}
