import { describe, expect, it } from 'vitest';
import type { ListenerRule, RuleCondition } from '../../src/canary/listener-rule.ts';
import { findSideDoors } from '../../src/canary/side-door.ts';
import { groups, sampleRule } from './sample-traffic.ts';

const query = (...Values: { Key?: string; Value: string }[]): RuleCondition => ({
  Field: 'query-string',
  QueryStringConfig: { Values },
});
const header = (...Values: string[]): RuleCondition => ({ Field: 'http-header', HttpHeaderConfig: { Values } });
const host: RuleCondition = { Field: 'host-header', Values: ['shop.example.com'] };
const tenant = header('shop');
const production: ListenerRule = { ...sampleRule(), conditions: [host, tenant] };
const beside = (more: Partial<ListenerRule>): ListenerRule => ({
  arn: 'arn:beside',
  priority: '5',
  conditions: [host, tenant, query({ Key: 'test', Value: 'true' })],
  actions: [{ Type: 'forward', TargetGroupArn: groups.green }],
  ...more,
});
const doors = (rule: ListenerRule) => findSideDoors([production, rule], production, groups).map(({ arn }) => arn);
const weighted = (blue: number, green: number) => sampleRule({ blue, green }).actions;

describe('a rule beside the production rule', () => {
  it.each<[string, Partial<ListenerRule>]>([
    ['is as Add Test Rule writes it', {}],
    ['asks for a header of testers', { conditions: [host, header('green')] }],
    ['asks for both, and for no host', { conditions: [header('gr*en'), query({ Value: 'green' })] }],
    ['leads to blue', { conditions: [], actions: weighted(1, 0) }],
    ['leads to somebody else', { conditions: [], actions: [{ Type: 'forward', TargetGroupArn: 'arn:other' }] }],
    ['redirects', { conditions: [], actions: [{ Type: 'redirect' }] }],
    ['is the production rule', { arn: production.arn, conditions: [], actions: weighted(1, 9) }],
  ])('is no side door when it %s', (_, more) => {
    expect(doors(beside(more))).toEqual([]);
  });

  it.each<[string, Partial<ListenerRule>]>([
    ['lost its conditions', { conditions: [] }],
    ["kept only the production rule's", { conditions: [host, tenant] }],
    ['asks for any query string', { conditions: [host, query({ Key: 'test', Value: '*' })] }],
    ['takes any header as one of two values', { conditions: [host, header('green', '?*')] }],
    ['asks for a header by a pattern that cannot be judged', { conditions: [host, header()] }],
    ['sends a part to green', { conditions: [host], actions: weighted(999, 1) }],
    ['is the default', { priority: 'default', conditions: [] }],
  ])('is one when it %s', (_, more) => {
    expect(doors(beside(more))).toEqual(['arn:beside']);
  });
});
