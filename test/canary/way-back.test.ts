import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { describeWayBack, proveWayBack } from '../../src/canary/way-back.ts';
import { weightsForGreen } from '../../src/canary/weights.ts';
import { type Sample, sampleTraffic } from './sample-traffic.ts';

/** Two production rules at which green has these shares. */
const two = (shares: readonly [number, number], sample: Sample = {}): Traffic =>
  sampleTraffic({ weights: weightsForGreen(shares[0]), others: [weightsForGreen(shares[1])], ...sample });

const rulesOf = ({ productionRules }: Traffic) => productionRules.map(({ rule }) => rule.arn);
const proven = (rules: readonly string[]) => ({ wayBack: { rules: new Set(rules), seconds: 0.214 } });

describe('the way back', () => {
  it('is proved at one production rule after another, and each is named', () => {
    const traffic = two([0, 0]);
    const [first = '', second = ''] = rulesOf(traffic);
    for (const [run, arn, name] of [
      [{}, first, 'priority 10'],
      [proven([first]), second, 'priority 20'],
    ] as const)
      expect(proveWayBack(traffic, 10, run)).toMatchObject({
        reason: expect.stringMatching(
          new RegExp(`^Before green gets 10 % of the traffic, .* at the rule with ${name}`),
        ),
        change: { kind: 'prove-way-back', rule: { arn } },
      });
    expect(proveWayBack(traffic, 10, proven([first, second]))).toBeUndefined();
  });

  it('is not proved where green has traffic at any rule, or gets none', () => {
    for (const shares of [
      [10, 0],
      [0, 10],
      [10, 10],
    ] as const)
      expect(proveWayBack(two(shares), 50, {})).toBeUndefined();
    expect(proveWayBack(two([0, 0]), 0, {})).toBeUndefined();
  });

  it('is closed while blue has no healthy target, even if blue is to serve no traffic', () => {
    for (const percent of [10, 100])
      expect(() => proveWayBack(two([0, 0], { blueHealthy: 0 }), percent, {})).toThrow(
        expect.objectContaining({
          code: 'no-way-back',
          message: expect.stringMatching(/^Blue has 0 of 1 healthy targets \(no targets\)/),
          hint: "Get blue's tasks running again (arn:aws:ecs:us-east-1:1:task-definition/app:1), then run the step again.",
          taskSet: expect.objectContaining({ id: 'blue' }),
        }),
      );
    expect(() => proveWayBack(two([0, 0], { blueHealthy: 0, blueScale: 0 }), 10, {})).toThrow(
      expect.objectContaining({ code: 'no-way-back', hint: expect.stringContaining('aws ecs update-task-set') }),
    );
  });

  it('waits for a blue whose tasks are starting', () => {
    const traffic = two([0, 0], { blueHealthy: 0 });
    const starting = { ...traffic, blue: { ...traffic.blue, taskSet: { ...traffic.blue.taskSet, running: 0 } } };
    expect(proveWayBack(starting, 10, {})).toMatchObject({ kind: 'wait' });
  });

  it('is closed where AWS refused the write, whatever it had proved before', () => {
    const traffic = two([0, 0]);
    const [first = ''] = rulesOf(traffic);
    const noWayBack = new OperatorError('aws-refused', 'elasticloadbalancing:ModifyRule failed: so.', 'Correct it.');
    expect(() => proveWayBack(traffic, 10, { ...proven([first]), noWayBack })).toThrow(
      expect.objectContaining({
        code: 'no-way-back',
        message: expect.stringContaining('ModifyRule failed: so.'),
        hint: 'Correct it.',
      }),
    );
  });
});

it('what the proof showed is said before the first share, and not again', () => {
  const said = 'measured at 0.21 s; 3 of 4 blue targets are healthy.';
  expect(describeWayBack(sampleTraffic({ blueHealthy: 3 }), proven(['one']))).toEqual([
    `Returning to blue takes one API call, ${said}`,
  ]);
  expect(describeWayBack(two([0, 0], { blueHealthy: 3 }), proven(['one', 'other']))).toEqual([
    `Returning to blue takes 2 API calls, ${said}`,
  ]);
  expect(describeWayBack(two([10, 0]), proven(['one', 'other']))).toEqual([]);
  expect(describeWayBack(two([0, 0]), {})).toEqual([]);
});
