import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitConditions, valuesOf } from '../../src/canary/condition-limits.ts';
import type { ListenerRule, RuleCondition } from '../../src/canary/listener-rule.ts';
import { explainPlace } from '../../src/canary/test-rule-place.ts';
import { sampleRule } from './sample-traffic.ts';

const mark: RuleCondition = { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'true' }] } };
const header = { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X', Values: ['1'] } };
const paths = (...Values: string[]): RuleCondition => ({ Field: 'path-pattern', PathPatternConfig: { Values } });
const hosts = (...Values: string[]): RuleCondition => ({ Field: 'host-header', HostHeaderConfig: { Values } });

describe('conditions beside the marks of testers', () => {
  it('stay as they are while there is room', () => {
    const four = [paths('/a', '/b'), hosts('a', 'b')];
    expect(fitConditions(four, [mark])).toBe(four);
  });

  it.each([
    [[paths('/a', '/b', '/c', '/d', '/e')], [mark], [paths('/a', '/b', '/c', '/d')]],
    [
      [paths('/a', '/b', '/c'), hosts('a', 'b')],
      [mark, header],
      [paths('/a'), hosts('a', 'b')],
    ],
    [
      [paths('/a*', '/b*', '/*c*', '/d*')],
      [{ ...mark, QueryStringConfig: { Values: [{ Value: 't*' }] } }],
      [paths('/a*', '/b*', '/*c*')],
    ],
    [
      [{ Field: 'path-pattern', Values: ['/a', '/b', '/c', '/d', '/e'] }],
      [mark],
      [{ Field: 'path-pattern', Values: ['/a', '/b', '/c', '/d'] }],
    ],
    [
      [
        {
          Field: 'host-header',
          HostHeaderConfig: { Values: ['a', 'b', 'c', 'd'], RegexValues: ['^e'] },
        } as RuleCondition,
      ],
      [mark],
      [hosts('a', 'b', 'c', 'd')],
    ],
  ])('lose the last values of the longest list otherwise', (conditions, marks, expected) => {
    expect(fitConditions(conditions, marks)).toEqual(expected);
  });

  it('are refused if one value of each is too much, with what to do instead', () => {
    const five = [paths('/a'), hosts('a'), header, header, header];
    expect(() => fitConditions(five, [mark])).toThrow(
      expect.objectContaining({
        code: 'test-rule-unsafe',
        hint: expect.stringMatching(/TestListener=…\), or disable this step/),
      }),
    );
  });

  it('fit, and never match a request that they did not match before', () => {
    const condition = (field: string, config: string) =>
      fc
        .array(fc.constantFrom('a', 'b*', '?c', 'd', 'e*'), { minLength: 1, maxLength: 4 })
        .map((Values) => ({ Field: field, [config]: { Values } }) as RuleCondition);
    const some = fc.tuple(
      condition('path-pattern', 'PathPatternConfig'),
      condition('host-header', 'HostHeaderConfig'),
      condition('source-ip', 'SourceIpConfig'),
    );
    fc.assert(
      fc.property(some, (conditions) => {
        const fitted = fitConditions(conditions, [mark]);
        const values = [...fitted, mark].flatMap(valuesOf);
        expect(values.length).toBeLessThanOrEqual(5);
        expect(values.join('').replace(/[^*?]/g, '').length).toBeLessThanOrEqual(5);
        expect(fitted).toHaveLength(conditions.length);
        for (const [index, each] of fitted.entries()) {
          expect(valuesOf(each).length).toBeGreaterThan(0);
          expect(valuesOf(conditions[index] ?? {})).toEqual(expect.arrayContaining([...valuesOf(each)]));
        }
      }),
    );
  });
});

describe('a place for the test rule', () => {
  const arn = 'arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/lb/1/2';
  const rule = (priority: number | 'default'): ListenerRule => ({
    ...sampleRule(),
    arn: `${arn}/${priority}`,
    priority: String(priority),
  });
  const production = (priority: number | 'default') => ({ ...rule(priority), arn: `${arn}/production` });
  const place = (others: readonly number[], own: number | 'default', after = 0) =>
    explainPlace([...others.map(rule), production(own)], [], production(own), after);

  it.each([
    [[], 10, 0, 'a free number below 10, for example 9.'],
    [[9, 8], 10, 0, 'a free number below 10, for example 7.'],
    [[7], 10, 7, 'a free number between 7 and 10, for example 9.'],
    [[50_000], 'default', 0, 'a free number below 50001, for example 49999.'],
  ] as const)('among %o before %s and after %i is %s', (others, own, after, expected) => {
    expect(place(others, own, after)).toBe(`Set EcsCanary.TestRulePriority to ${expected}`);
  });

  it.each([
    [[], 1, 0, 1, 'RuleArn=ARN/production,Priority=2'],
    [[2, 3, 5], 1, 0, 1, 'RuleArn=ARN/production,Priority=2 RuleArn=ARN/2,Priority=3 RuleArn=ARN/3,Priority=4'],
    [[9], 10, 9, 10, 'RuleArn=ARN/production,Priority=11'],
    [[49_999], 50_000, 49_999, 49_999, 'RuleArn=ARN/49999,Priority=49998'],
    [[50_000], 'default', 50_000, 50_000, 'RuleArn=ARN/50000,Priority=49999'],
  ] as const)(
    'among %o before %s and after %i is made at the least cost, by a command that names the region',
    (others, own, after, free, command) => {
      expect(place(others, own, after)).toMatch(/No priority (below|between)/);
      expect(
        place(others, own, after).endsWith(
          `TestRulePriority to ${free}: aws elbv2 set-rule-priorities --region eu-west-1 --rule-priorities ${command.replaceAll('ARN', arn)}`,
        ),
      ).toBe(true);
    },
  );

  it('keeps the order of all rules, and comes right before the production rule', () => {
    const numbers = fc.uniqueArray(
      fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 49_990, max: 50_000 })),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(numbers, fc.nat(), fc.boolean(), (priorities, pick, whole) => {
        const own = priorities[pick % priorities.length] ?? 1;
        const others = priorities.filter((each) => each !== own);
        const before = others.filter((each) => each < own);
        const after = whole ? Math.max(0, ...before) : 0;
        const said = place(others, own, after);
        const moved = new Map(
          [...said.matchAll(/RuleArn=\S+\/(\w+),Priority=(\d+)/g)].map(([, id, to]) => [id, Number(to)]),
        );
        const free = Number(/(?:for example|TestRulePriority to) (\d+)/.exec(said)?.[1]);
        const now = (id: string, was: number) => moved.get(id) ?? was;
        const all = [...others.map((each) => [String(each), each] as const), ['production', own] as const].map(
          ([id, was]) => [was, now(id, was)] as const,
        );
        expect(new Set([...all.map(([, to]) => to), free]).size).toBe(all.length + 1);
        for (const [was, to] of all) expect([was, to >= 1 && to <= 50_000]).toEqual([was, true]);
        expect([...all].sort(([a], [b]) => a - b)).toEqual([...all].sort(([, a], [, b]) => a - b));
        expect(free).toBeLessThan(now('production', own));
        for (const each of others.filter((other) => other <= after)) expect(now(String(each), each)).toBeLessThan(free);
      }),
    );
  });
});
