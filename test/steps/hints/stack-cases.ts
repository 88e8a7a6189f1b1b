import { expect } from 'vitest';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { eventually } from '../../support/canary-console.ts';
import { ten } from './actions.ts';
import type { HintCase, HintScene } from './hint-case.ts';

const image = (version: string) => ({ 'EcsCanary.Image': `octopussamples/helloworldwithversion:${version}` });
/** A second stack, with a listener of its own. */
const second = { 'EcsCanary.StackName': 'second', 'EcsCanary.ListenerPort': '8080', 'EcsCanary.DesiredCount': '1' };

/** Refusals about the stack and its template. */
export const stackCases: readonly HintCase[] = [
  {
    code: 'stack-busy',
    when: 'somebody changes the stack',
    arrange: startSlowUpdate,
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, { world, awsConsole }) => {
      hint.says('Wait until the stack is complete again', 'Deploy Stack');
      await awsConsole.cloudFormation.cancelUpdateStack({ StackName: 'canary' });
      await awsConsole.settle();
      await hint.runsStep(prepareBlue);
      await hint.runsStep(deployStack, world.builtIn('2'));
      return undefined;
    },
  },
  {
    code: 'timed-out',
    when: "somebody's update takes longer than the time limit",
    arrange: startSlowUpdate,
    run: ({ world }, values) => world.run(prepareBlue, { 'EcsCanary.TimeoutMinutes': '1', ...values }),
    follow: async (hint, { awsConsole }) => {
      hint.says('Run the step again to continue waiting');
      await awsConsole.cloudFormation.cancelUpdateStack({ StackName: 'canary' });
      return hint.sets('EcsCanary.TimeoutMinutes', '45');
    },
  },
  {
    code: 'tasks-failing',
    when: 'the new version crashes',
    run: ({ world }, values) => world.run(deployStack, { ...world.builtIn('9'), ...image('9--crash-loop'), ...values }),
    follow: (hint) => {
      hint.says('run the deployment again');
      return image('9');
    },
  },
  {
    code: 'disruptive-update',
    when: 'the container gets another port',
    run: ({ world }, values) =>
      world.run(deployStack, { ...world.builtIn('2'), 'EcsCanary.ContainerPort': '8080', ...values }),
    follow: (hint) => {
      hint.says('Undo these changes and deploy again');
      return { 'EcsCanary.ContainerPort': hint.reads(/ContainerPort: (\d+) becomes 8080/) };
    },
  },
  {
    code: 'stack-failed',
    when: 'CloudFormation reports a cluster that does not exist at a first deployment',
    run: ({ world }, values) =>
      world.run(deployStack, { ...world.builtIn('1', second), 'EcsCanary.Cluster': 'absent', ...values }),
    follow: (hint, { world }) => {
      return { ...hint.sets('EcsCanary.Cluster', world.scene.cluster), ...hint.sets('EcsCanary.DeleteFailedStack') };
    },
  },
  {
    code: 'stack-failed',
    when: 'CloudFormation lacks a permission during an update',
    arrange: async ({ refusals }) => {
      const action = 'is not authorized to perform: ecs:CreateTaskSet on resource';
      refusals.set('CreateTaskSet', ['AccessDeniedException', `User: arn:aws:sts::1:assumed-role/cf/i ${action}: *`]);
    },
    run: ({ world }, values) => world.run(deployStack, { ...world.builtIn('10'), ...values }),
    follow: (hint, { refusals }) => {
      hint.says('policies/cloudformation-*.json', 'run the deployment again');
      return void refusals.clear();
    },
  },
  {
    code: 'stack-never-completed',
    when: 'the very first creation failed',
    arrange: failCreation,
    run: ({ world }, values) => world.run(deployStack, { ...world.builtIn('1', second), ...values }),
    follow: (hint) => hint.sets('EcsCanary.DeleteFailedStack'),
  },
  {
    code: 'aws-refused',
    when: 'a stack that never completed is protected from deletion',
    arrange: async (scene) => {
      await failCreation(scene);
      await scene.awsConsole.cloudFormation.updateTerminationProtection({
        StackName: 'second',
        EnableTerminationProtection: true,
      });
    },
    run: ({ world }, values) =>
      world.run(deployStack, { ...world.builtIn('1', second), 'EcsCanary.DeleteFailedStack': 'True', ...values }),
    follow: async (hint) => {
      hint.says('EcsCanary.DeleteFailedStack');
      return void (await hint.runsCommands());
    },
  },
];

async function startSlowUpdate({ awsConsole }: HintScene): Promise<void> {
  const { TemplateBody } = await awsConsole.cloudFormation.getTemplate({
    StackName: 'canary',
    TemplateStage: 'Original',
  });
  await awsConsole.cloudFormation.updateStack({
    StackName: 'canary',
    TemplateBody,
    Parameters: [
      { ParameterKey: 'Image', ParameterValue: 'octopussamples/helloworldwithversion:slow--slow-start_100000' },
      ...['DesiredCount', 'GreenScalePercent'].map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
    ],
  });
  await eventually('the update is under way', async () => (await awsConsole.stackStatus()) === 'UPDATE_IN_PROGRESS');
}

async function failCreation({ world, refusals }: HintScene): Promise<void> {
  refusals.set('CreateTaskSet', ['ClusterNotFoundException', 'Cluster not found.']);
  const failed = await world.run(deployStack, world.builtIn('1', second));
  expect(failed.error?.code).toBe('stack-failed');
  refusals.clear();
}
