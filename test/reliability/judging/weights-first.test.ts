import { describe, expect, it } from 'vitest';
import type { ActualCanary, ActualSide } from '../../../src/reliability/actual-state/actual-state.ts';
import type { Entry } from '../../../src/reliability/actual-state/write-log.ts';
import { findEarlyWrites } from '../../../src/reliability/judging/weights-first.ts';

const listener = 'arn:aws:elasticloadbalancing:us-east-1:1:listener/app/lb/1/2';
const rule = 'arn:aws:elasticloadbalancing:us-east-1:1:listener-rule/app/lb/1/2/3';
const other = 'arn:aws:elasticloadbalancing:us-east-1:1:listener-rule/app/lb/1/2/4';

const side = (group: string, healthy: number): ActualSide => ({
  ...{ taskSet: '', version: '', scale: 100, steady: true, group, healthy },
});

const canary = (blueHealthy = 2): ActualCanary => ({
  entryPoints: [
    { ruleArn: rule, name: 'the rule 10', isDefault: false, weights: { blue: 90, green: 10 } },
    { ruleArn: other, name: 'the default action at port 80', isDefault: true, weights: { blue: 90, green: 10 } },
  ],
  ...{
    serviceArn: '',
    cluster: '',
    tag: 'Blue',
    lock: undefined,
    recorded: undefined,
    isRetreated: false,
    ledger: [],
    desired: 2,
    pinnedBlue: '',
    taskSets: [],
    testRules: [],
  },
  ...{ blue: side('blue', blueHealthy), green: side('green', 2) },
});

const actions = (green: number) => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: 'blue', Weight: 100 - green },
        { TargetGroupArn: 'green', Weight: green },
      ],
    },
  },
];
const entry = (operation: string, input: object = {}): Entry => ({ time: 0, operation, input });
const toRule = (green: number) => entry('ModifyRule', { RuleArn: rule, Actions: actions(green) });
const toDefault = (green: number) => entry('ModifyListener', { ListenerArn: listener, DefaultActions: actions(green) });
const tag = entry('TagResource');

describe('a Rollback', () => {
  it.each<[string, readonly Entry[], readonly string[]]>([
    ['may write anything after the weights', [toRule(0), toDefault(0), tag], []],
    ['may not tag before a default action', [toRule(0), tag, toDefault(0)], ['the default action at port 80']],
    ['may not tag first', [tag, toRule(0), toDefault(0)], ['the rule 10 and the default action at port 80']],
    ['has not moved an entry point to which it leaves a share', [toRule(5), toDefault(0), tag], ['the rule 10']],
    ['may be overtaken by what no step writes', [entry('CreateTaskSet'), toRule(0), toDefault(0)], []],
  ])('%s', (_, entries, where) => {
    const wanted = where.map(
      (entryPoints) => `I4: Rollback wrote TagResource while green had traffic at ${entryPoints}`,
    );
    expect(findEarlyWrites(canary(), entries)).toEqual(wanted);
  });

  it('may bring back a blue that nothing serves from, and only that', () => {
    const entries = [entry('UpdateTaskSet'), toRule(0), toDefault(0)];
    expect(findEarlyWrites(canary(0), entries)).toEqual([]);
    expect(findEarlyWrites(canary(2), entries)).toHaveLength(1);
    expect(findEarlyWrites(canary(0), [tag, ...entries])).toHaveLength(1);
  });
});
