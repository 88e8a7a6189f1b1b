import type { Run } from '../../canary/run.ts';
import { stackCondition } from '../../canary/stack-status.ts';
import type { CanaryReader } from '../../observation/canary-reader.ts';
import { observeFailing, observeOwnHealth } from '../../observation/observe-green.ts';
import { observeStopped, observeTraffic } from '../../observation/observe-traffic.ts';
import { isPending, watchOperation } from '../../observation/watch-stack-operation.ts';
import { seenIn } from '../shared/seen-in.ts';
import { trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import type { DeployState } from './state.ts';
import { isFirst } from './verification.ts';

interface Observation {
  readonly reader: CanaryReader;
  readonly values: { readonly stackName: string };
  readonly run: Run;
}

/** What the two deploy steps have in common; they differ only in the source of the template. */
export const deployment = {
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
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
  ],
  observe: async ({ reader, values, run }: Observation): Promise<DeployState> => {
    // The resources are read later, because those of a stack in progress are not yet the final ones.
    const stack = await reader.stack();
    if (!stack) return { kind: 'missing' };
    const condition = stackCondition(stack.status);
    const { operation, hasNews } = await watchOperation(reader, run, condition.kind === 'busy');
    // A failing update is cancelled before anything reads why its tasks fail.
    const isUrgent = condition.kind === 'busy' && condition.cancellable;
    const lookForFailing = () => observeFailing(reader, operation, !isUrgent);
    // While a stack reports progress, its tasks are not examined: three calls each time are too many when canaries share an account.
    if (condition.kind === 'busy' || isPending(run, operation))
      return { kind: 'busy', stack, operation, failing: hasNews ? undefined : await lookForFailing() };
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
  seen: seenIn,
};
