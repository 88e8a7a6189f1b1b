import type { Stack } from '../aws/aws.ts';
import type { Decision } from '../canary/decision.ts';
import {
  awaitHealthy,
  crashLoop,
  crashLoopTasks,
  describeFailures,
  failedTasks,
  type StoppedTask,
} from '../canary/health.ts';
import { occupationOf, refuseTakenByOther, withVerifiedGreen } from '../canary/occupation.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { scaleChange } from '../canary/scale-change.ts';
import { shortTaskDefinition } from '../canary/service.ts';
import { refuseSideDoors } from '../canary/side-door.ts';
import { stackCondition } from '../canary/stack-status.ts';
import { summarise, trafficOutputs } from '../canary/summary.ts';
import { refuseForeignGroups, refuseStrayTaskSets, refuseUnlessBlueIsStable, type Traffic } from '../canary/traffic.ts';
import { describeSplit } from '../canary/weights.ts';
import type { FailingTaskSet } from './observe-green.ts';
import { describeProgress, stackFailed, stackStuck } from './stack-operation.ts';
import { type DeploymentWish, plannedStack } from './stack-submission.ts';
import type { Run } from './step.ts';

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
      /** The template as deployed; read only before the update, and only where the next one depends on it. */
      readonly templateText: string;
    };

/** Green gets the new version while blue serves; the submission happens once, whatever it is answered. */
export function decideDeployment(state: DeployState, wish: DeploymentWish, mayDelete: boolean, run: Run): Decision {
  switch (state.kind) {
    case 'missing':
      return {
        kind: 'change',
        reason: `Creating the stack ${wish.stackName}; blue and green start with the same version.`,
        change: { kind: 'create-stack', submission: plannedStack(wish, undefined) },
      };
    case 'busy':
      return awaitStack(state, run);
    case 'unusable':
      return replaceFailed(state.stack, mayDelete, run);
    case 'settled':
      // An earlier run's crash loop that this run cancelled would only begin again.
      if (!run.submitted && run.operation?.cancelledFor) throw stackFailed(state.stack, run.operation);
      return run.submitted ? verify(state, wish, run) : submit(state, wish, run);
  }
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
function giveUp(stack: Stack, { taskDefinition, failed }: FailingTaskSet): Decision | undefined {
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
    { colour: 'Green' },
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

function replaceFailed(stack: Stack, mayDelete: boolean, run: Run): Decision {
  const condition = stackCondition(stack.status);
  if (condition.kind === 'stuck') throw stackStuck(stack, condition, run.region);
  if (run.submitted) throw stackFailed(stack, run.operation);
  if (mayDelete) {
    return {
      kind: 'change',
      reason: `Deleting the stack ${stack.name}, which is in ${stack.status} and never served, as EcsCanary.DeleteFailedStack asks.`,
      change: { kind: 'delete-stack', name: stack.name },
    };
  }
  throw new OperatorError(
    'stack-never-completed',
    `The stack ${stack.name} is in ${stack.status}: it was never created completely, and AWS accepts no update of it.`,
    'Set EcsCanary.DeleteFailedStack to let this step delete it and create it anew, or delete it yourself after looking at its events.',
  );
}

function submit(
  { stack, traffic, templateText }: Extract<DeployState, { kind: 'settled' }>,
  wish: DeploymentWish,
  run: Run,
): Decision {
  refuseTakenByOther(traffic.service, run.occupant);
  refuseForeignGroups(traffic);
  refuseGreenTraffic(traffic);
  refuseSideDoors(traffic);
  refuseUnlessBlueIsStable(traffic);
  refuseStrayTaskSets(traffic, true);
  const blue = traffic.blue.taskSet.taskDefinition;
  return {
    kind: 'change',
    reason: `Updating the stack ${stack.name}: green gets the new version, blue stays ${shortTaskDefinition(blue)} and keeps all of the traffic.`,
    change: { kind: 'update-stack', submission: plannedStack(wish, { blueTaskDefinition: blue, templateText }) },
  };
}

/** The one guard without which an untested version would go straight into production. */
function refuseGreenTraffic(traffic: Traffic): void {
  if (traffic.weights.green === 0) return;
  throw new OperatorError(
    'green-has-traffic',
    `Green receives production traffic (${describeSplit(traffic.weights)}), so replacing it would put an untested version into production.`,
    'Run Prepare Blue first: it makes blue the stable version and moves all traffic there.',
  );
}

function verify(state: Extract<DeployState, { kind: 'settled' }>, wish: DeploymentWish, run: Run): Decision {
  const { stack, traffic, ownHealthy } = state;
  const condition = stackCondition(stack.status);
  if (run.submitted?.outcome === 'accepted' && condition.kind === 'settled' && condition.rolledBack)
    throw stackFailed(stack, run.operation);
  refuseStrayTaskSets(traffic);
  refuseGreenTraffic(traffic);
  refuseSideDoors(traffic);
  const { green } = traffic;
  const tooSmall =
    wish.templateSource === 'Own'
      ? green.taskSet.scalePercent === 0
      : green.taskSet.scalePercent < wish.greenScalePercent;
  if (tooSmall) return enlargeGreen(traffic, wish);
  const unhealthy = awaitHealthy(
    { ...green, healthy: ownHealthy },
    Math.max(1, green.taskSet.computedDesired),
    state.stoppedGreen,
  );
  if (unhealthy) return unhealthy;
  refuseCrashLoop(state, run);
  if (traffic.stable === undefined && run.submitted?.kind === 'create-stack') return recordFirstStable(traffic);
  if (!green.taskSet.steady)
    return { kind: 'wait', reason: `Green has ${ownHealthy} healthy targets; waiting for ECS to call it steady.` };
  return recordGreen(traffic, run) ?? done(stack, traffic, ownHealthy, run);
}

/** From here on, only this very task set may get what a person approves in this deployment. */
function recordGreen({ service, green }: Traffic, run: Run): Decision | undefined {
  const occupation = occupationOf(service);
  if (occupation === undefined || occupation.id !== run.occupant.id || occupation.green === green.taskSet.id)
    return undefined;
  return {
    kind: 'change',
    reason: `Recording green's task set ${green.taskSet.id} as the one that this deployment checked.`,
    change: { kind: 'record-green', serviceArn: service.arn, text: withVerifiedGreen(occupation, green.taskSet.id) },
  };
}

/** An own template need not declare the tag; right after the first creation both colours run the same version. */
function recordFirstStable(traffic: Traffic): Decision {
  return {
    kind: 'change',
    reason: 'The service has no StableStack tag yet; recording blue as stable.',
    change: { kind: 'tag-stable', serviceArn: traffic.service.arn, colour: 'Blue' },
  };
}

/** A new task set can look healthy between two restarts; a set that was there before may have had a bad hour long ago. */
function refuseCrashLoop({ traffic, stoppedGreen }: Extract<DeployState, { kind: 'settled' }>, run: Run): void {
  const { taskSet } = traffic.green;
  const failed = failedTasks(stoppedGreen);
  if (run.submitted?.outcome !== 'accepted' || failed.length < crashLoopTasks(taskSet.computedDesired)) return;
  throw crashLoop(
    traffic.green,
    taskSet.taskDefinition,
    failed,
    'Correct the version and deploy it again. Blue still serves; nothing was shifted.',
  );
}

/** A version that is deployed again unchanged keeps its task set, which an earlier canary may have left small. */
function enlargeGreen(traffic: Traffic, wish: DeploymentWish): Decision {
  return {
    kind: 'change',
    reason: `Scaling green from ${traffic.green.taskSet.scalePercent} % to ${wish.greenScalePercent} %.`,
    change: scaleChange(traffic, traffic.green, wish.greenScalePercent),
  };
}

/** Shifting between equals proves nothing, and usually means that the release's image is not the one that was meant. */
function sameVersion({ blue, green }: Traffic, run: Run): string | undefined {
  if (run.submitted?.kind !== 'update-stack' || blue.taskSet.taskDefinition !== green.taskSet.taskDefinition)
    return undefined;
  return `Blue and green run the same version, ${shortTaskDefinition(green.taskSet.taskDefinition)}: nothing new was deployed. Does the image differ from that of the stable release?`;
}

function done(stack: Stack, traffic: Traffic, healthy: number, run: Run): Decision {
  const version = shortTaskDefinition(traffic.green.taskSet.taskDefinition);
  const same = sameVersion(traffic, run);
  const unchanged =
    run.submitted?.outcome === 'unchanged' ? ' AWS found nothing to update: this version was deployed before.' : '';
  return {
    kind: 'done',
    reason: `Green runs ${version} with ${healthy} healthy targets and no production traffic.${unchanged}`,
    ...(same !== undefined && { warnings: [same] }),
    outputs: {
      ...trafficOutputs(traffic),
      ...Object.fromEntries(Object.entries(stack.outputs).map(([name, value]) => [`AwsOutputs[${name}]`, value])),
      'AwsOutputs[StackId]': stack.id,
      Summary: summarise(`Green runs the new version ${version}`, traffic, same === undefined ? [] : [same]),
    },
  };
}
