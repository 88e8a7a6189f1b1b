import { describe, expect, it } from 'vitest';
import { findBypassRules, refuseBypassRules } from '../../src/canary/bypass-rules.ts';
import type { ListenerRule, RuleCondition } from '../../src/canary/listener-rule.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { groups, sampleRule } from './sample-traffic.ts';

const query = (...Values: { Key?: string; Value: string }[]): RuleCondition => ({
  Field: 'query-string',
  QueryStringConfig: { Values },
});
const header = (...Values: string[]): RuleCondition => ({ Field: 'http-header', HttpHeaderConfig: { Values } });
const named = (HttpHeaderName: string, ...Values: string[]): RuleCondition => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName, Values },
});
const hosts = (...Values: string[]): RuleCondition => ({ Field: 'host-header', Values });
const source = (...Values: string[]): RuleCondition => ({ Field: 'source-ip', SourceIpConfig: { Values } });
const path = (...Values: string[]): RuleCondition => ({ Field: 'path-pattern', Values });
const host = hosts('shop.example.com');
const tenant = header('shop');
const production: ListenerRule = { ...sampleRule(), conditions: [host, tenant] };
const beside = (more: Partial<ListenerRule>): ListenerRule => ({
  arn: 'arn:lb/beside',
  priority: '5',
  conditions: [host, tenant, query({ Key: 'test', Value: 'true' })],
  actions: [{ Type: 'forward', TargetGroupArn: groups.green }],
  ...more,
});
const productionRules = (rule: ListenerRule, main = production) =>
  findBypassRules([main, rule], { production: [main], groups, testListeners: [], names: {} }).map(({ arn }) => arn);
const weighted = (blue: number, green: number) => sampleRule({ blue, green }).actions;

describe('a rule beside the production rule', () => {
  it.each<[string, Partial<ListenerRule>]>([
    ['is as Add Test Rule writes it', {}],
    ['requires a header of testers', { conditions: [host, header('green')] }],
    ['requires both, but no host', { conditions: [header('gr*en'), query({ Value: 'green' })] }],
    [
      'requires a query string that is itself the test mark',
      { conditions: [host, query({ Key: 'green', Value: '*' })] },
    ],
    ['requires a header of testers with any value', { conditions: [host, named('X-Canary', '*')] }],
    ['requires its own host', { conditions: [hosts('green.test.example.com')] }],
    ['requires its own hosts by a pattern', { conditions: [hosts('*.test.example.com')] }],
    ['requires a host with special pattern characters', { conditions: [hosts('[x', '(y+')] }],
    ['requires the addresses of testers', { conditions: [host, source('10.0.0.0/8')] }],
    ['leads to blue', { conditions: [], actions: weighted(1, 0) }],
    ['leads to somebody else', { conditions: [], actions: [{ Type: 'forward', TargetGroupArn: 'arn:other' }] }],
    ['redirects', { conditions: [], actions: [{ Type: 'redirect' }] }],
    ['is the production rule', { arn: production.arn, conditions: [], actions: weighted(1, 9) }],
  ])('is not a bypass rule when it %s', (_, more) => {
    expect(productionRules(beside(more))).toEqual([]);
  });

  it.each<[string, Partial<ListenerRule>]>([
    ['lost its conditions', { conditions: [] }],
    ["kept only the production rule's", { conditions: [host, tenant] }],
    ['requires any query string', { conditions: [host, query({ Value: '*' })] }],
    [
      'requires a test mark or nothing',
      { conditions: [host, query({ Key: 'green', Value: '*' }, { Key: '*', Value: '*' })] },
    ],
    ['requires a header that every browser sends', { conditions: [host, named('User-Agent', '*')] }],
    ['requires an Accept header that every browser sends', { conditions: [host, named('Accept', '*/*')] }],
    ['requires a header that every browser sends, by its punctuation', { conditions: [named('Cookie', '*=*;*')] }],
    ['requires any pair with a dot', { conditions: [host, query({ Key: '*', Value: '*.*' })] }],
    ["requires the production rule's host in other letters", { conditions: [hosts('Shop.example.com')] }],
    ["requires the production rule's host among others", { conditions: [hosts('green.example.com', '*.example.com')] }],
    ['requires any host', { conditions: [hosts('*.*')] }],
    ['requires any address', { conditions: [source('10.0.0.0/8', '0.0.0.0/0')] }],
    ['accepts any header as one of two values', { conditions: [host, header('green', '?*')] }],
    ['requires a header by an unknown pattern', { conditions: [host, header()] }],
    ['sends a share to green', { conditions: [host], actions: weighted(999, 1) }],
    ['is the default', { priority: 'default', conditions: [] }],
  ])('is one when it %s', (_, more) => {
    expect(productionRules(beside(more))).toEqual(['arn:lb/beside']);
  });

  it.each<[string, RuleCondition[], string, string[]]>([
    ['the default behind a rule for every path', [path('/*')], 'default', []],
    ['a later rule behind it', [path('/shop', '*')], '200', []],
    ['an earlier rule', [path('/*')], '5', ['arn:lb/beside']],
    ['the default behind a rule for some paths', [path('/shop/*')], 'default', ['arn:lb/beside']],
    ['the default behind a rule for one host', [path('/*'), host], 'default', ['arn:lb/beside']],
  ])('is one only where requests reach it: %s', (_, conditions, priority, expected) => {
    const main = { ...production, arn: 'arn:lb/main', priority: '100', conditions };
    expect(productionRules(beside({ priority, conditions: [path('/x')] }), main)).toEqual(expected);
  });

  it("is one on another listener, even if the production rule's own listener matches first", () => {
    const main = { ...production, arn: 'arn:lb/main', priority: '100', conditions: [path('/*')] };
    const rule = beside({ arn: 'arn:other/rule', priority: '200', conditions: [path('/*')] });
    expect(productionRules(rule, main)).toEqual(['arn:other/rule']);
  });
});

describe('the refusal of a bypass rule', () => {
  it('names each rule with its own command, and conditions as a person reads them', () => {
    const bypassRules = [
      beside({
        conditions: [source('10.0.0.0/8', '0.0.0.0/0'), named('User-Agent', '*'), query({ Key: 'a', Value: '*' })],
      }),
    ];
    expect(refusalOf(bypassRules)).toMatchObject({
      message: expect.stringContaining(
        'the rule with priority 5 (source-ip 10.0.0.0/8, 0.0.0.0/0; http-header User-Agent: *; query-string a=*; arn:lb/beside)',
      ),
      hint: expect.stringContaining('aws elbv2 delete-rule --rule-arn arn:lb/beside'),
    });
  });

  it('does not suggest to delete the default rule, which AWS refuses', () => {
    const arn = 'arn:aws:elasticloadbalancing:x:1:listener-rule/app/shop/1/2/3';
    const refusal = refusalOf([beside({ arn, priority: 'default', conditions: [] })]);
    expect(refusal?.message).toContain(
      'through the default action of the listener arn:aws:elasticloadbalancing:x:1:listener/app/shop/1/2.',
    );
    expect(refusal?.hint).toContain(
      'aws elbv2 modify-listener --listener-arn arn:aws:elasticloadbalancing:x:1:listener/app/shop/1/2 ',
    );
    expect(refusal?.hint).not.toContain('delete-rule');
  });
});

function refusalOf(bypassRules: readonly ListenerRule[]): OperatorError | undefined {
  try {
    refuseBypassRules({ bypassRules, known: { groups, names: {} } });
  } catch (error) {
    if (error instanceof OperatorError) return error;
  }
  return undefined;
}
