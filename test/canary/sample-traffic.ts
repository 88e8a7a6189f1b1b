import fc from 'fast-check';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import type { TaskSet } from '../../src/canary/service.ts';
import { assembleTraffic, type Traffic } from '../../src/canary/traffic.ts';
import { allBlue, type Weights } from '../../src/canary/weights.ts';

export const groups = { blue: 'arn:group/blue', green: 'arn:group/green' };

/** How a sample differs from a canary at rest. */
export interface Sample {
  readonly weights?: Weights;
  /** Weights of further production rules; none by default. */
  readonly others?: readonly Weights[];
  readonly tag?: string | undefined;
  readonly desired?: number;
  readonly blueHealthy?: number;
  readonly greenHealthy?: number;
  readonly blueScale?: number;
  readonly greenScale?: number;
  readonly greenRunning?: number;
  readonly sameVersion?: boolean;
  readonly stray?: boolean;
  readonly foreignWeight?: number;
  readonly stackStatus?: string;
}

export function sampleRule(weights: Weights = allBlue, foreignWeight?: number): ListenerRule {
  return {
    arn: 'arn:aws:elasticloadbalancing:us-east-1:1:listener-rule/app/lb/1/2/3',
    priority: '10',
    conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
    actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: groups.blue, Weight: weights.blue },
            { TargetGroupArn: groups.green, Weight: weights.green },
            ...(foreignWeight === undefined ? [] : [{ TargetGroupArn: 'arn:group/foreign', Weight: foreignWeight }]),
          ],
        },
      },
    ],
  };
}

export function sampleTraffic(sample: Sample = {}): Traffic {
  const { desired = 4, tag = 'Blue' } = sample;
  const target = (port: number, healthy: number) =>
    Array.from({ length: healthy }, (_, index) => ({ id: `10.0.0.${index}`, port, state: 'healthy' }));
  const { blueHealthy = desired, greenHealthy = desired } = sample;
  const production = [
    sampleRule(sample.weights, sample.foreignWeight),
    ...(sample.others ?? []).map((weights, index) => ({
      ...sampleRule(weights),
      arn: `arn:aws:elasticloadbalancing:us-east-1:1:listener-rule/app/lb/1/2/other-${index}`,
      priority: String(20 + index),
    })),
  ];
  return assembleTraffic({
    stackName: 'canary',
    stackStatus: sample.stackStatus ?? 'UPDATE_COMPLETE',
    address: { cluster: 'c', groups, blueTaskSet: 'blue', greenTaskSet: 'green', testListeners: [], names: {} },
    production,
    rules: production,
    service: {
      arn: 'arn:service',
      name: 'service',
      status: 'ACTIVE',
      deploymentController: 'EXTERNAL',
      desiredCount: desired,
      tags: 'tag' in sample && sample.tag === undefined ? {} : { StableStack: tag },
      taskSets: [
        taskSet('blue', groups.blue, 'app:1', desired, sample.blueScale ?? 100),
        {
          ...taskSet('green', groups.green, sample.sameVersion ? 'app:1' : 'app:2', desired, sample.greenScale ?? 100),
          ...(sample.greenRunning !== undefined && { running: sample.greenRunning }),
        },
        ...(sample.stray ? [taskSet('stray', groups.green, 'app:0', desired, 100)] : []),
      ],
      failedChecks: [],
    },
    blueTargets: target(1, blueHealthy),
    greenTargets: target(2, greenHealthy),
  });
}

/** The same traffic, where the record names this share of green. */
export function withRecordedShare(traffic: Traffic, percent: number): Traffic {
  const tags = { ...traffic.service.tags, EcsCanaryShares: `1796000000=${percent}` };
  return { ...traffic, service: { ...traffic.service, tags } };
}

const anyWeights: fc.Arbitrary<Weights> = fc
  .record({ blue: fc.nat(999), green: fc.nat(999) })
  .chain((any) => fc.constantFrom(any, any, { blue: 100, green: 0 }, { blue: 0, green: 100 }, { blue: 0, green: 0 }));

/** Any traffic that AWS may show: unusual tags, weights on any scale, missing health, stray task sets, any stack status. */
export const anyTraffic: fc.Arbitrary<Traffic> = fc
  .record({
    weights: anyWeights,
    others: fc.oneof(fc.constant([]), fc.array(anyWeights, { maxLength: 2 })),
    tag: fc.constantFrom('Blue', 'Blue', 'Green', 'blue', undefined),
    desired: fc.integer({ min: 1, max: 20 }),
    blueHealthy: fc.nat(20),
    greenHealthy: fc.nat(20),
    blueScale: fc.constantFrom(0, 50, 100),
    greenScale: fc.constantFrom(0, 10, 50, 100),
    greenRunning: fc.nat(20),
    sameVersion: fc.boolean(),
    stray: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    foreignWeight: fc.constantFrom(undefined, undefined, undefined, 0, 0, 10),
    stackStatus: fc.constantFrom(
      'CREATE_COMPLETE',
      'UPDATE_COMPLETE',
      'UPDATE_ROLLBACK_COMPLETE',
      'UPDATE_IN_PROGRESS',
    ),
  })
  .map(({ foreignWeight, ...rest }) =>
    sampleTraffic({ ...rest, ...(foreignWeight !== undefined && { foreignWeight }) }),
  );

function taskSet(id: string, group: string, definition: string, desired: number, scalePercent: number): TaskSet {
  const computedDesired = Math.ceil((desired * scalePercent) / 100);
  return {
    id,
    arn: `arn:task-set/${id}`,
    status: 'ACTIVE',
    steady: true,
    taskDefinition: `arn:aws:ecs:us-east-1:1:task-definition/${definition}`,
    computedDesired,
    running: computedDesired,
    pending: 0,
    scalePercent,
    targetGroupArns: [group],
    container: 'web',
    createdAt: new Date(0),
  };
}
