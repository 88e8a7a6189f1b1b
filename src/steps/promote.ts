import { targetsNeeded } from '../canary/capacity.ts';
import type { Decision } from '../canary/decision.ts';
import { answerOfPromotion } from '../canary/gate.ts';
import { awaitHealthy, type StoppedTask } from '../canary/health.ts';
import type { ListenerRule } from '../canary/listener-rule.ts';
import { refuseTakenByOther, uncheckedGreen } from '../canary/occupation.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { scaleChange } from '../canary/scale-change.ts';
import { shortTaskDefinition } from '../canary/service.ts';
import { refuseSideDoors } from '../canary/side-door.ts';
import { summarise, trafficOutputs } from '../canary/summary.ts';
import {
  refuseBusyStack,
  refuseForeignGroups,
  refuseStrayTaskSets,
  refuseUnlessBlueIsStable,
  type Traffic,
} from '../canary/traffic.ts';
import { allGreen, describeSplit, servesOnly } from '../canary/weights.ts';
import { sharedParameters } from '../octopus/shared-parameters.ts';
import { idleScalePercent, promotionApproval, promotionLimit } from './canary-parameters.ts';
import { freeCanary } from './free-canary.ts';
import { locationParameters } from './location-parameters.ts';
import { observeStopped, observeTraffic } from './observe-traffic.ts';
import { removeTestRules } from './remove-test-rules.ts';
import { scaleIdle } from './scale-idle.ts';
import { defineStep } from './step.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from './step-texts.ts';
import { passGate } from './traffic-gate.ts';

interface State {
  readonly traffic: Traffic;
  readonly stoppedGreen: readonly StoppedTask[];
  /** Read only once green is stable; they are of no interest before. */
  readonly testRules: readonly ListenerRule[];
}

export const promote = defineStep({
  id: 'promote',
  name: 'Promote',
  summary:
    'Gives green all of the traffic, reads the weights back, and only then records green as stable in the StableStack tag. Removes the test rule. The next Prepare Blue copies the promoted version to blue.',
  parameters: {
    ...sharedParameters,
    approvalStep: promotionApproval,
    maxIncrease: promotionLimit,
    idleScalePercent,
    ...locationParameters,
  },
  outputs: trafficOutputDescriptions,
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
    'ecs:UntagResource',
    'elasticloadbalancing:ModifyRule',
  ],
  observe: async ({ reader, values, run }): Promise<State> => {
    const traffic = await observeTraffic(reader, values.stackName, run.region);
    // A retry after the tag only tidies up.
    if (traffic.stable === 'Green') refuseTakenByOther(traffic.service, run.occupant);
    else passGate(traffic, run, (now) => answerOfPromotion(now, run.approval, values.maxIncrease));
    const stoppedGreen = await observeStopped(reader, traffic.green, targetsNeeded(traffic.service.desiredCount, 100));
    return { traffic, stoppedGreen, testRules: traffic.stable === 'Green' ? await reader.testRules() : [] };
  },
  decide: ({ traffic, stoppedGreen, testRules }, { values }) =>
    decidePromotion(traffic, stoppedGreen, testRules, values.idleScalePercent),
});

/** Weights before the tag, always: a crash between the two is seen and repaired by running again. */
export function decidePromotion(
  traffic: Traffic,
  stoppedGreen: readonly StoppedTask[],
  testRules: readonly ListenerRule[],
  idleScale: number,
): Decision {
  refuseForeignGroups(traffic);
  if (traffic.stable !== 'Green') return moveToGreen(traffic, stoppedGreen);
  if (!servesOnly(traffic.weights, 'Green')) throw interrupted(traffic);
  return (
    removeTestRules(testRules) ??
    shrinkBlue(traffic, stoppedGreen, idleScale) ??
    freeCanary(traffic.service) ??
    done(traffic)
  );
}

/** The way back is made smaller only while green really carries everything. */
function shrinkBlue(traffic: Traffic, stoppedGreen: readonly StoppedTask[], idleScale: number): Decision | undefined {
  const shrink = scaleIdle(traffic, traffic.blue, idleScale);
  return (
    shrink && (awaitHealthy(traffic.green, targetsNeeded(traffic.service.desiredCount, 100), stoppedGreen) ?? shrink)
  );
}

function moveToGreen(traffic: Traffic, stopped: readonly StoppedTask[]): Decision {
  refuseUnlessBlueIsStable(traffic);
  const { green, service } = traffic;
  if (servesOnly(traffic.weights, 'Green')) {
    refuseStrayTaskSets(traffic);
    const unhealthy = awaitHealthy(green, targetsNeeded(service.desiredCount, 100), stopped);
    if (unhealthy) return unhealthy;
    return {
      kind: 'change',
      reason: `All traffic is on green; recording green (${shortTaskDefinition(green.taskSet.taskDefinition)}) as stable in the StableStack tag.`,
      change: { kind: 'tag-stable', serviceArn: service.arn, colour: 'Green' },
    };
  }
  refuseBusyStack(traffic);
  refuseStrayTaskSets(traffic);
  refuseSideDoors(traffic);
  if (green.taskSet.scalePercent < 100) {
    return {
      kind: 'change',
      reason: `Scaling green from ${green.taskSet.scalePercent} % to 100 % before it gets all traffic.`,
      change: scaleChange(traffic, green, 100),
    };
  }
  return (
    awaitHealthy(green, targetsNeeded(service.desiredCount, 100), stopped) ?? {
      kind: 'change',
      reason: `Moving traffic from ${describeSplit(traffic.weights)} to ${describeSplit(allGreen)}.`,
      warnings: uncheckedGreen(service, green.taskSet.id),
      change: { kind: 'set-weights', rule: traffic.rule, groups: traffic.groups, weights: allGreen },
    }
  );
}

function interrupted(traffic: Traffic): OperatorError {
  return new OperatorError(
    'tag-disagrees',
    `The StableStack tag says Green, but the traffic is split ${describeSplit(traffic.weights)}: a rollback or preparation was interrupted, or somebody changed the rule.`,
    'Run Rollback to make blue stable, or set the weights by hand to what should be stable, then go on.',
  );
}

function done(traffic: Traffic): Decision {
  const promoted = shortTaskDefinition(traffic.green.taskSet.taskDefinition);
  return {
    kind: 'done',
    reason: `Promoted: green (${promoted}) has all of the traffic and is recorded as stable.`,
    outputs: { ...trafficOutputs(traffic), Summary: summarise(`Promoted ${promoted}`, traffic) },
  };
}
