import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { mostGreen, serveOnly } from '../../src/canary/production-rules.ts';
import type { Run } from '../../src/canary/run.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { decidePreparation } from '../../src/steps/prepare-blue/decision.ts';
import { decideRollback } from '../../src/steps/rollback/decision.ts';
import { decisionOf, tagWritten, weightsWritten } from './judged-decision.ts';
import { anyTraffic, groups, sampleTraffic } from './sample-traffic.ts';

const run: Run = {
  region: 'us-east-1',
  token: 'ecs-canary-1',
  deploymentFailed: false,
  lockOwner: { id: '', isDeployment: false, release: '', environment: '', project: '' },
  startedAt: new Date(0),
  now: 0,
  awsNow: 0,
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

describe('a preparation, for any traffic', () => {
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
        { stackName: 'canary', takeOver: false, dryRun: false, rulesOnBlue: 'Refuse' },
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
        else expect(serveOnly(traffic.productionRules, 'Blue')).toBe(true);
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
        expect(serveOnly(traffic.productionRules, 'Green')).toBe(true);
      }),
    );
  });

  it('is done only with 100 % on blue and the tag Blue, and warns where blue is not healthy', () => {
    fc.assert(
      fc.property(anyTraffic, (traffic) => {
        const decision = preparation(traffic);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        expect(traffic.stable).toBe('Blue');
        expect(serveOnly(traffic.productionRules, 'Blue')).toBe(true);
        const healthy = traffic.blue.healthy >= traffic.blue.taskSet.computedDesired;
        expect(decision.warnings?.length).toBe(healthy ? 0 : 1);
      }),
    );
  });
});

describe('a rollback, for any traffic', () => {
  const settling = { quietSeconds: 0, settleSeconds: 0, patienceSeconds: 0 };
  const safe = { kind: 'safe', stack, groups, testRules: [], bypassRules: [], names: {} } as const;
  const tidying = { idleScalePercent: 100, settling };
  const rollback = (traffic: Traffic, deploymentFailed: boolean) =>
    decisionOf(() => {
      const { productionRules, service } = traffic;
      const of = { deploymentFailed, startedAt: new Date(0) };
      if (serveOnly(productionRules, 'Blue'))
        return decideRollback(
          { ...safe, service, productionRules, blueHealthy: traffic.blue.healthy, traffic },
          tidying,
          of,
        );
      return decideRollback(
        { kind: 'exposed', productionRules, groups, ...(!blueServes(traffic) && { traffic }) },
        tidying,
        of,
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
          expect(serveOnly(traffic.productionRules, 'Blue')).toBe(true);
        }
      }),
    );
  });

  it('moves traffic away at once while blue has any share, whatever else is wrong', () => {
    fc.assert(
      fc.property(anyTraffic, fc.boolean(), (traffic, failed) => {
        if (!blueServes(traffic) || mostGreen(traffic.productionRules) === 0) return;
        expect(weightsWritten(rollback(traffic, failed))).toEqual({ blue: 100, green: 0 });
      }),
    );
  });

  it('is done only with 100 % blue and the tag Blue, or before a failed deployment touched a promoted green', () => {
    fc.assert(
      fc.property(anyTraffic, fc.boolean(), (traffic, failed) => {
        const decision = rollback(traffic, failed);
        if (decision instanceof OperatorError || decision.kind !== 'done') return;
        const kept = failed && traffic.stable === 'Green' && !blueServes(traffic);
        if (!kept) {
          expect(traffic.stable).toBe('Blue');
          expect(serveOnly(traffic.productionRules, 'Blue')).toBe(true);
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

  it('does not let a failed deployment report an interrupted rollback as done', () => {
    const traffic = sampleTraffic({ weights: { blue: 0, green: 0 }, tag: 'Green' });
    expect(weightsWritten(rollback(traffic, true))).toEqual({ blue: 100, green: 0 });
  });
});

function blueServes({ productionRules }: Traffic): boolean {
  return productionRules.some(({ weights }) => weights.blue > 0);
}
