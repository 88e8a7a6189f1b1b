import { stackCondition } from '../../canary/stack-status.ts';
import { observeFailing, observeOwnHealth } from '../../observation/observe-green.ts';
import { observeStopped, observeTraffic } from '../../observation/observe-traffic.ts';
import { isPending, watchOperation } from '../../observation/stack-operation.ts';
import { greenScalePercent, rulesOnBlue, settleSeconds, stackRoleArn } from '../../parameters/canary-parameters.ts';
import { locationParameters } from '../../parameters/location-parameters.ts';
import { sharedParameters } from '../../parameters/shared-parameters.ts';
import { seenTraffic } from '../shared/seen-traffic.ts';
import { checkSettling } from '../shared/settle.ts';
import { trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';
import { decideDeployment } from './decision.ts';
import { stackParameters, stackSettingsChecks } from './parameters/stack-parameters.ts';
import type { DeployState } from './state.ts';
import { templateChecks, templateParameters } from './template-source.ts';
import { isFirst } from './verification.ts';

export const deployStack = defineStep({
  id: 'deploy-stack',
  name: 'Deploy Stack',
  summary:
    'Creates or updates the CloudFormation stack so that green runs the new version: blue stays pinned to the stable version, green gets no traffic, and the step waits until the new green tasks are healthy. Refuses while green has production traffic. A crash loop, failed pull or failing health check ends the step quickly with the reasons of the tasks. Deploys a built-in template from parameters, or your own template in JSON or YAML.',
  parameters: {
    ...sharedParameters,
    ...templateParameters,
    stackRoleArn,
    greenScalePercent,
    ...stackParameters,
    settleSeconds,
    rulesOnBlue,
    ...locationParameters,
  },
  outputs: {
    ...trafficOutputDescriptions,
    'AwsOutputs[…]': 'Every output of the stack, and `AwsOutputs[StackId]`.',
  },
  actions: [
    ...trafficActions,
    'cloudformation:DescribeStackEvents',
    'cloudformation:GetTemplate',
    'cloudformation:CreateStack',
    'cloudformation:UpdateStack',
    'cloudformation:CancelUpdateStack',
    'cloudformation:DeleteStack',
    'iam:PassRole',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
  ],
  checks: [...templateChecks, ...stackSettingsChecks, checkSettling],
  observe: async ({ reader, values, run }): Promise<DeployState> => {
    // The resources are read later: those of a stack in progress may not be the final ones.
    const stack = await reader.stack();
    if (!stack) return { kind: 'missing' };
    const condition = stackCondition(stack.status);
    const watched = run.submitted || condition.kind === 'busy';
    const { operation, hasNews } = watched
      ? await watchOperation(reader, run)
      : { operation: run.operation, hasNews: false };
    // A stack that reports progress is not inspected: three calls per read are costly where many canaries share an account.
    if (condition.kind === 'busy' || isPending(run, operation))
      return { kind: 'busy', stack, operation, failing: hasNews ? undefined : await observeFailing(reader, operation) };
    if (condition.kind !== 'settled') return { kind: 'unusable', stack, operation };
    const [traffic, templateText] = await Promise.all([
      observeTraffic(reader, values.stackName, run.region),
      run.submitted ? '' : reader.template(),
    ]);
    const settled = { kind: 'settled', stack, operation, traffic, templateText } as const;
    if (!run.submitted) return { ...settled, ownHealthy: 0, stoppedGreen: [], stoppedBlue: [] };
    const blueNeeds = isFirst(stack, run) ? Math.max(1, traffic.blue.taskSet.computedDesired) : 0;
    const [own, stoppedBlue] = await Promise.all([
      observeOwnHealth(reader, traffic),
      observeStopped(reader, traffic.blue, blueNeeds),
    ]);
    return { ...settled, ...own, stoppedBlue };
  },
  seen: (state) => ({
    ...('operation' in state && { operation: state.operation }),
    ...('traffic' in state && seenTraffic(state.traffic)),
  }),
  decide: (state, { values, run }) => decideDeployment(state, values, values.deleteFailedStack, run),
});
