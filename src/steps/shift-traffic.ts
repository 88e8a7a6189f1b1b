import { approvedShare, askedShare } from '../canary/approval.ts';
import { type RulesOnBlue, refuseBypassRules, refuseRulesToBlue } from '../canary/bypass-rules.ts';
import { scaleForShare, targetsNeeded } from '../canary/capacity.ts';
import type { Decision } from '../canary/decision.ts';
import { awaitHealthy, type StoppedTask } from '../canary/health.ts';
import { uncheckedGreen } from '../canary/lock.ts';
import {
  atAll,
  describeShares,
  leastGreen,
  mostGreen,
  type ProductionRule,
  serveOnly,
} from '../canary/production-rules.ts';
import type { Run } from '../canary/run.ts';
import { scaleChange } from '../canary/scale-change.ts';
import { type Settling, shrink, whyKept } from '../canary/settling.ts';
import { summarise, trafficOutputs } from '../canary/summary.ts';
import {
  refuseBusyStack,
  refuseForeignGroups,
  refuseStrayTaskSets,
  refuseUnlessBlueIsStable,
  type Traffic,
} from '../canary/traffic.ts';
import { moveTraffic } from '../canary/traffic-move.ts';
import { describeWayBack, proveWayBack } from '../canary/way-back.ts';
import { formatPercent, greenPercentOf, sameSplit, weightsForGreen } from '../canary/weights.ts';
import { observeStopped, observeTraffic } from '../observation/observe-traffic.ts';
import { allowedHours, freezes, timeZone } from '../parameters/calendar-parameters.ts';
import {
  approvalStep,
  evidence,
  greenPercent,
  greenScalePercent,
  leaseMinutes,
  maxIncrease,
  rulesOnBlue,
  settleSeconds,
} from '../parameters/canary-parameters.ts';
import { firstParameters, lastParameters, middleParameters } from '../parameters/shared-parameters.ts';
import { readGateEvidence } from './shared/gate-evidence.ts';
import { keepShare } from './shared/held-share.ts';
import { describeLease, unleasedWarning } from './shared/lease-record.ts';
import { type Bookkeeping, keepLedger } from './shared/ledger-record.ts';
import { recordBlue } from './shared/record-blue.ts';
import { recordShare, type ShareInForce, unrecordedWarning } from './shared/record-share.ts';
import { requireApproval } from './shared/require-approval.ts';
import { refuseOutsideHours } from './shared/require-hours.ts';
import { tellRetreat } from './shared/retreat-notice.ts';
import { seenIn } from './shared/seen-in.ts';
import { settlingOf } from './shared/settle.ts';
import { trafficActions, trafficOutputDescriptions } from './shared/traffic-outputs.ts';
import { defineStep } from './step.ts';

interface State {
  readonly traffic: Traffic;
  readonly stoppedGreen: readonly StoppedTask[];
}

interface StepRequest {
  readonly greenPercent: number;
  /** The share that the step has for itself, where a note may have asked for another. */
  readonly planned?: number;
  readonly greenScalePercent: number;
  readonly rulesOnBlue: RulesOnBlue;
  /** How long green may keep the share; 0 for no limit. */
  readonly leaseMinutes?: number;
  /** Warnings, before traffic moves, of what the approver overrode: the allowed hours, or a Guard. */
  readonly overridden?: readonly string[];
}

export const shiftTraffic = defineStep({
  id: 'shift-traffic',
  name: 'Shift Traffic',
  summary:
    'Gives green exactly the share of production traffic that was approved, after checking that enough healthy green targets can serve it, and reads the weights back. Works in both directions: a lower share takes traffic away at once.',
  parameters: {
    ...firstParameters,
    greenPercent,
    approvalStep,
    ...middleParameters,
    maxIncrease,
    leaseMinutes,
    allowedHours,
    timeZone,
    freezes,
    greenScalePercent,
    settleSeconds,
    rulesOnBlue,
    evidence,
    ...lastParameters,
  },
  outputs: {
    ...trafficOutputDescriptions,
    RepeatCommand:
      'If green keeps its share, the command that asks for the skipped one, such as `/weight 10`; otherwise empty.',
  },
  actions: [
    ...trafficActions,
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:ModifyListener',
  ],
  approvalStep: ({ approvalStep }) => approvalStep,
  observe: async ({ reader, values, run }): Promise<State> => {
    const traffic = await observeTraffic(reader, values.stackName, run.region);
    const asked = askedShare(values.greenPercent, mostGreen(traffic.productionRules), run.approval);
    const needed = targetsNeeded(traffic.service.desiredCount, asked);
    return { traffic, stoppedGreen: await observeStopped(reader, traffic.green, needed) };
  },
  seen: seenIn,
  decide: ({ traffic, stoppedGreen }, { values, run }) => {
    const evidence = readGateEvidence(values.evidence);
    const answer = requireApproval(
      traffic,
      run,
      (now, caution) => approvedShare(values.greenPercent, now, run.approval, values.maxIncrease, caution),
      evidence,
    );
    const { greenPercent, held, mark, leaseMinutes, override } = answer;
    const to = held === undefined ? greenPercent : mostGreen(traffic.productionRules);
    const kind = held === undefined ? 'share' : 'hold';
    const decided = { kind, to, mark, evidence } as const;
    const ledger = keepLedger(traffic.service, decided, run, 'shift-traffic');
    if (held !== undefined) return tellRetreat(keepShare(traffic, ledger, { ...answer, held }), traffic, run);
    const overridden = [
      ...(answer.overruled ?? []),
      ...refuseOutsideHours(traffic.productionRules, greenPercent, override, values, run),
    ];
    const isIdle =
      run.leftGreenAt !== undefined && serveOnly(traffic.productionRules, 'Blue') && traffic.stable === 'Blue';
    const record = isIdle ? recordBlue(traffic.service, run, undefined) : undefined;
    const decision = decideShift(
      { traffic, stoppedGreen, settling: settlingOf(run, values), record, run, ledger },
      {
        ...values,
        greenPercent,
        planned: values.greenPercent,
        overridden,
        leaseMinutes: leaseMinutes ?? values.leaseMinutes,
      },
    );
    return tellRetreat(decision, traffic, run);
  },
});

interface Shift extends State {
  readonly settling: Settling;
  /** The decision to record when green lost its traffic, if this run took it. */
  readonly record: Decision | undefined;
  readonly run: ShareInForce & Pick<Run, 'noWayBack'>;
  readonly ledger?: Bookkeeping;
}

/** Scale before weight on the way up, weight before scale on the way down. */
export function decideShift(state: Shift, request: StepRequest): Decision {
  const { traffic, stoppedGreen } = state;
  refuseForeignGroups(traffic);
  refuseUnlessBlueIsStable(traffic);
  // Lowering green's share needs nothing more of green, whatever its state, so it comes first.
  const losing = traffic.productionRules.filter(({ weights }) => greenPercentOf(weights) > request.greenPercent);
  const shiftBack = setWeights(traffic, losing, request);
  if (shiftBack) return shiftBack;
  const least = leastGreen(traffic.productionRules);
  if (request.greenPercent > least) {
    refuseBusyStack(traffic);
    refuseStrayTaskSets(traffic);
    refuseBypassRules(traffic);
    refuseRulesToBlue(traffic, request.rulesOnBlue);
  }
  const obstacle = request.greenPercent >= least ? prepareGreen(traffic, stoppedGreen, request) : undefined;
  return (
    obstacle ??
    proveWayBack(traffic, request.greenPercent, state.run) ??
    setWeights(traffic, traffic.productionRules, request, describeWayBack(traffic, state.run)) ??
    state.record ??
    recordShare(traffic, request.greenPercent, state.run, state.ledger, request.leaseMinutes) ??
    shrinkGreen(state, request) ??
    done(state, request)
  );
}

function prepareGreen(traffic: Traffic, stopped: readonly StoppedTask[], request: StepRequest): Decision | undefined {
  if (request.greenPercent === 0) return undefined;
  const { green, service } = traffic;
  const scale = scaleOf(request);
  if (green.taskSet.scalePercent < scale) {
    return {
      kind: 'change',
      reason: `Scaling green from ${green.taskSet.scalePercent} % to ${scale} % of ${service.desiredCount} tasks before it gets ${formatPercent(request.greenPercent)} of the traffic.`,
      change: scaleChange(traffic, traffic.green, scale),
    };
  }
  return awaitHealthy(green, targetsNeeded(service.desiredCount, request.greenPercent), stopped);
}

function setWeights(
  traffic: Traffic,
  productionRules: readonly ProductionRule[],
  request: StepRequest,
  notes: readonly string[] = [],
): Decision | undefined {
  const wanted = weightsForGreen(request.greenPercent);
  const productionRule = productionRules.find(({ weights }) => !sameSplit(weights, wanted));
  if (!productionRule) return undefined;
  // Blue needs one healthy target, not its whole share: moving traffic off a bad green must not wait for a perfect blue.
  const obstacle = wanted.blue > 0 ? awaitHealthy(traffic.blue, 1, []) : undefined;
  const gains = request.greenPercent > greenPercentOf(productionRule.weights);
  return (
    obstacle ?? {
      ...moveTraffic(traffic, productionRule, wanted),
      notes,
      warnings: [
        ...(request.overridden ?? []),
        ...(gains ? uncheckedGreen(traffic.service, traffic.green.taskSet.id) : []),
      ],
    }
  );
}

function scaleOf(request: StepRequest): number {
  return scaleForShare(request.greenPercent, request.greenScalePercent);
}

function shrinkGreen({ traffic, settling }: Shift, request: StepRequest): Decision | undefined {
  const why = `, which now serves only ${formatPercent(request.greenPercent)}`;
  return shrink(traffic, traffic.green, scaleOf(request), settling, why);
}

function done({ traffic, settling, run, ledger }: Shift, request: StepRequest): Decision {
  const { productionRules, green } = traffic;
  const lease = describeLease(traffic, run.awsNow);
  const { greenPercent, planned = greenPercent } = request;
  const isOther = planned !== greenPercent;
  const asAsked = isOther ? `, as the note asked (${formatPercent(planned)} was planned for green)` : '';
  const other = isOther ? [`The note asked for this share, not for the planned ${formatPercent(planned)}.`] : [];
  return {
    kind: 'done',
    reason: `Traffic is split ${describeShares(productionRules)}${atAll(productionRules)}${asAsked}; read back from the listener rule${productionRules.length > 1 ? 's' : ''}. ${green.healthy} of ${green.taskSet.computedDesired} green targets are healthy.${lease.map((line) => ` ${line}`).join('')}`,
    warnings: [
      ...whyKept(traffic, green, scaleOf(request), settling),
      ...unrecordedWarning(run),
      ...unleasedWarning(traffic, greenPercent, request.leaseMinutes ?? 0, run),
      ...(ledger?.warnings ?? []),
    ],
    artifacts: ledger?.artifacts ?? [],
    outputs: {
      ...trafficOutputs(traffic),
      RepeatCommand: '',
      Summary: summarise(`Green has ${formatPercent(greenPercent)} of the traffic`, traffic, [...other, ...lease]),
    },
  };
}
