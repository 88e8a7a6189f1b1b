import type { Stack } from '../../aws/aws.ts';
import type { RulesOnBlue } from '../../canary/bypass-rules.ts';
import { targetsNeeded } from '../../canary/capacity.ts';
import type { Tags } from '../../canary/change.ts';
import type { Decision } from '../../canary/decision.ts';
import { awaitHealthy } from '../../canary/health.ts';
import { ledgerOf } from '../../canary/ledger.ts';
import { lockOf } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { atAll, nextRuleToMove, serveOnly } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import { type Service, shortTaskDefinition } from '../../canary/service.ts';
import { everCompleted, stackCondition } from '../../canary/stack-status.ts';
import { summarise, trafficOutputs } from '../../canary/summary.ts';
import { refuseForeignGroups, refuseStrayTaskSets, type Traffic, tagUnclear } from '../../canary/traffic.ts';
import { moveTraffic } from '../../canary/traffic-move.ts';
import { allBlue } from '../../canary/weights.ts';
import { isPending } from '../../observation/watch-stack-operation.ts';
import { withEndOfShares } from '../shared/end-of-shares.ts';
import { entryTags, recordEntry, unledgeredWarning } from '../shared/ledger-record.ts';
import { recordBlue } from '../shared/record-blue.ts';
import { removeTestRules } from '../shared/remove-test-rules.ts';
import { restoreBlue } from '../shared/restore-blue.ts';
import { awaitOperation, stackStuck } from '../shared/stack-messages.ts';
import { unhealthyBlueWarning } from '../shared/unhealthy-blue-warning.ts';
import { acquireLock } from './acquire-lock.ts';
import { copyGreenToBlue } from './copy-green-to-blue.ts';
import type { State } from './state.ts';

interface StepRequest {
  readonly stackName: string;
  readonly takeOver: boolean;
  readonly dryRun: boolean;
  readonly rulesOnBlue: RulesOnBlue;
}

/** Leads to one state: blue is the stable version, has all of the traffic, and the tag says Blue. */
export function decidePreparation(state: State, run: Run, request: StepRequest): Decision {
  switch (state.kind) {
    case 'first':
      return {
        kind: 'done',
        reason: `First deployment: ${state.why}. There is nothing to prepare.`,
        outputs: { FirstDeployment: 'True', Summary: `First deployment of ${request.stackName}: ${state.why}.` },
      };
    case 'unready':
      return awaitStack(state.stack, run);
    case 'ready':
      return acquireLock(state.traffic, run, request) ?? prepare(state, run, request.rulesOnBlue);
  }
}

function awaitStack(stack: Stack, run: Run): Decision {
  const condition = stackCondition(stack.status);
  // The events of this run's own update may arrive after the status.
  if (condition.kind === 'stuck' && !isPending(run, run.operation)) throw stackStuck(stack, condition, run);
  const phase = run.submitted
    ? 'The stack update is in progress'
    : `An earlier run or someone else is ${everCompleted(stack.status) ? 'changing' : 'creating'} the stack`;
  return awaitOperation(phase, stack, run.operation);
}

function prepare(state: Extract<State, { kind: 'ready' }>, run: Run, onBlue: RulesOnBlue): Decision {
  const { traffic } = state;
  refuseForeignGroups(traffic);
  refuseStrayTaskSets(traffic, state.repinned !== undefined && run.submitted === undefined);
  if (traffic.stable === undefined) throw tagUnclear(traffic);
  const { service } = traffic;
  const entry = returnToBlue(service, run);
  return (
    removeTestRules(state.testRules) ??
    (traffic.stable === 'Green' ? copyGreenToBlue(state, run, onBlue) : undefined) ??
    restoreBlue(traffic) ??
    awaitServing(state) ??
    awaitSteady(traffic, run) ??
    serveFromBlue(traffic) ??
    recordBlue(service, run, lockOf(service)?.exposedSince, entry) ??
    // A run that was killed after its weights left nothing else to record.
    recordEntry(service, entry, 'Recording in the ledger that blue has all of the traffic.') ??
    done(traffic, run)
  );
}

/** If blue already serves everything, no users move to it, and a broken blue must not block the version that fixes it. */
function awaitServing({ traffic, stoppedBlue }: Extract<State, { kind: 'ready' }>): Decision | undefined {
  try {
    return awaitHealthy(traffic.blue, targetsNeeded(traffic.service.desiredCount, 100), stoppedBlue);
  } catch (error) {
    if (error instanceof OperatorError && traffic.stable === 'Blue' && serveOnly(traffic.productionRules, 'Blue'))
      return undefined;
    throw error;
  }
}

/** Just after the update, healthy targets may still be those of the replaced blue. */
function awaitSteady({ blue }: Traffic, run: Run): Decision | undefined {
  if (blue.taskSet.steady || run.submitted?.outcome !== 'accepted') return undefined;
  return { kind: 'wait', reason: `Blue has ${blue.healthy} healthy targets; waiting for ECS to report STEADY_STATE.` };
}

function serveFromBlue(traffic: Traffic): Decision | undefined {
  // Green's group must be named in every rule, or ECS could not register green there.
  const productionRule = nextRuleToMove(traffic.productionRules, allBlue, traffic.groups);
  return productionRule && moveTraffic(traffic, productionRule, allBlue, { tail: '; blue is the stable version' });
}

/** The end of the shares, with the ledger's entry if green had traffic: of a promotion, or of a canary that was given up. */
function returnToBlue(service: Service, run: Run): Tags | undefined {
  const share = run.movedFrom ?? ledgerOf(service).at(-1)?.to ?? 0;
  const decided = { kind: 'share', to: 0, note: 'blue runs the stable version' } as const;
  return withEndOfShares(service, share === 0 ? undefined : entryTags(service, decided, run), run);
}

function done(traffic: Traffic, run: Run): Decision {
  const stable = shortTaskDefinition(traffic.blue.taskSet.taskDefinition);
  const unhealthy = unhealthyBlueWarning(traffic);
  const warnings = [...unhealthy, ...unledgeredWarning(traffic.service, run, 'prepare-blue')];
  return {
    kind: 'done',
    warnings,
    reason: `Blue (${stable}) is stable, with all of the traffic${atAll(traffic.productionRules)} and ${traffic.blue.healthy} healthy targets.`,
    outputs: {
      ...trafficOutputs(traffic),
      FirstDeployment: 'False',
      Summary: summarise(`Blue runs the stable version ${stable}`, traffic, unhealthy),
    },
  };
}
