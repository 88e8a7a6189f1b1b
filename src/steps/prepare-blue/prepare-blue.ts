import type { Stack } from '../../aws/aws.ts';
import { describeRules, type RulesOnBlue, refuseReplacedBlue } from '../../canary/bypass-rules.ts';
import { targetsNeeded } from '../../canary/capacity.ts';
import type { StackSubmission } from '../../canary/change.ts';
import type { Decision } from '../../canary/decision.ts';
import { awaitHealthy, type StoppedTask } from '../../canary/health.ts';
import type { ListenerRule } from '../../canary/listener-rule.ts';
import { lockOf } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { atAll, describeShares, nextRuleToMove, serveOnly } from '../../canary/production-rules.ts';
import type { Run, StackOperation } from '../../canary/run.ts';
import { shortTaskDefinition } from '../../canary/service.ts';
import { everCompleted, stackCondition } from '../../canary/stack-status.ts';
import { summarise, trafficOutputs } from '../../canary/summary.ts';
import { refuseForeignGroups, refuseStrayTaskSets, type Traffic, tagUnclear } from '../../canary/traffic.ts';
import { moveTraffic } from '../../canary/traffic-move.ts';
import { allBlue } from '../../canary/weights.ts';
import type { CanaryReader } from '../../observation/canary-reader.ts';
import { observeStopped, observeTraffic } from '../../observation/observe-traffic.ts';
import { isPending, watchOperation, wentBack } from '../../observation/stack-operation.ts';
import { rulesOnBlue, stackRoleArn, takeOver } from '../../parameters/canary-parameters.ts';
import { firstParameters, lastParameters, usualParameters } from '../../parameters/shared-parameters.ts';
import { recordBlue } from '../shared/record-blue.ts';
import { removeTestRules } from '../shared/remove-test-rules.ts';
import { isVolatile, repinnedStack } from '../shared/repinned-stack.ts';
import { restoreBlue } from '../shared/restore-blue.ts';
import { seenTraffic } from '../shared/seen-traffic.ts';
import { describeProgress, stackFailed, stackStuck } from '../shared/stack-operation.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { unhealthyBlueWarning } from '../shared/unhealthy-blue-warning.ts';
import { defineStep } from '../step.ts';
import { acquireLock } from './acquire-lock.ts';

type State =
  | { readonly kind: 'first'; readonly why: string }
  | { readonly kind: 'unready'; readonly stack: Stack; readonly operation?: StackOperation | undefined }
  | {
      readonly kind: 'ready';
      readonly stack: Stack;
      readonly operation?: StackOperation | undefined;
      readonly traffic: Traffic;
      readonly stoppedBlue: readonly StoppedTask[];
      readonly testRules: readonly ListenerRule[];
      /** The update that pins blue to the stable version; only where blue runs another one. */
      readonly repinned?: StackSubmission;
    };

export const prepareBlue = defineStep({
  id: 'prepare-blue',
  name: 'Prepare Blue',
  summary:
    'Finds the stable version and makes blue it: after a promotion it updates only the blue task set to the promoted version, waits until blue is healthy, moves all traffic to blue, reads it back and records blue as stable. Without a stack it says so (`FirstDeployment` is `True`) and succeeds. Run it first in every canary.',
  parameters: { ...firstParameters, takeOver, stackRoleArn, ...usualParameters, rulesOnBlue, ...lastParameters },
  outputs: {
    ...trafficOutputDescriptions,
    FirstDeployment:
      '`True` when nothing was ever deployed completely: skip the test rule, the shifts and Promote then.',
  },
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'cloudformation:DescribeStackEvents',
    'cloudformation:GetTemplate',
    'cloudformation:UpdateStack',
    'iam:PassRole',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:ModifyListener',
  ],
  observe: async ({ reader, values, run }): Promise<State> => {
    // The resources are read later: those of a stack under way are not the ones of the stack that has settled since.
    const stack = await reader.stack();
    if (!stack) return { kind: 'first', why: `there is no stack named ${values.stackName} yet` };
    const condition = stackCondition(stack.status);
    if (condition.kind === 'never-completed')
      return { kind: 'first', why: `the stack ${stack.name} is in ${stack.status} and never served` };
    // The last events tell why an update failed, so they are read before its outcome is judged.
    const watched = run.submitted || condition.kind === 'busy';
    const operation = watched ? (await watchOperation(reader, run)).operation : run.operation;
    if (condition.kind !== 'settled' || isPending(run, operation)) return { kind: 'unready', stack, operation };
    return { kind: 'ready', stack, operation, ...(await observeReady(reader, stack, values, run)) };
  },
  seen: (state) => ({
    ...('operation' in state && { operation: state.operation }),
    ...('traffic' in state && seenTraffic(state.traffic)),
  }),
  decide: (state, { values, run }) => decidePreparation(state, run, values),
});

type Readings = Pick<Extract<State, { kind: 'ready' }>, 'traffic' | 'stoppedBlue' | 'testRules' | 'repinned'>;

async function observeReady(
  reader: CanaryReader,
  stack: Stack,
  values: Parameters<typeof repinnedStack>[2] & { readonly stackName: string },
  run: Run,
): Promise<Readings> {
  const traffic = await observeTraffic(reader, values.stackName, run.region, 'incomplete');
  const stable = traffic.stable === 'Green' ? traffic.green : traffic.blue;
  const stoppedBlue = await observeStopped(reader, traffic.blue, targetsNeeded(traffic.service.desiredCount, 100));
  const testRules = await reader.testRules();
  const state: Readings = { traffic, stoppedBlue, testRules };
  if (traffic.blue.taskSet.taskDefinition === stable.taskSet.taskDefinition) return state;
  return { ...state, repinned: repinnedStack(stack, await reader.template(), values, stable.taskSet.taskDefinition) };
}

interface Wish {
  readonly stackName: string;
  readonly takeOver: boolean;
  readonly dryRun: boolean;
  readonly rulesOnBlue: RulesOnBlue;
}

/** After it, always: blue is the stable version, has all of the traffic, and the tag says Blue. */
export function decidePreparation(state: State, run: Run, request: Wish): Decision {
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
  if (condition.kind === 'stuck') throw stackStuck(stack, condition, run.region);
  const progress = describeProgress(run.operation);
  const whose = run.submitted
    ? 'The stack update is under way'
    : `The stack is being changed${everCompleted(stack.status) ? '' : ' for the first time'} by an earlier run or by somebody else`;
  return {
    kind: 'wait',
    reason: `${whose} (${stack.status}${progress.text}).`,
    ...(progress.percent !== undefined && { percent: progress.percent }),
  };
}

function prepare(state: Extract<State, { kind: 'ready' }>, run: Run, onBlue: RulesOnBlue): Decision {
  const { traffic } = state;
  refuseForeignGroups(traffic);
  refuseStrayTaskSets(traffic, state.repinned !== undefined && run.submitted === undefined);
  if (traffic.stable === undefined) throw tagUnclear(traffic);
  return (
    removeTestRules(state.testRules) ??
    (traffic.stable === 'Green' ? copyGreenToBlue(state, run, onBlue) : undefined) ??
    restoreBlue(traffic) ??
    awaitServing(state) ??
    awaitSteady(traffic, run) ??
    serveFromBlue(traffic) ??
    recordBlue(traffic.service, run, lockOf(traffic.service)?.exposedSince) ??
    done(traffic)
  );
}

/** Where blue serves everything already, nobody is moved to it, and a broken one must not keep away the version that mends it. */
function awaitServing({ traffic, stoppedBlue }: Extract<State, { kind: 'ready' }>): Decision | undefined {
  try {
    return awaitHealthy(traffic.blue, targetsNeeded(traffic.service.desiredCount, 100), stoppedBlue);
  } catch (error) {
    if (error instanceof OperatorError && traffic.stable === 'Blue' && serveOnly(traffic.productionRules, 'Blue'))
      return undefined;
    throw error;
  }
}

function copyGreenToBlue(
  { stack, traffic, repinned }: Extract<State, { kind: 'ready' }>,
  run: Run,
  onBlue: RulesOnBlue,
): Decision | undefined {
  if (!repinned) return undefined;
  const stable = shortTaskDefinition(traffic.green.taskSet.taskDefinition);
  if (!serveOnly(traffic.productionRules, 'Green')) {
    throw new OperatorError(
      'tag-disagrees',
      `The StableStack tag says Green (${stable}), but the traffic is split ${describeShares(traffic.productionRules)}: a rollback was interrupted, or somebody changed the rule or the tag.`,
      `Decide which version is stable. Run Rollback to make blue (${shortTaskDefinition(traffic.blue.taskSet.taskDefinition)}) stable, or move all traffic to green by hand if ${stable} is, then start again.`,
    );
  }
  if (run.submitted?.outcome === 'accepted') {
    if (wentBack(stack, run.operation)) throw stackFailed(stack, run.operation);
    return { kind: 'wait', reason: `The stack update has ended; waiting until ECS shows ${stable} on blue.` };
  }
  if (run.submitted) {
    throw new OperatorError(
      'change-not-in-force',
      `The template pins blue to ${stable} already, but blue runs ${shortTaskDefinition(traffic.blue.taskSet.taskDefinition)}: blue was changed outside the stack.`,
      'Bring the blue task set and the stack together again (detect drift in the CloudFormation console), then run the step again.',
    );
  }
  refuseReplacedBlue(traffic, onBlue, stable);
  return {
    kind: 'change',
    warnings: [
      ...(isVolatile(repinned.templateBody)
        ? [
            'The template has values from Parameter Store or Secrets Manager, or a Transform, which AWS reads anew at every update. Green is pinned to its version meanwhile; what else uses one that changed there changes with this update.',
          ]
        : []),
      ...movedWithBlue(traffic, stable),
    ],
    reason: `Green (${stable}) is stable: updating the blue task set, and nothing else in the stack, to ${stable}. Traffic stays on green meanwhile.`,
    change: { kind: 'update-stack', submission: repinned },
  };
}

/** Users whom EcsCanary.RulesOnBlue keeps on blue get the version that blue gets. */
function movedWithBlue({ rulesToBlue, known, blue }: Traffic, stable: string): readonly string[] {
  if (rulesToBlue.length === 0) return [];
  return [
    `Users who reach only blue, through ${describeRules(rulesToBlue, known.names)}, move from ${shortTaskDefinition(blue.taskSet.taskDefinition)} to ${stable} with this update, all at once.`,
  ];
}

/** Just after the update, healthy targets may still be those of the blue that was replaced. */
function awaitSteady({ blue }: Traffic, run: Run): Decision | undefined {
  if (blue.taskSet.steady || run.submitted?.outcome !== 'accepted') return undefined;
  return { kind: 'wait', reason: `Blue has ${blue.healthy} healthy targets; waiting for ECS to call it steady.` };
}

function serveFromBlue(traffic: Traffic): Decision | undefined {
  // Green's group must be named in every rule, or ECS could not register green there.
  const productionRule = nextRuleToMove(traffic.productionRules, allBlue, traffic.groups);
  return productionRule && moveTraffic(traffic, productionRule, allBlue, { tail: '; blue is the stable version' });
}

function done(traffic: Traffic): Decision {
  const stable = shortTaskDefinition(traffic.blue.taskSet.taskDefinition);
  const warnings = unhealthyBlueWarning(traffic);
  return {
    kind: 'done',
    warnings,
    reason: `Blue is stable (${stable}), has all of the traffic${traffic.productionRules.length > 1 ? `${atAll(traffic.productionRules)}, and has` : ' and'} ${traffic.blue.healthy} healthy targets.`,
    outputs: {
      ...trafficOutputs(traffic),
      FirstDeployment: 'False',
      Summary: summarise(`Blue runs the stable version ${stable}`, traffic, warnings),
    },
  };
}
