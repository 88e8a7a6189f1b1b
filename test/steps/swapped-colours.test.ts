import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { wrapAws, writesOf } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type StepRun } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  for (const version of ['1', '2']) {
    expect((await world.run(deployStack, world.builtIn(version))).error).toBeUndefined();
    expect((await world.run(prepareBlue)).error).toBeUndefined();
  }
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

type Hints = Readonly<Record<string, string>>;

const hints = (...lines: readonly string[]): Hints => ({ 'EcsCanary.Parts': lines.join('\n') });
const swappedGroups = hints('BlueTargetGroup=GreenTargetGroup', 'GreenTargetGroup=BlueTargetGroup');
const swappedTaskSets = hints('BlueTaskSet=GreenTaskSet', 'GreenTaskSet=BlueTaskSet');

const confused: readonly (readonly [what: string, hints: Hints, says: string])[] = [
  ['target groups are swapped', swappedGroups, 'the line BlueTargetGroup=GreenTargetGroup of EcsCanary.Parts'],
  ['task sets are swapped', swappedTaskSets, 'the line BlueTaskSet=GreenTaskSet of EcsCanary.Parts'],
  [
    'target groups are both green',
    hints('BlueTargetGroup=GreenTargetGroup'),
    'the line BlueTargetGroup=GreenTargetGroup of EcsCanary.Parts',
  ],
  [
    'target groups are both blue',
    hints('GreenTargetGroup=BlueTargetGroup'),
    'the line GreenTargetGroup=BlueTargetGroup of EcsCanary.Parts',
  ],
  [
    'task sets are both green',
    hints('BlueTaskSet=GreenTaskSet'),
    'the line BlueTaskSet=GreenTaskSet of EcsCanary.Parts',
  ],
  [
    'task sets are both blue',
    hints('GreenTaskSet=BlueTaskSet'),
    'the line GreenTaskSet=BlueTaskSet of EcsCanary.Parts',
  ],
];

describe('parameters that confuse the colours move nobody and change nothing', () => {
  describe.each([
    [100, 0, 'Blue'],
    [90, 10, 'Blue'],
    [0, 100, 'Green'],
  ])('at %i/%i with the tag %s', (blue, green, tag) => {
    beforeEach(async () => {
      await awsConsole.setWeights(blue, green);
      await awsConsole.tag(tag);
    });

    it.each(confused)('where the %s', async (_what, given, says) => {
      for (const run of await everyStep(given)) {
        expect(run.error?.message).toContain(says);
        expect(run.error).toMatchObject({ code: 'canary-not-found' });
        expect(writesOf(run)).toEqual([]);
      }
      expect(await awsConsole.weights()).toEqual({ blue, green });
      expect(await awsConsole.readTag()).toBe(tag);
    });
  });

  it('even where an own template has swapped target group outputs', async () => {
    await awsConsole.setWeights(90, 10);
    const between = (aws: Aws): Aws => ({
      ...aws,
      cloudFormation: {
        ...aws.cloudFormation,
        listResources: async (name) =>
          (await aws.cloudFormation.listResources(name))?.map((each) => ({
            ...each,
            logicalId: `My${each.logicalId}`,
          })),
        describeStack: async (name) => {
          const stack = await aws.cloudFormation.describeStack(name);
          const { BlueTargetGroup = '', GreenTargetGroup = '' } = stack?.outputs ?? {};
          const swapped = { BlueTargetGroup: GreenTargetGroup, GreenTargetGroup: BlueTargetGroup };
          return stack && { ...stack, outputs: { ...stack.outputs, ...swapped } };
        },
      },
    });
    for (const run of await everyStep({}, between)) {
      expect(run.error?.message).toContain('blue target group MyGreenTargetGroup (by the output BlueTargetGroup)');
      expect(run.error).toMatchObject({ code: 'canary-not-found' });
      expect(writesOf(run)).toEqual([]);
    }
  });

  it('even where Rollback cannot read ECS and both colours are one target group', async () => {
    await awsConsole.setWeights(50, 50);
    const denied = new OperatorError('aws-access-denied', 'denied', 'ask');
    const run = await world.run(rollback, hints('BlueTargetGroup=GreenTargetGroup'), {
      between: (aws) => wrapAws(aws, (call, go) => (call.startsWith('ecs.') ? Promise.reject(denied) : go())),
    });
    expect(run.error).toMatchObject({ code: 'canary-not-found' });
    expect(writesOf(run)).toEqual([]);
  });

  it('even where Rollback finds only one of the task sets', async () => {
    await awsConsole.setWeights(50, 50);
    for (const gone of ['Blue', 'Green']) {
      const id = (await awsConsole.outputs())[`${gone}TaskSet`];
      const run = await world.run(rollback, swappedGroups, {
        between: (aws) => ({
          ...aws,
          ecs: {
            ...aws.ecs,
            describeService: async (...where) => {
              const service = await aws.ecs.describeService(...where);
              return service && { ...service, taskSets: service.taskSets.filter((taskSet) => taskSet.id !== id) };
            },
          },
        }),
      });
      expect(run.error).toMatchObject({ code: 'canary-not-found' });
      expect(writesOf(run)).toEqual([]);
    }
  });
});

async function everyStep(given: Hints, between = (aws: Aws) => aws): Promise<readonly StepRun[]> {
  return [
    await world.run(prepareBlue, given, { between }),
    await world.run(deployStack, world.builtIn('3', given), { between }),
    await world.run(addTestRule, given, { between }),
    await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10', ...given }, { between }),
    await world.run(promote, given, { between }),
    await world.run(rollback, given, { between, deployment: 'RunbookRuns-1' }),
    await world.run(rollback, given, { between, deploymentFailed: true }),
  ];
}
