import { describe, expect, it } from 'vitest';
import type { ListenerRule, RuleCondition } from '../../src/canary/listener-rule.ts';
import {
  buildTestRule,
  findOvertaken,
  refuseUnusablePriority,
  sameRule,
  type TestMark,
} from '../../src/canary/test-rule.ts';
import { testUrl } from '../../src/canary/test-url.ts';
import { groups, sampleRule } from './sample-traffic.ts';

const place = { listenerArn: 'arn:listener', priority: 5, tags: { key: 'canary' } };
const query: TestMark = { query: { key: 'test', value: 'true' } };
const production = (more: Partial<ListenerRule> = {}): ListenerRule => ({ ...sampleRule(), ...more });

describe('the test rule', () => {
  it('repeats what narrows the production rule, once, and adds the mark', () => {
    const conditions = [
      { Field: 'host-header', Values: ['shop.example.com'], HostHeaderConfig: { Values: ['shop.example.com'] } },
      { Field: 'path-pattern', Values: ['/*'] },
    ] as readonly RuleCondition[];
    const rule = buildTestRule(production({ conditions }), groups, place, {
      query: { key: '', value: 'green' },
      header: { name: 'X-Canary', value: 'green' },
    });
    expect(rule).toEqual({
      ...place,
      conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'green' }] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Canary', Values: ['green'] } },
      ],
      actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.green, Weight: 1 }] } }],
    });
  });

  it('keeps authentication, and refuses where the secret cannot be had', () => {
    const login = { Type: 'authenticate-cognito', Order: 1 };
    const cognito = production({ actions: [login, ...sampleRule().actions] });
    expect(buildTestRule(cognito, groups, place, query).actions[0]).toEqual(login);
    const oidc = production({ actions: [{ Type: 'authenticate-oidc' }, ...sampleRule().actions] });
    expect(() => buildTestRule(oidc, groups, place, query)).toThrow(
      expect.objectContaining({ code: 'test-rule-unsafe' }),
    );
  });

  it('is recognised as AWS returns it, and distinguished from one with another mark, group or priority', () => {
    const wanted = buildTestRule(production(), groups, place, query);
    const existing = (more: Partial<ListenerRule> = {}): ListenerRule => ({
      arn: 'arn:test',
      priority: '5',
      conditions: [
        {
          QueryStringConfig: { Values: [{ Value: 'true', Key: 'test' }] },
          Field: 'query-string',
          Values: [],
        } as RuleCondition,
      ],
      actions: [{ Type: 'forward', TargetGroupArn: groups.green }],
      ...more,
    });
    expect(sameRule(existing(), wanted)).toBe(true);
    expect(sameRule(existing({ priority: '6' }), wanted)).toBe(false);
    expect(sameRule(existing({ actions: [{ Type: 'forward', TargetGroupArn: groups.blue }] }), wanted)).toBe(false);
    expect(
      sameRule(existing(), buildTestRule(production(), groups, place, { query: { key: 'test', value: 'no' } })),
    ).toBe(false);
    const split = {
      TargetGroups: [groups.green, groups.blue].map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 })),
    };
    expect(sameRule(existing({ actions: [{ Type: 'forward', ForwardConfig: split }] }), wanted)).toBe(false);
  });

  it('is outdated when authentication was added to either rule later', () => {
    const login = { Type: 'authenticate-cognito', Order: 1 };
    const closed = production({ actions: [login, ...sampleRule().actions] });
    const before = buildTestRule(production(), groups, place, query);
    const after = buildTestRule(closed, groups, place, query);
    const existing = (rule: typeof before): ListenerRule => ({ ...rule, arn: 'arn:test', priority: '5' });
    expect(sameRule(existing(before), before)).toBe(true);
    expect(sameRule(existing(before), after)).toBe(false);
    expect(sameRule(existing(after), before)).toBe(false);
    expect(sameRule(existing(after), after)).toBe(true);
  });

  it('takes no priority behind production, and no priority in use', () => {
    const other = production({ arn: 'arn:other', priority: '5' });
    const refusal = (rules: readonly ListenerRule[], ours: readonly ListenerRule[], priority: number) => () =>
      refuseUnusablePriority(rules, ours, production(), priority);
    expect(refusal([], [], 10)).toThrow(expect.objectContaining({ code: 'invalid-parameters' }));
    expect(refusal([other], [], 5)).toThrow(expect.objectContaining({ code: 'priority-taken' }));
    expect(refusal([other], [other], 5)).not.toThrow();
    expect(refusal([other], [], 6)).not.toThrow();
  });
});

describe('a rule between the test rule and production', () => {
  const host = (...Values: string[]): RuleCondition => ({ Field: 'host-header', HostHeaderConfig: { Values } });
  const path = (...Values: string[]): RuleCondition => ({ Field: 'path-pattern', Values });
  const regex = { Field: 'host-header', HostHeaderConfig: { RegexValues: ['^b'] } } as RuleCondition;
  const overtaken = (own: readonly RuleCondition[], theirs: readonly RuleCondition[], priority = '7') => {
    const wanted = buildTestRule(production({ conditions: own }), groups, place, query);
    return findOvertaken([production({ arn: 'arn:other', priority, conditions: theirs })], [], production(), wanted);
  };

  it.each<[string, readonly RuleCondition[], readonly RuleCondition[]]>([
    ['requires a host while ours accepts any', [path('/*')], [host('admin.example.com')]],
    ['requires a host that ours covers', [host('*.example.com')], [host('Admin.example.com')]],
    ['requires a host that covers ours', [host('a.example.com')], [host('x.org', '?.example.*')]],
    ['requires a path that ours covers', [path('/shop/*')], [path('/shop/admin*')]],
    ['requires paths that may overlap', [path('/shop/*')], [path('*.js')]],
    ['requires the same host by a regular expression', [host('b.example.com')], [regex]],
    [
      'has a condition that ours does not have',
      [host('a.example.com')],
      [{ Field: 'http-request-method', Values: ['PUT'] }],
    ],
  ])('loses requests when it %s', (_, own, theirs) => {
    expect(overtaken(own, theirs)).toHaveLength(1);
  });

  it.each<[string, readonly RuleCondition[], readonly RuleCondition[], string?]>([
    ['requires another host', [host('a.example.com'), path('/*')], [host('b.example.com'), path('/*')]],
    ['requires hosts of another domain', [host('*.a.com', 'a.com')], [host('*.b.com')]],
    ['requires another path of the same host', [host('a.com'), path('/shop*')], [host('a.com'), path('/cart*', '/')]],
    ['comes before the test rule', [path('/*')], [path('/admin/*')], '4'],
    ['comes after production', [path('/*')], [path('/admin/*')], '11'],
    ['is the default', [path('/*')], [], 'default'],
  ])('loses nothing when it %s', (_, own, theirs, priority) => {
    expect(overtaken(own, theirs, priority)).toEqual([]);
  });
});

describe('the test URL', () => {
  const listener = { protocol: 'HTTP', port: 80, dnsName: 'lb.example.com' };
  const conditions = (host: string, path: string) =>
    production({
      conditions: [
        { Field: 'host-header', Values: [host] },
        { Field: 'path-pattern', Values: [path] },
      ],
    });

  it.each<[string, object, ListenerRule, TestMark]>([
    ['http://lb.example.com/?test=true', {}, production(), query],
    ['https://lb.example.com/?test=true', { protocol: 'HTTPS', port: 443 }, production(), query],
    ['http://lb.example.com:8080/?test=true', { port: 8080 }, production(), query],
    ['http://shop.example.com/cart/?test=true', {}, conditions('shop.example.com', '/cart/*'), query],
    ['http://lb.example.com/?test=true', {}, conditions('*.example.com', '*'), query],
    ['http://lb.example.com/?a%26b', {}, production(), { query: { key: '', value: 'a&b' } }],
    ['http://lb.example.com/', {}, production(), { header: { name: 'X', value: 'y' } }],
  ])('is %s', (url, more, rule, mark) => {
    expect(testUrl({ ...listener, ...more }, rule, mark)).toBe(url);
  });
});
