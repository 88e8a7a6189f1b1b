import { describe, expect, it } from 'vitest';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import {
  areAlike,
  atAll,
  atRule,
  describeShares,
  greenestRule,
  leastGreen,
  mostGreen,
  nameRule,
  nextRuleToMove,
  productionRulesOf,
  serveOnly,
} from '../../src/canary/production-rules.ts';
import { moveTraffic } from '../../src/canary/traffic-move.ts';
import { allBlue, allGreen, type Weights } from '../../src/canary/weights.ts';
import { groups, sampleRule } from './sample-traffic.ts';

const half: Weights = { blue: 50, green: 50 };
const nobody: Weights = { blue: 0, green: 0 };
const prefix = 'arn:aws:elasticloadbalancing:us-east-1:1:listener';

function rule(priority: string, weights: Weights = allBlue, listener = '3'): ListenerRule {
  return { ...sampleRule(weights), arn: `${prefix}-rule/app/lb/1/${listener}/r${priority}`, priority };
}

/** One production rule for each of these weights, in that order. */
const productionRules = (...all: readonly Weights[]) =>
  productionRulesOf(
    all.map((weights, index) => rule(String(10 + index), weights)),
    groups,
  );

describe('the production rules of a canary', () => {
  it('are written in a fixed order: by listener, by the number of the rule, default actions last', () => {
    const rules = [
      rule('default', allBlue, '1'),
      rule('9', allBlue, '3'),
      rule('100', allBlue, '2'),
      rule('20', allBlue, '2'),
      rule('5', allBlue, '2'),
      rule('default', allBlue, '0'),
    ];
    const expected = ['2/r5', '2/r20', '2/r100', '3/r9', '0/rdefault', '1/rdefault'];
    for (const given of [rules, [...rules].reverse()])
      expect(
        productionRulesOf(given, groups).map((productionRule) =>
          productionRule.rule.arn.split('/').slice(-2).join('/'),
        ),
      ).toEqual(expected);
  });

  it.each<[readonly Weights[], boolean, boolean]>([
    [[allBlue, allBlue], true, false],
    [[allGreen, allGreen], false, true],
    [[allBlue, allGreen], false, false],
    [[allBlue, nobody], false, false],
    [[allGreen, nobody], false, false],
    [[allBlue, { blue: 99, green: 1 }], false, false],
    [[], false, false],
  ])('%j serve only blue: %s, only green: %s', (weights, blue, green) => {
    expect(serveOnly(productionRules(...weights), 'Blue')).toBe(blue);
    expect(serveOnly(productionRules(...weights), 'Green')).toBe(green);
  });

  it.each<[readonly Weights[], number, number, string]>([
    [[allBlue], 0, 0, '10'],
    [[half, { blue: 90, green: 10 }, { blue: 1, green: 2 }], 10, 200 / 3, '12'],
    [[allGreen, nobody], 0, 100, '10'],
    // Shares count, not numbers: 1 of 2 is more than 10 of 100.
    [
      [
        { blue: 90, green: 10 },
        { blue: 1, green: 1 },
      ],
      10,
      50,
      '11',
    ],
    [[half, { blue: 5, green: 5 }], 50, 50, '10'],
  ])('%j give green from %d to %d', (weights, least, most, greenest) => {
    expect(leastGreen(productionRules(...weights))).toBeCloseTo(least, 9);
    expect(mostGreen(productionRules(...weights))).toBeCloseTo(most, 9);
    expect(greenestRule(productionRules(...weights)).rule.priority).toBe(greenest);
  });

  it.each<[readonly Weights[], boolean]>([
    [[], false],
    [[half], true],
    [[half, { blue: 1, green: 1 }], true],
    [[half, half, allBlue], false],
    [[nobody, nobody], true],
    [[nobody, allBlue], false],
    [[allBlue, nobody], false],
  ])('%j are alike: %s', (weights, alike) => {
    expect(areAlike(productionRules(...weights))).toBe(alike);
  });
});

describe('the production rules in a sentence', () => {
  it('have logical ids where the stack has them, and otherwise what identifies them', () => {
    const listener = `${prefix}/app/lb/1/3`;
    expect(nameRule(rule('10'), { [rule('10').arn]: 'ApiRule' })).toBe('ApiRule (path-pattern /*)');
    expect(nameRule(rule('10'))).toBe(`the rule with priority 10 (path-pattern /*; ${rule('10').arn})`);
    expect(nameRule(rule('default'), { [listener]: 'Listener' })).toBe('the default action of Listener');
    expect(nameRule(rule('default'))).toBe(`the default action of the listener ${listener}`);
  });

  it('are described together where they are alike, and otherwise each with its name', () => {
    expect(describeShares(productionRules(half, { blue: 1, green: 1 }))).toBe('Blue 50 % / Green 50 %');
    const [one, other] = [rule('10').arn, rule('11').arn];
    expect(describeShares(productionRules(half, allBlue))).toBe(
      `Blue 50 % / Green 50 % at the rule with priority 10 (path-pattern /*; ${one}), Blue 100 % / Green 0 % at the rule with priority 11 (path-pattern /*; ${other})`,
    );
  });

  it('are named in sentences only where there are several', () => {
    const [single] = productionRules(half);
    const [first, second] = productionRules(half, half);
    if (!single || !first || !second) throw new TypeError('the production rules that were created');
    expect([atRule(single, [single]), atAll([single])]).toEqual(['', '']);
    expect(atRule(second, [first, second])).toBe(` at ${second.name}`);
    expect(atAll([first, second])).toBe(' at both production rules');
  });
});

describe('the next production rule to write', () => {
  const next = (...weights: readonly Weights[]) =>
    nextRuleToMove(productionRules(...weights), allBlue, groups)?.rule.priority;

  it('is the first with another split', () => {
    expect(next(allBlue, half, allGreen)).toBe('11');
    expect(next(nobody, allBlue)).toBe('10');
    expect(next(allBlue, { blue: 7, green: 0 })).toBeUndefined();
  });

  it('is one from which somebody removed a colour, whatever its split', () => {
    const maimed: ListenerRule = { ...rule('11'), actions: [{ Type: 'forward', TargetGroupArn: groups.blue }] };
    expect(nextRuleToMove(productionRulesOf([rule('10'), maimed], groups), allBlue, groups)?.rule).toBe(maimed);
  });
});

describe('moving the traffic of a production rule', () => {
  it('writes only that rule, and remembers the weights of all', () => {
    const all = productionRules(half, allBlue);
    const [first] = all;
    if (!first) throw new TypeError('the production rule that was created');
    expect(moveTraffic({ productionRules: all, groups }, first, allGreen)).toEqual({
      kind: 'change',
      reason: `Moving traffic at ${first.name} from Blue 50 % / Green 50 % to Blue 0 % / Green 100 %.`,
      change: {
        kind: 'set-weights',
        rule: first.rule,
        groups,
        weights: allGreen,
        among: [
          { arn: rule('10').arn, shares: `Blue 50 % / Green 50 % at ${first.name}` },
          { arn: rule('11').arn, shares: `Blue 100 % / Green 0 % at ${all[1]?.name}` },
        ],
      },
    });
  });

  it('names no rule, and remembers nothing, where there is only one', () => {
    const [only, ...none] = productionRules(half);
    if (!only) throw new TypeError('the production rule that was created');
    const move = moveTraffic({ productionRules: [only, ...none], groups }, only, allBlue, {
      lead: 'Back',
      tail: '; so',
    });
    expect(move.reason).toBe('Back from Blue 50 % / Green 50 % to Blue 100 % / Green 0 %; so.');
    expect(move.change).toMatchObject({ among: [] });
  });
});
