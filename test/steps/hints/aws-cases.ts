import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { ten } from './actions.ts';
import type { HintCase } from './hint-case.ts';

const role = 'arn:aws:iam::123456789012:role/canary-stack';

/** Refusals of AWS that another try, another value or another permission answers. */
export const awsCases: readonly HintCase[] = [
  {
    code: 'aws-access-denied',
    when: 'a permission is missing',
    arrange: async ({ world }) => void world.emulator.faults.add({ kind: 'access-denied', operation: 'ModifyRule' }),
    run: ({ world }, values) => world.run(promote, values),
    follow: (hint, { world }) => {
      hint.says('Allow elasticloadbalancing:ModifyRule in the IAM policy', 'policies/promote.json');
      return void world.emulator.faults.clear();
    },
  },
  {
    code: 'no-way-back',
    when: 'a permission for it is missing',
    arrange: async ({ world }) => void world.emulator.faults.add({ kind: 'access-denied', operation: 'ModifyRule' }),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: (hint, { world }) => {
      hint.says(
        'Allow elasticloadbalancing:ModifyRule in the IAM policy',
        'policies/shift-traffic.json has every permission that this step needs',
        'policies/rollback.json',
      );
      return void world.emulator.faults.clear();
    },
  },
  {
    code: 'aws-access-denied',
    when: 'the service role was mistyped',
    arrange: async ({ refusals }) => {
      const action = 'is not authorized to perform: iam:PassRole on resource';
      refusals.set('UpdateStack', ['AccessDenied', `User: arn:aws:sts::1:assumed-role/octopus/i ${action}: ${role}`]);
    },
    run: ({ world }, values) =>
      world.run(deployStack, { ...world.builtIn('5'), 'EcsCanary.StackRoleArn': role, ...values }),
    follow: (hint, { refusals }) => {
      hint.says('Allow iam:PassRole', 'policies/deploy-stack.json');
      refusals.clear();
      return hint.sets('EcsCanary.StackRoleArn', `${role}-2`);
    },
  },
  {
    code: 'aws-credentials',
    when: 'the session has expired',
    arrange: async ({ world }) => void world.emulator.faults.add({ kind: 'expired-credentials', occurrence: 1 }),
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: (hint) => void hint.says('Run the step again for new credentials'),
  },
  {
    code: 'aws-unreachable',
    when: 'AWS has a fault that outlasts the attempts',
    arrange: async ({ world }) => void world.emulator.faults.add({ kind: 'unavailable', operation: 'ModifyRule' }),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: (hint, { world }) => {
      hint.says('Run the step again; if the fault persists, see the AWS Health Dashboard');
      return void world.emulator.faults.clear();
    },
  },
  {
    code: 'aws-refused',
    when: 'CloudFormation cannot assume the service role',
    arrange: async ({ refusals }) =>
      void refusals.set('UpdateStack', ['ValidationError', `Role ${role} is invalid or cannot be assumed`]),
    run: ({ world }, values) =>
      world.run(deployStack, { ...world.builtIn('6'), 'EcsCanary.StackRoleArn': role, ...values }),
    follow: (hint, { refusals }) => {
      hint.says('to a role of this account that trusts cloudformation.amazonaws.com');
      refusals.clear();
      return hint.sets('EcsCanary.StackRoleArn', `${role}-2`);
    },
  },
  {
    code: 'aws-refused',
    when: 'somebody has just begun to change the stack',
    arrange: async ({ refusals, awsConsole }) => {
      const { StackId } = (await awsConsole.cloudFormation.describeStacks({ StackName: 'canary' })).Stacks?.[0] ?? {};
      refusals.set('UpdateStack', [
        'ValidationError',
        `Stack:${StackId} is in UPDATE_IN_PROGRESS state and can not be updated.`,
      ]);
    },
    run: ({ world }, values) => world.run(deployStack, { ...world.builtIn('7'), ...values }),
    follow: (hint, { refusals }) => {
      hint.says('Wait until nobody else is changing the stack.', 'then run the step again');
      return void refusals.clear();
    },
  },
];
