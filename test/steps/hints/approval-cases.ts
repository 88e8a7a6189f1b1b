import { expect } from 'vitest';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { approved, recreateBlue, ten } from './actions.ts';
import type { HintCase, HintScene } from './hint-case.ts';

/** Refusals about what people decided, and about parameters that they typed. */
export const approvalCases: readonly HintCase[] = [
  {
    code: 'not-approved',
    when: 'the manual intervention was skipped',
    arrange: prepare,
    run: ({ world }, values) =>
      world.run(shiftTraffic, { ...ten, ...approved, 'Approval.Manual.Approved': 'False', ...values }),
    follow: (hint) => {
      hint.says('Have someone proceed at that step');
      return { 'Approval.Manual.Approved': 'True' };
    },
  },
  {
    code: 'nothing-to-shift',
    when: 'both colours run the same version',
    arrange: recreateBlue,
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...approved, ...values }),
    follow: async (hint, { world }) => {
      hint.says('deploy the new version, starting with Prepare Blue');
      await hint.runsStep(prepareBlue);
      expect((await world.run(deployStack, world.builtIn('another'))).error).toBeUndefined();
      return {};
    },
  },
  {
    code: 'promotion-not-approved',
    when: 'the note asks for a share',
    arrange: prepare,
    run: ({ world }, values) => world.run(promote, { ...approved, 'Approval.Manual.Notes': '/weight 50', ...values }),
    follow: async (hint, scene) => {
      hint.says('A Rollback step in the process now returns all traffic to blue.', 'deploy again');
      expect((await scene.world.run(rollback, {}, { deploymentFailed: true })).error).toBeUndefined();
      await prepare(scene);
      return { 'Approval.Manual.Notes': hint.reads(/enter a remark or (\/weight \d+) /) };
    },
  },
  {
    code: 'promotion-not-approved',
    when: 'the increase is above the limit',
    arrange: prepare,
    run: ({ world }, values) => world.run(promote, { ...approved, 'EcsCanary.MaxIncrease': '25', ...values }),
    follow: (hint) => ({
      'Approval.Manual.Notes': hint.reads(/(\/weight \d+!) if EcsCanary\.MaxIncrease requires it/),
    }),
  },
  {
    code: 'outside-hours',
    when: 'a freeze covers today, and nobody was asked',
    arrange: prepare,
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...frozen, ...values }),
    follow: (hint) => {
      hint.says('change EcsCanary.AllowedHours or EcsCanary.Freezes');
      return { 'EcsCanary.Freezes': '' };
    },
  },
  {
    code: 'outside-hours',
    when: 'a freeze covers today, and an approver may override it',
    arrange: prepare,
    run: ({ world }, values) => world.run(promote, { ...approved, ...frozen, ...values }),
    follow: async (hint, scene) => {
      hint.says('A Rollback step in the process now returns all traffic to blue. Deploy again');
      expect((await scene.world.run(rollback, {}, { deploymentFailed: true })).error).toBeUndefined();
      await prepare(scene);
      return { 'Approval.Manual.Notes': `${hint.reads(/type (\/override) and a reason in its note/)} hotfix` };
    },
  },
  {
    code: 'rolled-back-by-operator',
    when: 'the note says /rollback',
    arrange: prepare,
    run: ({ world }, values) =>
      'EcsCanary.IdleScalePercent' in values
        ? world.run(rollback, values, { deploymentFailed: true })
        : world.run(shiftTraffic, { ...ten, ...approved, 'Approval.Manual.Notes': '/rollback errors' }),
    follow: (hint) => {
      hint.says('This step fails on purpose so that the Rollback step runs.');
      return { 'EcsCanary.IdleScalePercent': '100' };
    },
  },
  {
    code: 'invalid-parameters',
    when: 'two values were mistyped',
    run: ({ world }, values) =>
      world.run(shiftTraffic, { 'EcsCanary.GreenPercent': 'ten', 'EcsCanary.TimeoutMinutes': '900', ...values }),
    follow: (hint) => {
      hint.says('a number from 0 to 100', 'a whole number from 1 to 720');
      return { ...hint.sets('EcsCanary.GreenPercent', '10'), ...hint.sets('EcsCanary.TimeoutMinutes', '720') };
    },
  },
  {
    code: 'stack-missing',
    when: 'the name of the stack was mistyped',
    run: ({ world }, values) => world.run(promote, { 'EcsCanary.StackName': 'canry', ...values }),
    follow: (hint) => hint.sets('EcsCanary.StackName', 'canary'),
  },
  {
    code: 'canary-not-found',
    when: 'a line of EcsCanary.Parts names nothing',
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, 'EcsCanary.Parts': 'BlueTaskSet=Bleu', ...values }),
    follow: (hint) => {
      hint.says('correct that line');
      return hint.sets('EcsCanary.Parts', `BlueTaskSet=${hint.reads(/the stack has (\w*Blue\w*)/)}`);
    },
  },
  {
    code: 'not-external',
    when: 'the service belongs to another deployment controller',
    run: ({ world }, values, options) => world.run(prepareBlue, values, options),
    first: {
      between: (aws) => ({
        ...aws,
        ecs: {
          ...aws.ecs,
          describeService: async (...asked) => {
            const service = await aws.ecs.describeService(...asked);
            return service && { ...service, deploymentController: 'ECS' };
          },
        },
      }),
    },
    // A new service is another stack, of which Prepare Blue says that it deploys it for the first time.
    follow: (hint) => {
      hint.says('Deploy a new service with DeploymentController EXTERNAL');
      return { 'EcsCanary.StackName': 'new-canary' };
    },
  },
];

const frozen = { 'EcsCanary.Freezes': '2020-01-01 to 2199-12-31' };

/** The steps before the first approval. */
async function prepare({ world }: HintScene): Promise<void> {
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
}
