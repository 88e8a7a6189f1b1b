import type { Stack } from '../../aws/aws.ts';
import { refuseBypassRules } from '../../canary/bypass-rules.ts';
import { stableTagKey } from '../../canary/colour.ts';
import type { Decision } from '../../canary/decision.ts';
import { awaitHealthy, crashLoop, crashLoopTasks, failedTasks } from '../../canary/health.ts';
import { lockOf, lockText, withVerifiedGreen } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { describeShares, mostGreen, serveOnly } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import { scaleChange } from '../../canary/scale-change.ts';
import { shortTaskDefinition } from '../../canary/service.ts';
import { summarise, trafficOutputs } from '../../canary/summary.ts';
import { refuseForeignRegistration, refuseStrayTaskSets, type Traffic } from '../../canary/traffic.ts';
import { wentBack } from '../../observation/watch-stack-operation.ts';
import { refuseLostLock } from '../shared/require-approval.ts';
import { restoreBlue } from '../shared/restore-blue.ts';
import { stackFailed } from '../shared/stack-messages.ts';
import { unhealthyBlueWarning } from '../shared/unhealthy-blue-warning.ts';
import type { DeployState } from './state.ts';
import type { DeploymentRequest } from './submission.ts';

/** Without this check, an untested version would go straight into production; blue must also serve. */
export function refuseGreenTraffic({ productionRules }: Traffic): void {
  if (serveOnly(productionRules, 'Blue')) return;
  const split = describeShares(productionRules);
  const isExposed = mostGreen(productionRules) > 0;
  throw new OperatorError(
    isExposed ? 'green-has-traffic' : 'not-prepared',
    isExposed
      ? `Green receives production traffic (${split}), so replacing it would put an untested version into production.`
      : `Blue does not receive all production traffic: ${split}.`,
    'Run Prepare Blue first: it makes blue the stable version and moves all traffic to it.',
  );
}

type Settled = Extract<DeployState, { kind: 'settled' }>;

/** The update is verified once green's own tasks are healthy, green gets no traffic, and blue serves as before. */
export function verify(state: Settled, request: DeploymentRequest, run: Run): Decision {
  const { stack, traffic, ownHealthy } = state;
  if (run.submitted?.outcome === 'accepted' && wentBack(stack, run.operation)) throw stackFailed(stack, run.operation);
  const restored = restoreLock(traffic, run);
  if (restored) return restored;
  refuseLostLock(traffic.service, run);
  refuseStrayTaskSets(traffic);
  refuseGreenTraffic(traffic);
  refuseBypassRules(traffic);
  refuseForeignRegistration(traffic);
  const { green } = traffic;
  const tooSmall = request.scalesItself
    ? green.taskSet.scalePercent === 0
    : green.taskSet.scalePercent < request.greenScalePercent;
  if (tooSmall) return enlargeGreen(traffic, request);
  const unhealthy = awaitHealthy(
    { ...green, healthy: ownHealthy },
    Math.max(1, green.taskSet.computedDesired),
    state.stoppedGreen,
  );
  if (unhealthy) return unhealthy;
  refuseCrashLoop(state, run);
  if (traffic.stable !== 'Blue') return recordStable(traffic);
  if (!green.taskSet.steady)
    return {
      kind: 'wait',
      reason: `Green has ${ownHealthy} healthy targets; waiting for ECS to report STEADY_STATE.`,
      taskSet: green.taskSet,
    };
  return awaitBlue(state, run) ?? recordGreen(traffic) ?? done(stack, traffic, ownHealthy, run);
}

/** Whether the stack never served traffic before; a killed run may have created it, and this one found nothing to update. */
export function isFirst({ status }: Pick<Stack, 'status'>, run: Run): boolean {
  return run.submitted?.kind === 'create-stack' || status === 'CREATE_COMPLETE';
}

/** An update may disturb blue, but a blue that was broken before must not block the version that fixes it. */
function awaitBlue({ stack, traffic, stoppedBlue }: Settled, run: Run): Decision | undefined {
  const { blue } = traffic;
  const { computedDesired } = blue.taskSet;
  const larger = restoreBlue(traffic);
  if (larger) return larger;
  // Nothing served before: blue is as new as green and must meet the same condition.
  if (isFirst(stack, run)) return awaitHealthy(blue, Math.max(1, computedDesired), stoppedBlue);
  if (blue.healthy >= Math.min(computedDesired, run.submitted?.blueHealthy ?? computedDesired)) return undefined;
  return {
    kind: 'wait',
    reason: `Green is healthy, but blue, which serves all traffic, has ${blue.healthy} of ${computedDesired} healthy targets after the update.`,
  };
}

/** A rollback or promotion keeps the StableStack tag: if it is gone too, this run's own update dropped the service's tags. */
function restoreLock({ service }: Traffic, run: Run): Decision | undefined {
  const updated = run.heldLock && run.submitted?.outcome === 'accepted';
  if (!updated || lockOf(service) || service.tags[stableTagKey] !== undefined) return undefined;
  return {
    kind: 'change',
    reason: `The update removed the tags of the service; restoring the lock for ${run.lockOwner.id}.`,
    change: { kind: 'record-green', serviceArn: service.arn, text: lockText(run.lockOwner, run.startedAt) },
  };
}

/** From here on, only this task set may get traffic, whether or not Prepare Blue acquired the lock. */
function recordGreen({ service, blue, green }: Traffic): Decision | undefined {
  const lock = lockOf(service);
  if (lock?.green === green.taskSet.id) return undefined;
  // As after a stack's creation: there is nothing new to shift to, and a record without an owner would only be in the way.
  if (!lock && blue.taskSet.taskDefinition === green.taskSet.taskDefinition) return undefined;
  return {
    kind: 'change',
    reason: `Recording green's task set ${green.taskSet.id} as checked.`,
    change: { kind: 'record-green', serviceArn: service.arn, text: withVerifiedGreen(lock, green.taskSet.id) },
  };
}

/** The operator's template need not declare the tag, and AWS does not document what a service update does to it; it said Blue before. */
function recordStable(traffic: Traffic): Decision {
  return {
    kind: 'change',
    reason: 'The service has no tag StableStack=Blue; recording blue as stable.',
    change: { kind: 'tag-stable', serviceArn: traffic.service.arn, colour: 'Blue' },
  };
}

/** A new task set can look healthy between two restarts; failures of an older one may be long over. */
function refuseCrashLoop({ traffic, stoppedGreen }: Settled, run: Run): void {
  const { taskSet } = traffic.green;
  const failed = failedTasks(stoppedGreen);
  if (run.submitted?.outcome !== 'accepted' || failed.length < crashLoopTasks(taskSet.computedDesired)) return;
  throw crashLoop(
    traffic.green,
    taskSet.taskDefinition,
    failed,
    'Fix the version and deploy it again. Blue still serves; no traffic was shifted.',
  );
}

/** A version that is deployed again unchanged keeps its task set, which an earlier canary may have left small. */
function enlargeGreen(traffic: Traffic, request: DeploymentRequest): Decision {
  return {
    kind: 'change',
    reason: `Scaling green from ${traffic.green.taskSet.scalePercent} % to ${request.greenScalePercent} %.`,
    change: scaleChange(traffic, traffic.green, request.greenScalePercent),
  };
}

/** Shifting between identical versions proves nothing, and usually means that the release has the wrong image. */
function sameVersion({ blue, green }: Traffic, run: Run): readonly string[] {
  if (run.submitted?.kind !== 'update-stack' || blue.taskSet.taskDefinition !== green.taskSet.taskDefinition) return [];
  return [
    `Blue and green run the same version, ${shortTaskDefinition(green.taskSet.taskDefinition)}: nothing new was deployed. Check that the image differs from that of the stable release.`,
  ];
}

function done(stack: Stack, traffic: Traffic, healthy: number, run: Run): Decision {
  const version = shortTaskDefinition(traffic.green.taskSet.taskDefinition);
  const warnings = [...sameVersion(traffic, run), ...unhealthyBlueWarning(traffic)];
  const unchanged =
    run.submitted?.outcome === 'unchanged' ? ' AWS found nothing to update: this version was already deployed.' : '';
  return {
    kind: 'done',
    reason: `Green runs ${version} with ${healthy} healthy targets and no production traffic; blue serves with ${traffic.blue.healthy}.${unchanged}`,
    warnings,
    outputs: {
      ...trafficOutputs(traffic),
      ...Object.fromEntries(Object.entries(stack.outputs).map(([name, value]) => [`AwsOutputs[${name}]`, value])),
      'AwsOutputs[StackId]': stack.id,
      Summary: summarise(`Green runs the new version ${version}`, traffic, warnings),
    },
  };
}
