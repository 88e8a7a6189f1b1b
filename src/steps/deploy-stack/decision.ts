import type { Stack } from '../../aws/aws.ts';
import { refuseSideDoors } from '../../canary/bypass-rules.ts';
import type { Decision } from '../../canary/decision.ts';
import { crashLoop, describeFailures, type StoppedTask } from '../../canary/health.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { shortTaskDefinition } from '../../canary/service.ts';
import { awaitQuietGreen, longestStickiness } from '../../canary/settling.ts';
import { stackCondition } from '../../canary/stack-status.ts';
import {
  refuseForeignGroups,
  refuseStrayTaskSets,
  refuseUnlessBlueIsStable,
  type Traffic,
} from '../../canary/traffic.ts';
import type { FailingTaskSet } from '../../observation/observe-green.ts';
import { refuseLostCanary } from '../shared/require-approval.ts';
import { describeProgress, stackFailed, stackStuck } from '../shared/stack-operation.ts';
import type { Run } from '../step.ts';
import { type DeploymentWish, plannedStack } from './submission.ts';
import { refuseGreenTraffic, verify } from './verification.ts';

export type DeployState =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'busy';
      readonly stack: Stack;
      readonly news: readonly string[];
      readonly failing: FailingTaskSet | undefined;
    }
  | { readonly kind: 'unusable'; readonly stack: Stack; readonly news: readonly string[] }
  | {
      readonly kind: 'settled';
      readonly stack: Stack;
      readonly news: readonly string[];
      readonly traffic: Traffic;
      /** Healthy targets that belong to the green task set itself. */
      readonly ownHealthy: number;
      readonly stoppedGreen: readonly StoppedTask[];
      /** Read only while blue is short of healthy targets. */
      readonly stoppedBlue: readonly StoppedTask[];
      /** The template as deployed; read only before the update. */
      readonly templateText: string;
    };

/** Green gets the new version while blue serves; the submission happens once, whatever it is answered. */
export function decideDeployment(state: DeployState, wish: DeploymentWish, mayDelete: boolean, run: Run): Decision {
  switch (state.kind) {
    case 'missing':
      return create(wish, run.region);
    case 'busy':
      return awaitStack(state, run);
    case 'unusable':
      return replaceFailed(state.stack, mayDelete ? wish : undefined, run);
    case 'settled':
      // An earlier run's crash loop that this run cancelled would only begin again.
      if (!run.submitted && run.operation?.cancelledFor) throw stackFailed(state.stack, run.operation);
      return run.submitted ? verify(state, wish, run) : submit(state, wish, run);
  }
}

function create(wish: DeploymentWish, region: string): Decision {
  const { submission, warnings } = plannedStack(wish, undefined, region);
  return {
    kind: 'change',
    reason: `Creating the stack ${wish.stackName}; blue and green start with the same version.`,
    warnings,
    change: { kind: 'create-stack', submission },
  };
}

function awaitStack({ stack, news, failing }: Extract<DeployState, { kind: 'busy' }>, run: Run): Decision {
  const progress = describeProgress(run.operation);
  return (
    (failing && giveUp(stack, failing)) ?? {
      kind: 'wait',
      reason: `${describePhase(stack, run)} (${stack.status}${progress.text}).`,
      news,
      ...(progress.percent !== undefined && { percent: progress.percent }),
    }
  );
}

/** Ends the wait for tasks that do not stay up: cancels the update where AWS allows it, and else only says so. */
function giveUp(stack: Stack, { colour, taskDefinition, failed }: FailingTaskSet): Decision | undefined {
  const condition = stackCondition(stack.status);
  if (condition.kind !== 'busy' || condition.failing) return undefined;
  if (condition.cancellable) {
    const because = `${failed.length} tasks of ${taskDefinition} failed:\n${describeFailures(failed)}`;
    return {
      kind: 'change',
      reason: `Cancelling the stack update: ${because}`,
      change: { kind: 'cancel-stack-update', name: stack.name, because },
    };
  }
  throw crashLoop(
    { colour },
    taskDefinition,
    failed,
    `Correct the version and deploy it again; nothing was shifted. The stack ${stack.name} is in ${stack.status} and goes on in AWS; the next run waits for it.`,
  );
}

function describePhase(stack: Stack, run: Run): string {
  const condition = stackCondition(stack.status);
  if (condition.kind === 'busy' && condition.failing) return 'The stack goes back to what it was';
  if (condition.kind === 'busy' && condition.cleanup) return 'Green is replaced; the stack removes the old task set';
  if (condition.kind !== 'busy') return 'AWS has accepted the change; waiting for it to begin and end';
  return run.operation ? 'Green is being deployed' : 'Somebody else is changing the stack; waiting for it to end';
}

function replaceFailed(stack: Stack, wish: DeploymentWish | undefined, run: Run): Decision {
  const condition = stackCondition(stack.status);
  if (condition.kind === 'stuck') throw stackStuck(stack, condition, run.region);
  if (run.submitted) throw stackFailed(stack, run.operation);
  if (wish) {
    return {
      kind: 'change',
      reason: `Deleting the stack ${stack.name}, which is in ${stack.status} and never served, as EcsCanary.DeleteFailedStack asks.`,
      // By its id: a stack of that name that was created since is another one.
      change: { kind: 'delete-stack', name: stack.id, roleArn: wish.stackRoleArn },
    };
  }
  throw new OperatorError(
    'stack-never-completed',
    `The stack ${stack.name} is in ${stack.status}: it was never created completely, and AWS accepts no update of it.`,
    'Set EcsCanary.DeleteFailedStack to let this step delete it and create it anew, or delete it yourself after looking at its events.',
  );
}

/** The cookie of a sticky rule outranks a weight of 0 until it ends, and nobody but the visitor has it. */
function visitorsOfGreen({ doors }: Traffic): readonly string[] {
  const seconds = longestStickiness(doors);
  if (seconds === 0) return [];
  return [
    `A listener rule keeps a visitor on a colour for ${seconds} seconds: whoever was on green less than that ago gets the new version now, before any approval. EcsCanary.StickinessSeconds 0 avoids that.`,
  ];
}

function submit(
  { stack, traffic, templateText }: Extract<DeployState, { kind: 'settled' }>,
  wish: DeploymentWish,
  run: Run,
): Decision {
  refuseLostCanary(traffic.service, run);
  refuseForeignGroups(traffic);
  refuseGreenTraffic(traffic);
  refuseSideDoors(traffic);
  refuseUnlessBlueIsStable(traffic);
  refuseStrayTaskSets(traffic, true);
  const blue = traffic.blue.taskSet.taskDefinition;
  const deployed = { blueTaskDefinition: blue, stackId: stack.id, templateText, parameters: stack.parameters };
  const { submission, warnings, doubts } = plannedStack(wish, deployed, run.region);
  const unsettled = wish.dryRun ? undefined : awaitQuietGreen(traffic.service, wish.settleSeconds, run);
  if (unsettled) return unsettled;
  return {
    kind: 'change',
    // They matter most when the stack is created; a deployment that succeeds should not end in yellow for them.
    news: warnings,
    warnings: [...(doubts ?? []), ...visitorsOfGreen(traffic)],
    reason: `Updating the stack ${stack.name}: green gets the new version, blue stays ${shortTaskDefinition(blue)} and keeps all of the traffic.`,
    change: { kind: 'update-stack', submission, blueHealthy: traffic.blue.healthy },
  };
}
