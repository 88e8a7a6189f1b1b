import type { Stack } from '../../aws/aws.ts';
import { refuseBypassRules } from '../../canary/bypass-rules.ts';
import type { Decision } from '../../canary/decision.ts';
import { crashLoop, describeFailures } from '../../canary/health.ts';
import { refuseLockedByOther } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import type { Run } from '../../canary/run.ts';
import { shortTaskDefinition } from '../../canary/service.ts';
import { awaitQuietGreen, longestStickiness } from '../../canary/settling.ts';
import { stackCondition } from '../../canary/stack-status.ts';
import {
  isAtHome,
  refuseForeignGroups,
  refuseStrayTaskSets,
  refuseUnlessBlueIsStable,
  type Traffic,
} from '../../canary/traffic.ts';
import type { FailingTaskSet } from '../../observation/observe-green.ts';
import { refuseLostLock } from '../shared/require-approval.ts';
import { awaitOperation, stackFailed, stackStuck } from '../shared/stack-messages.ts';
import type { DeployState } from './state.ts';
import { type DeploymentRequest, plannedStack } from './submission.ts';
import { refuseGreenTraffic, verify } from './verification.ts';

/** Green gets the new version while blue serves; the stack is submitted once, whatever AWS answers. */
export function decideDeployment(
  state: DeployState,
  request: DeploymentRequest,
  mayDelete: boolean,
  run: Run,
): Decision {
  switch (state.kind) {
    case 'missing':
      return create(request, run.region);
    case 'busy':
      return awaitStack(state, run);
    case 'unusable':
      return replaceFailed(state.stack, mayDelete ? request : undefined, run);
    case 'settled':
      // If this run cancelled a crash loop of an earlier run, submitting again would only restart it.
      if (!run.submitted && run.operation?.cancelledFor) throw stackFailed(state.stack, run.operation);
      return run.submitted ? verify(state, request, run) : submit(state, request, run);
  }
}

function create(request: DeploymentRequest, region: string): Decision {
  const { submission, warnings } = plannedStack(request, undefined, region);
  return {
    kind: 'change',
    reason: `Creating the stack ${request.stackName}; blue and green start with the same version.`,
    warnings,
    change: { kind: 'create-stack', submission },
  };
}

function awaitStack({ stack, failing }: Extract<DeployState, { kind: 'busy' }>, run: Run): Decision {
  return (failing && giveUp(stack, failing, run)) ?? awaitOperation(describePhase(stack, run), stack, run.operation);
}

/** Ends the wait for tasks that keep failing: cancels the update if AWS allows it, otherwise only fails the step. */
function giveUp(
  stack: Stack,
  { colour, taskDefinition, failed, taskSet, cause, service }: FailingTaskSet,
  run: Run,
): Decision | undefined {
  // Only the deployment that started an update may cancel it.
  if (service && !run.submitted) refuseLockedByOther(service, run.lockOwner);
  const condition = stackCondition(stack.status);
  if (condition.kind !== 'busy' || condition.failing) return undefined;
  if (condition.cancellable) {
    const because = `${failed.length} tasks of ${taskDefinition} failed:\n${describeFailures(failed)}`;
    return {
      kind: 'change',
      reason: `Cancelling the stack update: ${because}`,
      change: { kind: 'cancel-stack-update', name: stack.name, because, failing: { taskSet, service } },
    };
  }
  throw crashLoop(
    { colour },
    taskDefinition,
    failed,
    `Fix the version and deploy it again; no traffic was shifted. The operation on the stack ${stack.name} (${stack.status}) continues in AWS; the next run waits for it.`,
    cause,
  );
}

function describePhase(stack: Stack, run: Run): string {
  const condition = stackCondition(stack.status);
  if (condition.kind === 'busy' && condition.failing) return 'The stack is being rolled back or deleted';
  if (condition.kind === 'busy' && condition.cleanup)
    return 'Green is replaced; CloudFormation is deleting the old task set';
  if (condition.kind !== 'busy') return 'AWS has accepted the change; waiting for it to start and finish';
  return run.operation ? 'Green is being deployed' : 'Somebody else is changing the stack; waiting for that to finish';
}

function replaceFailed(stack: Stack, request: DeploymentRequest | undefined, run: Run): Decision {
  const condition = stackCondition(stack.status);
  if (condition.kind === 'stuck') throw stackStuck(stack, condition, run);
  if (run.submitted) throw stackFailed(stack, run.operation);
  if (request) {
    return {
      kind: 'change',
      reason: `Deleting the stack ${stack.name}, which is in ${stack.status} and never served traffic, as EcsCanary.DeleteFailedStack requests.`,
      // By its id, because a stack of that name may have been created since.
      change: { kind: 'delete-stack', name: stack.id, roleArn: request.stackRoleArn },
    };
  }
  throw new OperatorError(
    'stack-never-completed',
    `The stack ${stack.name} is in ${stack.status}: it was never created completely, so AWS accepts no updates.`,
    'Check its events. Then set EcsCanary.DeleteFailedStack to let this step delete and recreate it, or delete it yourself.',
  );
}

/** A stickiness cookie overrides a weight of 0 until it expires, and only the visitor has it. */
function visitorsOfGreen({ productionRules }: Traffic): readonly string[] {
  const seconds = longestStickiness(productionRules);
  if (seconds === 0) return [];
  return [
    `A listener rule has ${seconds} seconds of stickiness: visitors who were on green within that time get the new version now, before any approval. To avoid that, set EcsCanary.StickinessSeconds to 0.`,
  ];
}

function submit(
  { stack, traffic, templateText }: Extract<DeployState, { kind: 'settled' }>,
  request: DeploymentRequest,
  run: Run,
): Decision {
  refuseLostLock(traffic.service, run);
  refuseForeignGroups(traffic);
  refuseGreenTraffic(traffic);
  refuseBypassRules(traffic);
  refuseUnlessBlueIsStable(traffic);
  refuseStrayTaskSets(traffic, true);
  const blue = traffic.blue.taskSet.taskDefinition;
  const { id: stackId, parameters, outputs } = stack;
  const { green, groups } = traffic;
  const shown = { outputs, groups, greenAtHome: isAtHome(green, groups) };
  const deployed = { ...shown, blueTaskDefinition: blue, stackId, templateText, parameters };
  const { submission, warnings, doubts } = plannedStack(request, deployed, run.region);
  const unsettled = request.dryRun ? undefined : awaitQuietGreen(traffic.service, request.settleSeconds, run);
  if (unsettled) return unsettled;
  return {
    kind: 'change',
    // These matter most when the stack is created; a successful update should not end with warnings about them.
    notes: warnings,
    warnings: [...(doubts ?? []), ...visitorsOfGreen(traffic)],
    reason: `Updating the stack ${stack.name}: green gets the new version, blue stays on ${shortTaskDefinition(blue)} and keeps all of the traffic.`,
    change: { kind: 'update-stack', submission, blueHealthy: traffic.blue.healthy },
  };
}
