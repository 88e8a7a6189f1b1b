import { type ApprovedShare, approvedPromotion } from '../canary/approval.ts';
import { describeRules, type RulesOnBlue, refuseBypassRules, refuseRulesToBlue } from '../canary/bypass-rules.ts';
import { targetsNeeded } from '../canary/capacity.ts';
import type { Decision } from '../canary/decision.ts';
import { awaitHealthy, type StoppedTask } from '../canary/health.ts';
import type { ListenerRule } from '../canary/listener-rule.ts';
import { refuseLockedByOther, uncheckedGreen } from '../canary/lock.ts';
import { atAll, type ProductionRule, serveOnly } from '../canary/production-rules.ts';
import type { Run } from '../canary/run.ts';
import { scaleChange } from '../canary/scale-change.ts';
import { shortTaskDefinition } from '../canary/service.ts';
import { type Settling, shrink, whyKept } from '../canary/settling.ts';
import { summarise, trafficOutputs } from '../canary/summary.ts';
import {
  refuseBusyStack,
  refuseForeignGroups,
  refuseStrayTaskSets,
  refuseUnlessBlueIsStable,
  type Traffic,
  tagDisagrees,
} from '../canary/traffic.ts';
import { moveTraffic } from '../canary/traffic-move.ts';
import { allGreen, servesOnly } from '../canary/weights.ts';
import { observeStopped, observeTraffic } from '../observation/observe-traffic.ts';
import { allowedHours, freezes, timeZone } from '../parameters/calendar-parameters.ts';
import {
  evidence,
  idleScalePercent,
  promotionApproval,
  promotionLimit,
  rulesOnBlue,
  settleSeconds,
} from '../parameters/canary-parameters.ts';
import { firstParameters, lastParameters, middleParameters } from '../parameters/shared-parameters.ts';
import { type GateEvidence, readGateEvidence } from './shared/gate-evidence.ts';
import { type Bookkeeping, keepLedger } from './shared/ledger-record.ts';
import { releaseLock } from './shared/release-lock.ts';
import { removeTestRules } from './shared/remove-test-rules.ts';
import { requireApproval } from './shared/require-approval.ts';
import { refuseOutsideHours, type Times } from './shared/require-hours.ts';
import { tellRetreat } from './shared/retreat-notice.ts';
import { seenIn } from './shared/seen-in.ts';
import { settlingOf } from './shared/settle.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from './shared/traffic-outputs.ts';
import { defineStep } from './step.ts';
import { attachFinalReport } from './watch/final-report.ts';

interface State {
  readonly traffic: Traffic;
  readonly stoppedGreen: readonly StoppedTask[];
  /** Read only once green is stable; they are not needed before. */
  readonly testRules: readonly ListenerRule[];
}

interface Promotion extends State {
  readonly settling: Settling;
  readonly ledger?: Bookkeeping;
  /** Warnings, before traffic moves, of what the approver overrode: the allowed hours, or a Guard. */
  readonly overridden?: readonly string[];
}

/** What the operator asks of a promotion beyond the approval. */
interface StepRequest {
  readonly idleScalePercent: number;
  readonly rulesOnBlue: RulesOnBlue;
}

export const promote = defineStep({
  id: 'promote',
  name: 'Promote',
  summary:
    'Gives green all of the traffic, reads the weights back, and only then records green as stable in the StableStack tag. Removes the test rule. The next Prepare Blue copies the promoted version to blue.',
  parameters: {
    ...firstParameters,
    approvalStep: promotionApproval,
    ...middleParameters,
    maxIncrease: promotionLimit,
    allowedHours,
    timeZone,
    freezes,
    idleScalePercent,
    settleSeconds,
    rulesOnBlue,
    evidence,
    ...lastParameters,
  },
  outputs: trafficOutputDescriptions,
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
    'ecs:UntagResource',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:ModifyListener',
    'cloudwatch:GetMetricData',
  ],
  approvalStep: ({ approvalStep }) => approvalStep,
  observe: async ({ reader, values, run }): Promise<State> => {
    const traffic = await observeTraffic(reader, values.stackName, run.region);
    const stoppedGreen = await observeStopped(reader, traffic.green, targetsNeeded(traffic.service.desiredCount, 100));
    const testRules = traffic.stable === 'Green' ? await reader.testRules() : [];
    return { traffic, stoppedGreen, testRules };
  },
  seen: seenIn,
  attach: ({ reader, values, run }) => attachFinalReport(reader, values.stackName, run),
  decide: (state, { values, run }) => {
    const { traffic } = state;
    // A retry after the tag was written only cleans up.
    if (traffic.stable === 'Green') refuseLockedByOther(traffic.service, run.lockOwner);
    const evidence = readGateEvidence(values.evidence);
    const { mark, overridden } =
      traffic.stable === 'Green' ? alreadyDone : requirePromotion(traffic, values, run, evidence);
    const decided = { kind: 'promotion', to: 100, mark, evidence } as const;
    const ledger = keepLedger(traffic.service, decided, run, 'promote');
    const decision = decidePromotion({ ...state, settling: settlingOf(run, values), ledger, overridden }, values);
    return tellRetreat(decision, traffic, run);
  },
});

/** What the approval means for the ledger and the log. */
interface Allowed extends Pick<ApprovedShare, 'mark'> {
  readonly overridden: readonly string[];
}

const alreadyDone: Allowed = { overridden: [] };

/** Checks the approval and the hours. */
function requirePromotion(
  traffic: Traffic,
  values: Times & { readonly maxIncrease: number },
  run: Run,
  evidence: GateEvidence | undefined,
): Allowed {
  const {
    mark,
    overruled = [],
    override,
  } = requireApproval(
    traffic,
    run,
    (now, caution) => approvedPromotion(now, run.approval, values.maxIncrease, caution),
    evidence,
  );
  const late = refuseOutsideHours(traffic.productionRules, 100, override, values, run);
  return { ...(mark && { mark }), overridden: [...overruled, ...late] };
}

/** Weights before the tag, always: a crash between the two is seen and repaired by running again. */
export function decidePromotion(state: Promotion, request: StepRequest): Decision {
  const { traffic } = state;
  refuseForeignGroups(traffic);
  if (traffic.stable !== 'Green') return moveToGreen(state, request.rulesOnBlue);
  if (!serveOnly(traffic.productionRules, 'Green'))
    throw tagDisagrees(traffic, ': a Rollback or Prepare Blue was interrupted, or the rule was changed.');
  return (
    removeTestRules(state.testRules) ??
    shrinkBlue(state, request.idleScalePercent) ??
    releaseLock(traffic.service) ??
    done(state, request.idleScalePercent)
  );
}

/** Blue, the way back, is scaled down only while green can serve everything. */
function shrinkBlue({ traffic, stoppedGreen, settling }: Promotion, idleScale: number): Decision | undefined {
  const smaller = shrink(traffic, traffic.blue, idleScale, settling, ', which no longer serves traffic');
  if (smaller?.kind !== 'change') return smaller;
  return awaitHealthy(traffic.green, targetsNeeded(traffic.service.desiredCount, 100), stoppedGreen) ?? smaller;
}

function moveToGreen(
  { traffic, stoppedGreen: stopped, ledger, overridden = [] }: Promotion,
  onBlue: RulesOnBlue,
): Decision {
  const entry = ledger?.entry;
  refuseUnlessBlueIsStable(traffic);
  const { green, service } = traffic;
  const productionRule = traffic.productionRules.find(({ weights }) => !servesOnly(weights, 'Green'));
  if (!productionRule) {
    refuseStrayTaskSets(traffic);
    const unhealthy = awaitHealthy(green, targetsNeeded(service.desiredCount, 100), stopped);
    if (unhealthy) return unhealthy;
    return {
      kind: 'change',
      reason: `All traffic${ofRules(traffic.productionRules)} is on green; recording green (${shortTaskDefinition(green.taskSet.taskDefinition)}) as stable in the StableStack tag.`,
      change: { kind: 'tag-stable', serviceArn: service.arn, colour: 'Green', ...(entry && { entry }) },
    };
  }
  refuseBusyStack(traffic);
  refuseStrayTaskSets(traffic);
  refuseBypassRules(traffic);
  refuseRulesToBlue(traffic, onBlue);
  if (green.taskSet.scalePercent < 100) {
    return {
      kind: 'change',
      reason: `Scaling green from ${green.taskSet.scalePercent} % to 100 % before it gets all traffic.`,
      change: scaleChange(traffic, green, 100),
    };
  }
  return (
    awaitHealthy(green, targetsNeeded(service.desiredCount, 100), stopped) ?? {
      ...moveTraffic(traffic, productionRule, allGreen),
      warnings: [...overridden, ...uncheckedGreen(service, green.taskSet.id)],
    }
  );
}

/** Names the production rules in a sentence if there are several. */
function ofRules(productionRules: readonly ProductionRule[]): string {
  return productionRules.length === 1 ? '' : ` of the ${productionRules.length} production rules`;
}

function done({ traffic, settling, ledger }: Promotion, idleScale: number): Decision {
  const promoted = shortTaskDefinition(traffic.green.taskSet.taskDefinition);
  const { rulesToBlue, productionRules, known } = traffic;
  const kept =
    rulesToBlue.length === 0 ? '' : ` Users still reach blue through ${describeRules(rulesToBlue, known.names)}.`;
  const where = kept === '' ? atAll(productionRules) : ofRules(productionRules) || ' of the production rule';
  return {
    kind: 'done',
    reason: `Promoted: green (${promoted}) has all of the traffic${where} and is recorded as stable.${kept}`,
    warnings: [...whyKept(traffic, traffic.blue, idleScale, settling), ...(ledger?.warnings ?? [])],
    artifacts: ledger?.artifacts ?? [],
    outputs: { ...trafficOutputs(traffic), Summary: summarise(`Promoted ${promoted}`, traffic) },
  };
}
