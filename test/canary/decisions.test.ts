import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetsNeeded } from '../../src/canary/capacity.ts';
import type { Decision } from '../../src/canary/decision.ts';
import { foreignGroups } from '../../src/canary/listener-rule.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { stackCondition } from '../../src/canary/stack-status.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { greenPercentOf, sameSplit, servesOnly, type Weights, weightsForGreen } from '../../src/canary/weights.ts';
import { decidePreparation } from '../../src/steps/prepare-blue.ts';
import { decidePromotion } from '../../src/steps/promote.ts';
import { decideRollback } from '../../src/steps/rollback-decision.ts';
import { decideShift } from '../../src/steps/shift-traffic.ts';
import type { Run } from '../../src/steps/step.ts';
import { anyTraffic, groups, sampleTraffic } from './sample-traffic.ts';

const anyPercent = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
const anyScale = fc.constantFrom(1, 10, 50, 100);
const run: Run = {
  region: 'us-east-1',
  token: 'ecs-canary-1',
  deploymentFailed: false,
  occupant: { id: '', isDeployment: false, release: '', environment: '', project: '' },
  startedAt: new Date(0),
  approval: undefined,
};
const stack = {
  id: 'arn:stack',
  name: 'canary',
  status: 'UPDATE_COMPLETE',
  statusReason: '',
  outputs: {},
  parameters: {},
  capabilities: [],
};

describe('a shift, whatever AWS shows', () => {
  const shift = (traffic: Traffic, percent: number, scale: number) =>
    decisionOf(() => decideShift(traffic, [], { greenPercent: percent, greenScalePercent: scale }));

  it('writes only the approved share, and never to a side that cannot serve it', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const weights = weightsWritten(shift(traffic, percent, scale));
        if (!weights) return;
        expect(weights).toEqual(weightsForGreen(percent));
        if (weights.blue > 0) expect(traffic.blue.healthy).toBeGreaterThan(0);
        if (percent > greenPercentOf(traffic.weights))
          expect(traffic.green.healthy).toBeGreaterThanOrEqual(targetsNeeded(traffic.service.desiredCount, percent));
      }),
    );
  });

  it('never moves anything unless blue is stable and the rule is blue and green alone', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const decision = shift(traffic, percent, scale);
        if (traffic.stable !== 'Blue' || foreignGroups(traffic.rule, groups).length > 0)
          expect(decision).toBeInstanceOf(OperatorError);
      }),
    );
  });

  it('raises nothing while the stack is busy or a stray task set serves', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const raises =
          percent > greenPercentOf(traffic.weights) && !sameSplit(traffic.weights, weightsForGreen(percent));
        const unfit = stackCondition(traffic.stackStatus).kind !== 'settled' || traffic.service.taskSets.length > 2;
        if (raises && unfit) expect(shift(traffic, percent, scale)).toBeInstanceOf(OperatorError);
      }),
    );
  });

  it('is done only with the approved split in force and enough of green for it', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const decision = shift(traffic, percent, scale);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        expect(sameSplit(traffic.weights, weightsForGreen(percent))).toBe(true);
        expect(traffic.green.healthy).toBeGreaterThanOrEqual(targetsNeeded(traffic.service.desiredCount, percent));
      }),
    );
  });

  it.each([0.1, 2.9, 5.7, 33.3, 57.3, 99.9])('checks green again when a share of %d is in force already', (percent) => {
    const traffic = sampleTraffic({ weights: weightsForGreen(percent), greenHealthy: 0 });
    expect(shift(traffic, percent, 100)).toMatchObject({ code: 'not-enough-healthy' });
  });

  it('shrinks green only when no weight needs it any more', () => {
    fc.assert(
      fc.property(anyTraffic, anyPercent, anyScale, (traffic, percent, scale) => {
        const decision = shift(traffic, percent, scale);
        if (decision instanceof OperatorError || decision.kind !== 'change') return;
        if (decision.change.kind === 'scale-task-set' && decision.change.percent < traffic.green.taskSet.scalePercent)
          expect(greenPercentOf(traffic.weights)).toBeLessThanOrEqual(percent + 0.001);
      }),
    );
  });
});

describe('a promotion, whatever AWS shows', () => {
  const promotion = (traffic: Traffic) => decisionOf(() => decidePromotion(traffic, [], [], 100));

  it('moves all traffic to a green that can serve it, and tags only afterwards', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = promotion(traffic);
        const weights = weightsWritten(decision);
        if (weights) {
          expect(weights).toEqual({ blue: 0, green: 100 });
          expect(traffic.green.healthy).toBeGreaterThanOrEqual(traffic.service.desiredCount);
          expect(traffic.stable).toBe('Blue');
        }
        if (tagWritten(decision)) {
          expect(tagWritten(decision)).toBe('Green');
          expect(servesOnly(traffic.weights, 'Green')).toBe(true);
        }
      }),
    );
  });

  it('is done only when green has everything and the tag says so', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = promotion(traffic);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        expect(traffic.stable).toBe('Green');
        expect(servesOnly(traffic.weights, 'Green')).toBe(true);
      }),
    );
  });
});

describe('a preparation, whatever AWS shows', () => {
  const preparation = (traffic: Traffic) =>
    decisionOf(() =>
      decidePreparation(
        {
          kind: 'ready',
          stack,
          traffic,
          stoppedBlue: [],
          testRules: [],
          ...(traffic.stable === 'Green' &&
            traffic.blue.taskSet.taskDefinition !== traffic.green.taskSet.taskDefinition && {
              repinned: { name: 'canary', templateBody: '{}', parameters: {}, capabilities: [] },
            }),
        },
        run,
        { stackName: 'canary', takeOver: false, dryRun: false },
      ),
    );

  it('sends traffic only to a blue that runs the stable version and can serve all of it', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = preparation(traffic);
        const weights = weightsWritten(decision);
        if (!weights && !tagWritten(decision)) return;
        const stable = traffic.stable === 'Green' ? traffic.green : traffic.blue;
        expect(traffic.stable).toBeDefined();
        expect(traffic.blue.taskSet.taskDefinition).toBe(stable.taskSet.taskDefinition);
        expect(traffic.blue.healthy).toBeGreaterThanOrEqual(traffic.service.desiredCount);
        if (weights) expect(weights).toEqual({ blue: 100, green: 0 });
        else expect(servesOnly(traffic.weights, 'Blue')).toBe(true);
      }),
    );
  });

  it('updates the stack only while the promoted green has all of the traffic', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = preparation(traffic);
        if (decision instanceof OperatorError || decision.kind !== 'change') return;
        if (decision.change.kind !== 'update-stack') return;
        expect(traffic.stable).toBe('Green');
        expect(servesOnly(traffic.weights, 'Green')).toBe(true);
      }),
    );
  });

  it('is done only with 100 % on a healthy blue and the tag Blue', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = preparation(traffic);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        expect(traffic.stable).toBe('Blue');
        expect(servesOnly(traffic.weights, 'Blue')).toBe(true);
        expect(traffic.blue.healthy).toBeGreaterThanOrEqual(traffic.service.desiredCount);
      }),
    );
  });
});

describe('a rollback, whatever AWS shows', () => {
  const rollback = (traffic: Traffic, deploymentFailed: boolean) =>
    decisionOf(() => {
      const { rule, service, weights } = traffic;
      if (servesOnly(weights, 'Blue'))
        return decideRollback({ kind: 'safe', stack, service, testRules: [], traffic }, 100, deploymentFailed);
      return decideRollback(
        { kind: 'exposed', rule, groups, ...(weights.blue === 0 && { traffic }) },
        100,
        deploymentFailed,
      );
    });

  it('writes nothing but 100 % blue, and tags only once that is in force', () => {
    fc.assert(
      fc.property(anyTraffic, fc.boolean(), (traffic, failed) => {
        const decision = rollback(traffic, failed);
        const weights = weightsWritten(decision);
        if (weights) expect(weights).toEqual({ blue: 100, green: 0 });
        if (tagWritten(decision)) {
          expect(tagWritten(decision)).toBe('Blue');
          expect(servesOnly(traffic.weights, 'Blue')).toBe(true);
        }
      }),
    );
  });

  it('moves traffic away at once while blue has any share, whatever else is wrong', () => {
    fc.assert(
      fc.property(anyTraffic, fc.boolean(), (traffic, failed) => {
        if (traffic.weights.blue === 0 || traffic.weights.green === 0) return;
        expect(weightsWritten(rollback(traffic, failed))).toEqual({ blue: 100, green: 0 });
      }),
    );
  });

  it('is done only with 100 % blue and the tag Blue, or before a failed deployment touched a promoted green', () => {
    fc.assert(
      fc.property(anyTraffic, fc.boolean(), (traffic, failed) => {
        const decision = rollback(traffic, failed);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        const kept = failed && traffic.stable === 'Green' && traffic.weights.blue === 0;
        if (!kept) {
          expect(traffic.stable).toBe('Blue');
          expect(servesOnly(traffic.weights, 'Blue')).toBe(true);
        }
      }),
    );
  });

  it('keeps a serving green when ECS and the load balancer both say that blue serves nothing', () => {
    const { taskSets } = sampleTraffic().service;
    const traffic = sampleTraffic({ weights: { blue: 0, green: 100 }, blueHealthy: 0 });
    const restless = { ...traffic, blue: { ...traffic.blue, taskSet: { ...taskSets[0], steady: false } } } as Traffic;
    expect(rollback(restless, false)).toMatchObject({ code: 'blue-unhealthy' });
  });

  it('lets no failed deployment call an interrupted rollback done', () => {
    const traffic = sampleTraffic({ weights: { blue: 0, green: 0 }, tag: 'Green' });
    expect(weightsWritten(rollback(traffic, true))).toEqual({ blue: 100, green: 0 });
  });
});

function decisionOf(decide: () => Decision): Decision | OperatorError {
  try {
    return decide();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

function weightsWritten(decision: Decision | OperatorError): Weights | undefined {
  if (decision instanceof OperatorError || decision.kind !== 'change') return undefined;
  const { change } = decision;
  if (change.kind !== 'set-weights') return undefined;
  expect(change.weights.blue + change.weights.green).toBeGreaterThan(0);
  return change.weights;
}

function tagWritten(decision: Decision | OperatorError): string | undefined {
  if (decision instanceof OperatorError || decision.kind !== 'change') return undefined;
  return decision.change.kind === 'tag-stable' ? decision.change.colour : undefined;
}
