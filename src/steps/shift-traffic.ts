import { answerOfGate, type GateAnswer } from '../canary/approval.ts';
import { type RulesOnBlue, refuseBlueDoors, refuseSideDoors } from '../canary/bypass-rules.ts';
import { scaleForShare, targetsNeeded } from '../canary/capacity.ts';
import type { Decision } from '../canary/decision.ts';
import { awaitHealthy, type StoppedTask } from '../canary/health.ts';
import { uncheckedGreen } from '../canary/lock.ts';
import { atAll, type Door, describeShares, leastGreen, serveOnly } from '../canary/production-rules.ts';
import { scaleChange } from '../canary/scale-change.ts';
import { type Settling, shrink, whyKept } from '../canary/settling.ts';
import { plainMarkdown, summarise, trafficOutputs } from '../canary/summary.ts';
import {
  refuseBusyStack,
  refuseForeignGroups,
  refuseStrayTaskSets,
  refuseUnlessBlueIsStable,
  type Traffic,
} from '../canary/traffic.ts';
import { moveTraffic } from '../canary/traffic-move.ts';
import { formatPercent, greenPercentOf, sameSplit, weightsForGreen } from '../canary/weights.ts';
import { observeStopped, observeTraffic } from '../observation/observe-traffic.ts';
import {
  approvalStep,
  greenPercent,
  greenScalePercent,
  maxIncrease,
  rulesOnBlue,
  settleSeconds,
} from '../parameters/canary-parameters.ts';
import { locationParameters } from '../parameters/location-parameters.ts';
import { sharedParameters } from '../parameters/shared-parameters.ts';
import { recordBlue } from './shared/record-blue.ts';
import { passGate } from './shared/require-approval.ts';
import { observeSettling } from './shared/settle.ts';
import { trafficActions, trafficOutputDescriptions } from './shared/traffic-outputs.ts';
import { defineStep } from './step.ts';

interface State {
  readonly traffic: Traffic;
  readonly stoppedGreen: readonly StoppedTask[];
  readonly answer: GateAnswer;
  readonly settling: Settling;
  /** The decision to record since when green has nothing, where this run took its traffic. */
  readonly record: Decision | undefined;
}

interface Wish {
  readonly greenPercent: number;
  readonly greenScalePercent: number;
  readonly rulesOnBlue: RulesOnBlue;
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
    settleSeconds,
    rulesOnBlue,
    ...locationParameters,
  },
  outputs: trafficOutputDescriptions,
  actions: [
    ...trafficActions,
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:ModifyListener',
  ],
  observe: async ({ reader, values, run }): Promise<State> => {
    const traffic = await observeTraffic(reader, values.stackName, run.region);
    const answer = passGate(traffic, run, (now) =>
      answerOfGate(values.greenPercent, now, run.approval, values.maxIncrease),
    );
    const needed = targetsNeeded(traffic.service.desiredCount, answer.greenPercent);
    const stoppedGreen = await observeStopped(reader, traffic.green, needed);
    const isIdle = run.leftGreenAt !== undefined && serveOnly(traffic.doors, 'Blue') && traffic.stable === 'Blue';
    return {
      ...{ traffic, answer, stoppedGreen, settling: observeSettling(run, traffic.doors, values) },
      record: isIdle ? recordBlue(traffic.service, run, undefined) : undefined,
    };
  },
  decide: (state, { values }) =>
    state.answer.held === undefined
      ? decideShift(state, { ...values, greenPercent: state.answer.greenPercent })
      : hold(state.traffic, state.answer.held, state.answer.warning),
});

/** Nothing moves, whatever split is in force. */
function hold(traffic: Traffic, why: string, warning: string | undefined): Decision {
  return {
    kind: 'done',
    reason: `${why}. Traffic stays split ${describeShares(traffic.doors)}.`,
    ...(warning !== undefined && { warnings: [warning] }),
    outputs: {
      ...trafficOutputs(traffic),
      Summary: summarise('Traffic stays as it is', traffic, [plainMarkdown(warning ?? `${why}.`)]),
    },
  };
}

/** Scale before weight on the way up, weight before scale on the way down. */
export function decideShift(state: Omit<State, 'answer'>, wish: Wish): Decision {
  const { traffic, stoppedGreen } = state;
  refuseForeignGroups(traffic);
  refuseUnlessBlueIsStable(traffic);
  // A retreat needs no more of green than it has, whatever state green is in, so it comes first.
  const losing = traffic.doors.filter(({ weights }) => greenPercentOf(weights) > wish.greenPercent);
  const retreat = setWeights(traffic, losing, wish);
  if (retreat) return retreat;
  const least = leastGreen(traffic.doors);
  if (wish.greenPercent > least) {
    refuseBusyStack(traffic);
    refuseStrayTaskSets(traffic);
    refuseSideDoors(traffic);
    refuseBlueDoors(traffic, wish.rulesOnBlue);
  }
  const obstacle = wish.greenPercent >= least ? prepareGreen(traffic, stoppedGreen, wish) : undefined;
  return (
    obstacle ??
    setWeights(traffic, traffic.doors, wish) ??
    state.record ??
    shrinkGreen(state, wish) ??
    done(state, wish)
  );
}

function prepareGreen(traffic: Traffic, stopped: readonly StoppedTask[], wish: Wish): Decision | undefined {
  if (wish.greenPercent === 0) return undefined;
  const { green, service } = traffic;
  const scale = scaleOf(wish);
  if (green.taskSet.scalePercent < scale) {
    return {
      kind: 'change',
      reason: `Scaling green from ${green.taskSet.scalePercent} % to ${scale} % of ${service.desiredCount} tasks before it gets ${formatPercent(wish.greenPercent)} of the traffic.`,
      change: scaleChange(traffic, traffic.green, scale),
    };
  }
  return awaitHealthy(green, targetsNeeded(service.desiredCount, wish.greenPercent), stopped);
}

function setWeights(traffic: Traffic, doors: readonly Door[], wish: Wish): Decision | undefined {
  const wanted = weightsForGreen(wish.greenPercent);
  const door = doors.find(({ weights }) => !sameSplit(weights, wanted));
  if (!door) return undefined;
  // One healthy target is demanded of blue, not its whole share: a retreat from a bad green must not wait for a perfect blue.
  const obstacle = wanted.blue > 0 ? awaitHealthy(traffic.blue, 1, []) : undefined;
  const gains = wish.greenPercent > greenPercentOf(door.weights);
  return (
    obstacle ?? {
      ...moveTraffic(traffic, door, wanted),
      warnings: gains ? uncheckedGreen(traffic.service, traffic.green.taskSet.id) : [],
    }
  );
}

function scaleOf(wish: Wish): number {
  return scaleForShare(wish.greenPercent, wish.greenScalePercent);
}

function shrinkGreen({ traffic, settling }: Omit<State, 'answer'>, wish: Wish): Decision | undefined {
  const why = `, which serves only ${formatPercent(wish.greenPercent)} now`;
  return shrink(traffic, traffic.green, scaleOf(wish), settling, why);
}

function done({ traffic, settling }: Omit<State, 'answer'>, wish: Wish): Decision {
  const { doors, green } = traffic;
  return {
    kind: 'done',
    reason: `Traffic is split ${describeShares(doors)}${atAll(doors)}; read back from the listener rule${doors.length > 1 ? 's' : ''}. ${green.healthy} of ${green.taskSet.computedDesired} green targets are healthy.`,
    warnings: whyKept(traffic, green, scaleOf(wish), settling),
    outputs: {
      ...trafficOutputs(traffic),
      Summary: summarise(`Green has ${formatPercent(wish.greenPercent)} of the traffic`, traffic),
    },
  };
}
