import { scaleForShare, targetsNeeded } from '../canary/capacity.ts';
import type { Decision } from '../canary/decision.ts';
import { answerOfGate, type GateAnswer } from '../canary/gate.ts';
import { awaitHealthy, type StoppedTask } from '../canary/health.ts';
import { uncheckedGreen } from '../canary/occupation.ts';
import { scaleChange } from '../canary/scale-change.ts';
import { refuseSideDoors } from '../canary/side-door.ts';
import { plainMarkdown, summarise, trafficOutputs } from '../canary/summary.ts';
import {
  refuseBusyStack,
  refuseForeignGroups,
  refuseStrayTaskSets,
  refuseUnlessBlueIsStable,
  type Traffic,
} from '../canary/traffic.ts';
import { describeSplit, formatPercent, greenPercentOf, sameSplit, weightsForGreen } from '../canary/weights.ts';
import { sharedParameters } from '../octopus/shared-parameters.ts';
import { approvalStep, greenPercent, greenScalePercent, maxIncrease } from './canary-parameters.ts';
import { locationParameters } from './location-parameters.ts';
import { observeStopped, observeTraffic } from './observe-traffic.ts';
import { defineStep } from './step.ts';
import { trafficActions, trafficOutputDescriptions } from './step-texts.ts';
import { passGate } from './traffic-gate.ts';

interface State {
  readonly traffic: Traffic;
  readonly stoppedGreen: readonly StoppedTask[];
  readonly answer: GateAnswer;
}

interface Wish {
  readonly greenPercent: number;
  readonly greenScalePercent: number;
}

export const shiftTraffic = defineStep({
  id: 'shift-traffic',
  name: 'Shift Traffic',
  summary:
    'Gives green exactly the share of production traffic that was approved, after checking that enough healthy green targets can serve it, and reads the weights back. Works in both directions: a lower share takes traffic away at once.',
  parameters: {
    ...sharedParameters,
    greenPercent,
    approvalStep,
    maxIncrease,
    greenScalePercent,
    ...locationParameters,
  },
  outputs: trafficOutputDescriptions,
  actions: [
    ...trafficActions,
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:UpdateTaskSet',
    'elasticloadbalancing:ModifyRule',
  ],
  observe: async ({ reader, values, run }): Promise<State> => {
    const traffic = await observeTraffic(reader, values.stackName, run.region);
    const answer = passGate(traffic, run, (now) =>
      answerOfGate(values.greenPercent, now, run.approval, values.maxIncrease),
    );
    const needed = targetsNeeded(traffic.service.desiredCount, answer.greenPercent);
    return { traffic, answer, stoppedGreen: await observeStopped(reader, traffic.green, needed) };
  },
  decide: ({ traffic, answer, stoppedGreen }, { values }) =>
    answer.held === undefined
      ? decideShift(traffic, stoppedGreen, { ...values, greenPercent: answer.greenPercent })
      : hold(traffic, answer.held, answer.warning),
});

/** Nothing moves, whatever split is in force. */
function hold(traffic: Traffic, why: string, warning: string | undefined): Decision {
  return {
    kind: 'done',
    reason: `${why}. Traffic stays split ${describeSplit(traffic.weights)}.`,
    ...(warning !== undefined && { warnings: [warning] }),
    outputs: {
      ...trafficOutputs(traffic),
      Summary: summarise('Traffic stays as it is', traffic, [plainMarkdown(warning ?? `${why}.`)]),
    },
  };
}

/** Scale before weight on the way up, weight before scale on the way down. */
export function decideShift(traffic: Traffic, stoppedGreen: readonly StoppedTask[], wish: Wish): Decision {
  const now = greenPercentOf(traffic.weights);
  refuseForeignGroups(traffic);
  refuseUnlessBlueIsStable(traffic);
  if (wish.greenPercent > now) {
    refuseBusyStack(traffic);
    refuseStrayTaskSets(traffic);
    refuseSideDoors(traffic);
  }
  // A retreat needs no more of green than it has, whatever state green is in.
  const obstacle = wish.greenPercent >= now ? prepareGreen(traffic, stoppedGreen, wish) : undefined;
  return obstacle ?? setWeights(traffic, wish) ?? shrinkGreen(traffic, wish) ?? done(traffic, wish);
}

function prepareGreen(traffic: Traffic, stopped: readonly StoppedTask[], wish: Wish): Decision | undefined {
  if (wish.greenPercent === 0) return undefined;
  const { green, service } = traffic;
  const scale = scaleForShare(wish.greenPercent, wish.greenScalePercent);
  if (green.taskSet.scalePercent < scale) {
    return {
      kind: 'change',
      reason: `Scaling green from ${green.taskSet.scalePercent} % to ${scale} % of ${service.desiredCount} tasks before it gets ${formatPercent(wish.greenPercent)} of the traffic.`,
      change: scaleChange(traffic, traffic.green, scale),
    };
  }
  return awaitHealthy(green, targetsNeeded(service.desiredCount, wish.greenPercent), stopped);
}

function setWeights(traffic: Traffic, wish: Wish): Decision | undefined {
  const wanted = weightsForGreen(wish.greenPercent);
  if (sameSplit(traffic.weights, wanted)) return undefined;
  // One healthy target is demanded of blue, not its whole share: a retreat from a bad green must not wait for a perfect blue.
  const obstacle = wanted.blue > 0 ? awaitHealthy(traffic.blue, 1, []) : undefined;
  return (
    obstacle ?? {
      kind: 'change',
      reason: `Moving traffic from ${describeSplit(traffic.weights)} to ${describeSplit(wanted)}.`,
      warnings:
        wish.greenPercent > greenPercentOf(traffic.weights)
          ? uncheckedGreen(traffic.service, traffic.green.taskSet.id)
          : [],
      change: { kind: 'set-weights', rule: traffic.rule, groups: traffic.groups, weights: wanted },
    }
  );
}

function shrinkGreen(traffic: Traffic, wish: Wish): Decision | undefined {
  const scale = scaleForShare(wish.greenPercent, wish.greenScalePercent);
  if (traffic.green.taskSet.scalePercent <= scale) return undefined;
  return {
    kind: 'change',
    reason: `Scaling green down to ${scale} %, now that it serves only ${formatPercent(wish.greenPercent)}.`,
    change: scaleChange(traffic, traffic.green, scale),
  };
}

function done(traffic: Traffic, wish: Wish): Decision {
  const split = describeSplit(traffic.weights);
  return {
    kind: 'done',
    reason: `Traffic is split ${split}; read back from the listener rule. ${traffic.green.healthy} of ${traffic.green.taskSet.computedDesired} green targets are healthy.`,
    outputs: {
      ...trafficOutputs(traffic),
      Summary: summarise(`Green has ${formatPercent(wish.greenPercent)} of the traffic`, traffic),
    },
  };
}
