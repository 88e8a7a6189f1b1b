import { expect } from 'vitest';
import { OperatorError } from '../../../src/canary/operator-error.ts';
import { addTestRule } from '../../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { watch } from '../../../src/steps/watch/watch.ts';
import { eventually } from '../../support/canary-console.ts';
import type { CanaryWorld, StepRun } from '../../support/canary-world.ts';
import {
  addStray,
  approved,
  deployAgain,
  deregister,
  register,
  scaleBlue,
  setDesiredCount,
  splitAfterPromotion,
  ten,
  writeLock,
} from './actions.ts';
import { readHint, type Values } from './hint.ts';
import type { HintCase, HintScene } from './hint-case.ts';
import { runbook } from './hint-scene.ts';

type RunStep = (world: CanaryWorld, values: Values) => Promise<StepRun>;

const splitReaders: readonly (readonly [string, RunStep])[] = [
  ['Prepare Blue', (world, values) => world.run(prepareBlue, values)],
  ['Promote', (world, values) => world.run(promote, values)],
];

/** Refusals about weights, tags, locks and tasks. */
export const trafficCases: readonly HintCase[] = [
  {
    code: 'not-prepared',
    when: 'the last canary was promoted',
    arrange: async ({ awsConsole }) => {
      await awsConsole.setWeights(0, 100);
      await awsConsole.tag('Green');
    },
    run: ({ world }, values) => world.run(addTestRule, values),
    follow: async (hint) => void (await hint.runsStep(prepareBlue)),
  },
  {
    code: 'not-prepared',
    when: 'both weights are 0',
    arrange: ({ awsConsole }) => awsConsole.setWeights(0, 0),
    run: ({ world }, values) => world.run(deployStack, { ...world.builtIn('2'), ...values }),
    follow: async (hint) => void (await hint.runsStep(prepareBlue)),
  },
  {
    code: 'tag-unclear',
    when: 'the tag was removed',
    arrange: ({ awsConsole }) => awsConsole.tag(undefined),
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: async (hint) => void (await hint.runsCommands()),
  },
  ...splitReaders.map(
    ([name, step]): HintCase => ({
      code: 'tag-disagrees',
      when: `the traffic is split after a promotion, and green is stable (${name})`,
      arrange: splitAfterPromotion,
      run: ({ world }, values) => step(world, values),
      follow: async (hint) => void (await hint.runsCommands()),
    }),
  ),
  {
    code: 'tag-disagrees',
    when: 'the traffic is split after a promotion, and blue is stable',
    arrange: splitAfterPromotion,
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: async (hint) => {
      hint.says('in a runbook');
      await hint.runsStep(rollback, {}, runbook);
    },
  },
  {
    code: 'tag-disagrees',
    when: 'a failed deployment rolls back while the traffic is split after a promotion',
    arrange: splitAfterPromotion,
    run: ({ world }, values) => world.run(rollback, values, { deploymentFailed: true }),
    follow: async (hint) => void (await hint.runsCommands()),
  },
  {
    code: 'green-has-traffic',
    when: 'green serves a part',
    arrange: ({ awsConsole }) => awsConsole.setWeights(90, 10),
    run: ({ world }, values) => world.run(deployStack, { ...world.builtIn('2'), ...values }),
    follow: async (hint) => void (await hint.runsStep(prepareBlue)),
  },
  {
    code: 'stray-task-set',
    when: 'a task set outside the stack serves',
    arrange: addStray,
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, { awsConsole }) => {
      await hint.runsCommands();
      await eventually('the stray is gone', async () => (await awsConsole.service()).taskSets?.length === 2);
      return undefined;
    },
  },
  {
    code: 'not-enough-healthy',
    when: "green's targets were deregistered",
    arrange: (scene) => deregister(scene, 'Green'),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, scene) => {
      hint.says('Check the tasks of task set');
      await register(scene, 'Green');
      return undefined;
    },
  },
  {
    code: 'not-enough-healthy',
    when: 'somebody set the desired count to 0',
    arrange: (scene) => setDesiredCount(scene, 0),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, { world }) => {
      hint.says('replace COUNT with the number of tasks and run');
      const typed = hint.error.hint.replaceAll('desired-count COUNT', 'desired-count 2');
      await readHint(new OperatorError(hint.error.code, '', typed), world).runsCommands();
      return undefined;
    },
  },
  {
    code: 'not-enough-healthy',
    when: 'somebody scaled blue to 0',
    arrange: async (scene) => {
      await scene.awsConsole.setWeights(0, 100);
      await scaleBlue(scene, 0);
    },
    run: ({ world }, values) => world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50', ...values }),
    follow: async (hint, { awsConsole }) => {
      await hint.runsCommands();
      await eventually(
        'blue is steady',
        async () => (await awsConsole.taskSet('Blue')).stabilityStatus === 'STEADY_STATE',
      );
      return undefined;
    },
  },
  {
    code: 'no-way-back',
    when: "blue's targets were deregistered",
    arrange: (scene) => deregister(scene, 'Blue'),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, scene) => {
      hint.says("Get blue's tasks running again", 'then run the step again');
      await register(scene, 'Blue');
      return undefined;
    },
  },
  {
    code: 'no-way-back',
    when: 'somebody scaled blue to 0',
    arrange: (scene) => scaleBlue(scene, 0),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, { awsConsole }) => {
      await hint.runsCommands();
      await eventually(
        'blue is steady',
        async () => (await awsConsole.taskSet('Blue')).stabilityStatus === 'STEADY_STATE',
      );
      return undefined;
    },
  },
  {
    code: 'blue-unhealthy',
    when: 'blue lost its targets while green serves',
    arrange: async (scene) => {
      await scene.awsConsole.setWeights(0, 100);
      await deregister(scene, 'Blue');
    },
    run: ({ world }, values) => world.run(rollback, values, runbook),
    follow: async (hint, scene) => {
      hint.says("Get blue's tasks running again", 'then run Rollback again');
      await register(scene, 'Blue');
      return undefined;
    },
  },
  {
    code: 'change-not-in-force',
    when: 'something else undoes what the step writes',
    run: ({ world }, values, options) => world.run(shiftTraffic, { ...ten, ...values }, options),
    first: {
      between: (aws) => ({ ...aws, loadBalancing: { ...aws.loadBalancing, modifyActions: async () => {} } }),
    },
    follow: (hint) => void hint.says('Something else is probably changing the same resource', 'CloudTrail'),
  },
  {
    code: 'canary-taken',
    when: 'another deployment holds the lock, and is over',
    arrange: ({ world }) => world.run(prepareBlue, {}, { deployment: 'Deployments-9' }),
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: (hint) => {
      hint.says('on Prepare Blue for one deployment');
      return hint.sets('EcsCanary.TakeOver');
    },
  },
  {
    code: 'canary-taken',
    when: 'another deployment holds the lock, and a runbook releases it',
    arrange: ({ world }) => world.run(prepareBlue, {}, { deployment: 'Deployments-9' }),
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: async (hint) => {
      hint.says('run the Rollback runbook, which releases the lock');
      await hint.runsStep(rollback, {}, runbook);
      return undefined;
    },
  },
  {
    code: 'canary-lost',
    when: 'the canary was rolled back while people decided',
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...approved, ...values }),
    follow: async (hint, scene) => {
      hint.says('Deploy the release again');
      await deployAgain(hint, scene);
      return undefined;
    },
  },
  {
    code: 'green-changed',
    when: 'somebody replaced green while people decided',
    arrange: (scene) => writeLock(scene, 'Deployments-1 since 2026-03-01T03:04:05Z green ecs-svc/1'),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, scene) => {
      hint.says('Roll back, then deploy the release again');
      expect((await scene.world.run(rollback, {}, { deploymentFailed: true })).error).toBeUndefined();
      await deployAgain(hint, scene);
      return undefined;
    },
  },
  {
    code: 'green-worse',
    when: 'an alarm fired after green got traffic',
    arrange: ringAlarm,
    run: watchForAlarm,
    follow: async (hint) => {
      const rolledBack = await hint.runsStep(rollback, {}, { deploymentFailed: true });
      expect(rolledBack.outputs['GreenPercent']).toBe('0');
      return { 'EcsCanary.Alarms': '' };
    },
  },
  {
    code: 'green-worse',
    when: 'an approver is to decide instead',
    arrange: ringAlarm,
    run: watchForAlarm,
    follow: (hint) => hint.sets('EcsCanary.WhenWorse'),
  },
];

async function ringAlarm({ world }: HintScene): Promise<void> {
  expect((await world.run(shiftTraffic, ten)).error).toBeUndefined();
  const { invoke } = world.emulator.world;
  await invoke('cloudwatch', 'PutMetricAlarm', { AlarmName: 'p99', MetricName: 'Latency' });
  // It may still be in ALARM from the case before.
  for (const StateValue of ['OK', 'ALARM'])
    await invoke('cloudwatch', 'SetAlarmState', { AlarmName: 'p99', StateValue, StateReason: 'a test' });
}

function watchForAlarm({ world }: HintScene, values: Values): Promise<StepRun> {
  const wanted = { 'EcsCanary.WatchMinutes': '0', 'EcsCanary.Alarms': 'p99', 'EcsCanary.WhenWorse': 'Fail' };
  return world.run(watch, { ...wanted, ...values });
}
