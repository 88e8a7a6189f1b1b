import { describe, expect, it } from 'vitest';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import { broadestRule, buildTestRule, findOvertaken, refuseOvertaking } from '../../src/canary/test-rule.ts';
import { groups, sampleRule } from './sample-traffic.ts';

const prefix = 'arn:aws:elasticloadbalancing:us-east-1:1:listener-rule/app/lb/1';
const rule = (priority: string, listener = 'a'): ListenerRule => ({
  ...sampleRule(),
  arn: `${prefix}/${listener}/${priority}`,
  priority,
});

describe('the production rule that a test rule repeats', () => {
  it.each<[string, readonly ListenerRule[], string | undefined]>([
    ['the only one', [rule('10')], '10'],
    ['the last of its listener', [rule('5'), rule('100'), rule('20')], '100'],
    ['the default action, which comes behind all', [rule('5'), rule('default'), rule('20')], 'default'],
    [
      'one of the first listener, even if other listeners have broader ones',
      [rule('5'), rule('7'), rule('9', 'b'), rule('default', 'c')],
      '7',
    ],
    ['none where there is none', [], undefined],
  ])('is %s', (_, production, priority) => {
    expect(broadestRule(production)?.priority).toBe(priority);
  });
});

describe('a rule that a test rule with priority 5 comes before', () => {
  const production = rule('20');
  const wanted = buildTestRule(production, groups, { listenerArn: 'arn:listener', priority: 5, tags: {} }, {});
  const overtaken = (...rules: readonly ListenerRule[]) => findOvertaken(rules, [rule('7')], production, wanted);

  it.each<[string, boolean]>([
    ['4', false],
    ['5', false],
    ['6', true],
    ['7', false],
    ['19', true],
    ['20', false],
    ['21', false],
    ['default', false],
  ])('with the priority %s loses requests to it: %s', (priority, loses) => {
    expect(overtaken(rule(priority))).toHaveLength(loses ? 1 : 0);
  });

  it('is refused where a later priority is free', () => {
    const others = [rule('9'), rule('12'), rule('6')];
    expect(() => refuseOvertaking(others, [...others, production], [], production)).toThrow(
      expect.objectContaining({ code: 'test-rule-unsafe', hint: expect.stringContaining('between 12 and 20') }),
    );
    expect(() => refuseOvertaking([], [production], [], production)).not.toThrow();
  });
});
