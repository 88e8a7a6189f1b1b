import type { Stack } from '../../aws/aws.ts';
import { targetsNeeded } from '../../canary/capacity.ts';
import type { Run } from '../../canary/run.ts';
import { stackCondition } from '../../canary/stack-status.ts';
import type { CanaryReader } from '../../observation/canary-reader.ts';
import { observeStopped, observeTraffic } from '../../observation/observe-traffic.ts';
import { isPending, watchOperation } from '../../observation/watch-stack-operation.ts';
import { rulesOnBlue, stackRoleArn, takeOver } from '../../parameters/canary-parameters.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { templateBucket } from '../../parameters/template-bucket.ts';
import { repinnedStack } from '../shared/repinned-stack.ts';
import { seenIn } from '../shared/seen-in.ts';
import { templateBucketActions } from '../shared/template-bucket-actions.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';
import { decidePreparation } from './decision.ts';
import type { State } from './state.ts';

export const prepareBlue = defineStep({
  id: 'prepare-blue',
  name: 'Prepare Blue',
  summary:
    'Makes blue run the stable version. After a promotion, it updates only the blue task set to the promoted version, waits until blue is healthy, moves all traffic to blue, reads it back and records blue as stable. If there is no stack, it sets `FirstDeployment` to `True` and succeeds. Run it first in every canary.',
  parameters: {
    ...firstParameters,
    takeOver,
    stackRoleArn,
    templateBucket,
    ...middleParameters,
    rulesOnBlue,
    ...lastParameters,
  },
  outputs: {
    ...trafficOutputDescriptions,
    FirstDeployment: '`True` if no deployment ever completed: then skip the test rule, the shifts and Promote.',
  },
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'cloudformation:DescribeStackEvents',
    'cloudformation:GetTemplate',
    'cloudformation:UpdateStack',
    ...templateBucketActions,
    'iam:PassRole',
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:ModifyListener',
  ],
  observe: async ({ reader, values, run }): Promise<State> => {
    // The resources are read later: those of a stack in progress may not be the final ones.
    const stack = await reader.stack();
    if (!stack) return { kind: 'first', why: `there is no stack named ${values.stackName} yet` };
    const condition = stackCondition(stack.status);
    // The last events say why an operation failed, so they are read before its outcome is judged.
    const { operation } = await watchOperation(reader, run, condition.kind === 'busy');
    if (condition.kind === 'never-completed')
      return { kind: 'first', why: `the stack ${stack.name} is in ${stack.status} and never served traffic` };
    if (condition.kind !== 'settled' || isPending(run, operation)) return { kind: 'unready', stack, operation };
    return { kind: 'ready', stack, operation, ...(await observeReady(reader, stack, values, run)) };
  },
  seen: seenIn,
  decide: (state, { values, run }) => decidePreparation(state, run, values),
});

type Readings = Pick<Extract<State, { kind: 'ready' }>, 'traffic' | 'stoppedBlue' | 'testRules' | 'repinned'>;

async function observeReady(
  reader: CanaryReader,
  stack: Stack,
  values: Parameters<typeof repinnedStack>[2] & { readonly stackName: string },
  run: Run,
): Promise<Readings> {
  const traffic = await observeTraffic(reader, values.stackName, run.region, 'incomplete');
  const stable = traffic.stable === 'Green' ? traffic.green : traffic.blue;
  const stoppedBlue = await observeStopped(reader, traffic.blue, targetsNeeded(traffic.service.desiredCount, 100));
  const testRules = await reader.testRules();
  const state: Readings = { traffic, stoppedBlue, testRules };
  if (traffic.blue.taskSet.taskDefinition === stable.taskSet.taskDefinition) return state;
  return { ...state, repinned: repinnedStack(stack, await reader.template(), values, stable.taskSet.taskDefinition) };
}
