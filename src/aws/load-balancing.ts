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
  ModifyRuleCommand,
  type Rule,
  type RuleCondition as SdkCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ListenerRule, RuleAction, RuleCondition } from '../canary/listener-rule.ts';
import type { ListenerAddress, LoadBalancing } from './aws.ts';
import { explaining, saysRuleNotFound } from './errors.ts';

/** Load balancing over the SDK's client. */
export function createLoadBalancing(client: ElasticLoadBalancingV2Client): LoadBalancing {
  return {
    listRules: (listenerArn) => listRules(client, listenerArn),
    readTags: (arns) => readTags(client, arns),
    modifyActions: async (ruleArn, actions) => {
      await explaining('elasticloadbalancing:ModifyRule', () =>
        client.send(new ModifyRuleCommand({ RuleArn: ruleArn, Actions: actions as Action[] })),
      );
    },
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
      const reply = await explaining('elasticloadbalancing:DescribeTargetHealth', () =>
        client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
      );
      return (reply.TargetHealthDescriptions ?? []).map((description) => ({
        id: description.Target?.Id ?? '',
        port: description.Target?.Port ?? 0,
        state: description.TargetHealth?.State ?? '',
        reason: description.TargetHealth?.Reason,
      }));
    },
    listenerAddress: (listenerArn) => listenerAddress(client, listenerArn),
  };
}

async function listRules(client: ElasticLoadBalancingV2Client, listenerArn: string): Promise<readonly ListenerRule[]> {
  const rules = await explaining('elasticloadbalancing:DescribeRules', async () => {
    const found: Rule[] = [];
    let marker: string | undefined;
    do {
      const page = await client.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker: marker }));
      found.push(...(page.Rules ?? []));
      marker = page.NextMarker;
    } while (marker);
    return found;
  });
  return rules.map((rule) => ({
    arn: rule.RuleArn ?? '',
    priority: rule.Priority ?? '',
    conditions: (rule.Conditions ?? []) as readonly RuleCondition[],
    actions: (rule.Actions ?? []) as readonly RuleAction[],
  }));
}

async function readTags(
  client: ElasticLoadBalancingV2Client,
  arns: readonly string[],
): Promise<Record<string, Record<string, string>>> {
  const tags: Record<string, Record<string, string>> = {};
  // DescribeTags takes at most 20 resources a call.
  for (let start = 0; start < arns.length; start += 20) {
    const reply = await explaining('elasticloadbalancing:DescribeTags', () =>
      client.send(new DescribeTagsCommand({ ResourceArns: arns.slice(start, start + 20) })),
    );
    for (const description of reply.TagDescriptions ?? []) {
      tags[description.ResourceArn ?? ''] = Object.fromEntries(
        (description.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']),
      );
    }
  }
  return tags;
}

async function listenerAddress(client: ElasticLoadBalancingV2Client, listenerArn: string): Promise<ListenerAddress> {
  const [listeners, balancers] = await Promise.all([
    explaining('elasticloadbalancing:DescribeListeners', () =>
      client.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] })),
    ),
    explaining('elasticloadbalancing:DescribeLoadBalancers', () =>
      client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerArnOf(listenerArn)] })),
    ),
  ]);
  const listener = listeners.Listeners?.[0];
  return {
    protocol: listener?.Protocol ?? 'HTTP',
    port: listener?.Port ?? 80,
    dnsName: balancers.LoadBalancers?.[0]?.DNSName ?? '',
  };
}

/** `…:listener/app/name/id/listener-id` belongs to `…:loadbalancer/app/name/id`. */
function loadBalancerArnOf(listenerArn: string): string {
  return listenerArn.replace(':listener/', ':loadbalancer/').replace(/\/[^/]+$/, '');
}
