import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { nameCase, parseCase } from '../../../src/reliability/cases/case.ts';
import { type Bench, openBench } from '../../../src/reliability/running/bench.ts';
import { runMatrix } from '../../../src/reliability/running/matrix.ts';

const lanes = 3;
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(lanes);
});
afterAll(() => bench.close());

/** Runs a case by its name. @returns what was violated in it */
async function violationsOf(name: string, mutation?: (aws: Aws) => Aws): Promise<readonly string[]> {
  const testCase = parseCase(name);
  if (!testCase) throw new Error(`${name} is no case`);
  return (await bench.run(testCase, undefined, mutation)).violations;
}

describe('the fault matrix', () => {
  it('holds in a sample of its cases', async () => {
    const told: string[] = [];
    const { results, rehearsals } = await runMatrix(
      { rehearse: bench.rehearse, run: (testCase, expected) => bench.run(testCase, expected) },
      {
        seed: 11,
        sample: 8,
        isWanted: ({ stepUse, state }) => state === 'tenth' && /^(shift-traffic|promote|rollback)$/.test(stepUse),
      },
      lanes,
      (_done, _of, { testCase, violations }) =>
        told.push(...violations.map((each) => `${nameCase(testCase)}: ${each}`)),
    );
    expect(rehearsals.map(({ expectation }) => expectation.outcome)).toEqual(['done', 'done', 'done']);
    expect(results).toHaveLength(8);
    expect(told).toEqual([]);
  });

  it.each([
    'promote from tenth: reset-after ModifyRule #1, then retry',
    'promote from shifted: kill-after TagResource #1, then rollback',
    'deploy-stack from deployed: kill-after UpdateStack #1, then retry',
    'deploy-stack from tenth: stale-read DescribeRules #1, then retry',
    'rollback-after-failure from tenth: stale-read DescribeRules #1, then retry',
    'prepare-blue from stable-green: kill-before ModifyRule #1, then rollback',
    'prepare-blue from stable-blue: two-deployments seed 3, then retry',
    'add-test-rule from deployed: hang-after CreateRule #1, then retry',
    'shift-traffic from busy: unavailable DescribeServices #1 x7, then retry',
    'watch-once from lagging: kill-before DescribeAlarms #1, then retry',
    'watch-minute from recorded: partial-data GetMetricData #1 x7, then retry',
    'watch-fail from bad-green: access-denied GetMetricData #1 x7, then retry',
    'guard from bad-green: kill-after ModifyRule #1, then retry',
    'guard from bad-green: access-denied TagResource #1 x7, then retry',
    'guard from bad-green: same-twice seed 11, then retry',
    'guard from recorded: stale-read DescribeRules #1, then retry',
  ])('holds in %s', async (name) => {
    expect(await violationsOf(name)).toEqual([]);
  });

  it('names its cases so that they can be run alone', () => {
    for (const name of [
      'promote from tenth: throttle ModifyRule #1 x7, then retry',
      'rollback from stable-green: kill-before DescribeRules #2, then rollback',
      'prepare-blue from busy: same-twice seed 4, then retry',
    ]) {
      const testCase = parseCase(name);
      expect(testCase && nameCase(testCase)).toBe(name);
    }
    expect(parseCase('promote from tenth')).toBeUndefined();
  });
});

/** A faulty step: an argument of one call is changed before it is sent. */
const wrong =
  <S extends 'ecs' | 'loadBalancing' | 'cloudFormation'>(
    service: S,
    calls: (real: Aws[S], aws: Aws) => Partial<Aws[S]>,
  ) =>
  (aws: Aws): Aws => ({ ...aws, [service]: { ...aws[service], ...calls(aws[service], aws) } });

describe('a faulty step is found', () => {
  it.each<[string, RegExp, string, (aws: Aws) => Aws]>([
    [
      'that gives green more than was approved',
      /^I1: v\d+ has 60\.0 %, but 50 % is approved/,
      'shift-traffic',
      wrong('loadBalancing', (real) => ({
        modifyActions: (arn, actions) =>
          real.modifyActions(arn, JSON.parse(JSON.stringify(actions).replaceAll(':50', ':60').replace(':60', ':40'))),
      })),
    ],
    [
      'that sends traffic to a group without targets',
      /^I2: arn:.* has traffic but no healthy target/,
      'shift-traffic',
      wrong('loadBalancing', (real, aws) => ({
        modifyActions: async (arn, actions) => {
          await emptyGreen(aws);
          await real.modifyActions(arn, actions);
        },
      })),
    ],
    [
      'that writes each time',
      /^I3: the step was done, but running it again wrote TagResource/,
      'prepare-blue',
      wrong('ecs', (real) => ({
        describeService: async (cluster, arn) => {
          await real.tagStable(arn, 'Blue');
          return real.describeService(cluster, arn);
        },
      })),
    ],
    [
      'that rolls back with the tag first',
      /^I4: Rollback wrote TagResource while green had traffic at the rule 10/,
      'add-test-rule',
      wrong('loadBalancing', (real, aws) => ({
        modifyActions: async (arn, actions) => {
          await tagEveryService(aws);
          await real.modifyActions(arn, actions);
        },
      })),
    ],
    [
      'that drops stickiness',
      /^I5: the rule 10 at port 80 was/,
      'shift-traffic',
      wrong('loadBalancing', (real) => ({
        modifyActions: (arn, actions) =>
          real.modifyActions(
            arn,
            actions.map(({ ForwardConfig, ...rest }) => ({
              ...rest,
              ForwardConfig: { TargetGroups: ForwardConfig?.TargetGroups },
            })),
          ),
      })),
    ],
    [
      'that breaks',
      /^I6: the faulted run ended with a defect: TypeError: bug/,
      'promote',
      wrong('ecs', () => ({
        describeService: async () => {
          throw new TypeError('bug');
        },
      })),
    ],
  ])('%s', async (_which, violation, stepUse, mutation) => {
    const violations = await violationsOf(`${stepUse} from tenth: none, then retry`, mutation);
    expect(violations).toContainEqual(expect.stringMatching(violation));
  });
});

async function addressOf(aws: Aws) {
  const resources = (await aws.cloudFormation.listResources('canary')) ?? [];
  const find = (logicalId: string): string => resources.find((each) => each.logicalId === logicalId)?.physicalId ?? '';
  return { service: find('Service'), greenTaskSet: find('GreenTaskSet').split('|').at(-1) ?? '' };
}

async function emptyGreen(aws: Aws): Promise<void> {
  const { service, greenTaskSet } = await addressOf(aws);
  await aws.ecs.scaleTaskSet('test', service, greenTaskSet, 0);
  await expect
    .poll(
      async () => (await aws.ecs.listTasks('test', service.split('/').at(-1) ?? '', greenTaskSet, 'RUNNING')).length,
    )
    .toBe(0);
}

async function tagEveryService(aws: Aws): Promise<void> {
  await aws.ecs.tagStable((await addressOf(aws)).service, 'Blue');
}
