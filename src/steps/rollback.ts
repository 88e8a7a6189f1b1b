import type { Stack } from '../aws/aws.ts';
import { parseColour, stableTagKey } from '../canary/colour.ts';
import type { Decision } from '../canary/decision.ts';
import { awaitHealthy } from '../canary/health.ts';
import { type ColourGroups, type ListenerRule, weightsOf } from '../canary/listener-rule.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { Service } from '../canary/service.ts';
import { everCompleted, stackCondition } from '../canary/stack-status.ts';
import { summarise, trafficOutputs } from '../canary/summary.ts';
import { assembleTraffic, type Traffic } from '../canary/traffic.ts';
import { allBlue, describeSplit, servesOnly } from '../canary/weights.ts';
import { sharedParameters } from '../octopus/shared-parameters.ts';
import { idleScalePercent } from './canary-parameters.ts';
import type { CanaryReader } from './canary-reader.ts';
import { locationParameters } from './location-parameters.ts';
import { removeTestRules } from './remove-test-rules.ts';
import { scaleIdle } from './scale-idle.ts';
import { defineStep } from './step.ts';
import { testRuleActions, trafficActions, trafficOutputDescriptions } from './step-texts.ts';

type State =
  /** Nothing was ever deployed completely. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** Green has traffic: everything but the weights can wait. */
  | {
      readonly kind: 'exposed';
      readonly rule: ListenerRule;
      readonly groups: ColourGroups;
      /** Read only where blue serves nothing now and may therefore be unable to. */
      readonly traffic?: Traffic;
    }
  | {
      readonly kind: 'safe';
      readonly stack: Stack;
      readonly service: Service;
      readonly testRules: readonly ListenerRule[];
      /** Undefined when a task set of the stack is gone, which must not stop a rollback. */
      readonly traffic?: Traffic;
    };

export const rollback = defineStep({
  id: 'rollback',
  name: 'Rollback',
  summary:
    'Gives blue all of the traffic at once, in one write and before anything else, then records blue as stable and removes the test rule. Works from any state of the canary and of the stack. When a deployment fails while green is the recorded stable version and serves everything, it leaves green alone: only a person, by running this step in a runbook, goes back behind a promotion.',
  parameters: { ...sharedParameters, idleScalePercent, ...locationParameters },
  outputs: {
    ...trafficOutputDescriptions,
    FirstDeployment: '`True` when nothing was ever deployed completely, so that there is nothing to roll back to.',
  },
  actions: [
    ...trafficActions,
    ...testRuleActions,
    'ecs:UpdateTaskSet',
    'ecs:TagResource',
    'elasticloadbalancing:ModifyRule',
  ],
  observe: ({ reader, values }) => observe(reader, values.stackName),
  decide: (state, { values, run }) => decideRollback(state, values.idleScalePercent, run.deploymentFailed),
});

async function observe(reader: CanaryReader, stackName: string): Promise<State> {
  const resources = await reader.resources();
  if (!resources) return { kind: 'nothing', why: `there is no stack named ${stackName}` };
  const found = await reader.rule().catch(async (error: unknown) => {
    const stack = await reader.stack();
    if (!stack || !everCompleted(stack.status)) return undefined;
    throw error;
  });
  if (!found) return { kind: 'nothing', why: `the stack ${stackName} was never created completely` };
  const { groups } = await reader.address();
  const weights = weightsOf(found, groups);
  if (servesOnly(weights, 'Blue')) return observeSafe(reader, stackName);
  if (weights.blue > 0) return { kind: 'exposed', rule: found, groups };
  return { kind: 'exposed', rule: found, groups, traffic: await observeIdleBlue(reader, found, stackName) };
}

/** Blue's ability to serve: its task set says it in one call; its targets are only read when that leaves doubt. */
async function observeIdleBlue(reader: CanaryReader, rule: ListenerRule, stackName: string): Promise<Traffic> {
  const address = await reader.address();
  const service = await reader.service();
  const blue = service.taskSets.find((taskSet) => taskSet.id === address.blueTaskSet);
  const certain = blue?.steady && blue.running > 0;
  const [blueTargets, greenTargets] = certain
    ? [[], []]
    : await Promise.all([reader.targets('Blue'), reader.targets('Green')]);
  return assembleTraffic({ stackName, stackStatus: '', address, rule, service, blueTargets, greenTargets });
}

async function observeSafe(reader: CanaryReader, stackName: string): Promise<State> {
  const [stack, service, rule, address] = await Promise.all([
    reader.stack(),
    reader.service(),
    reader.rule(),
    reader.address(),
  ]);
  if (!stack || !everCompleted(stack.status))
    return { kind: 'nothing', why: `the stack ${stackName} was never created completely` };
  const [testRules, blueTargets, greenTargets] = await Promise.all([
    reader.testRules(),
    reader.targets('Blue'),
    reader.targets('Green'),
  ]);
  const present = [address.blueTaskSet, address.greenTaskSet].every((id) =>
    service.taskSets.some((taskSet) => taskSet.id === id),
  );
  if (!present) return { kind: 'safe', stack, service, testRules };
  const traffic = assembleTraffic({
    stackName,
    stackStatus: stack.status,
    address,
    rule,
    service,
    blueTargets,
    greenTargets,
  });
  return { kind: 'safe', stack, service, testRules, traffic };
}

/** Weights first, then the tag, then everything that is only tidying up. */
export function decideRollback(state: State, idleScale: number, deploymentFailed: boolean): Decision {
  switch (state.kind) {
    case 'nothing':
      return {
        kind: 'done',
        reason: `There is nothing to roll back to: ${state.why}.`,
        outputs: { FirstDeployment: 'True', Summary: `There was nothing to roll back to: ${state.why}.` },
      };
    case 'exposed':
      return retreat(state, deploymentFailed);
    case 'safe':
      return settle(state, idleScale);
  }
}

function retreat(state: Extract<State, { kind: 'exposed' }>, deploymentFailed: boolean): Decision {
  const { rule, groups, traffic } = state;
  if (traffic && deploymentFailed && traffic.stable === 'Green') return keepPromoted(traffic);
  const weights = weightsOf(rule, groups);
  return (
    (traffic && reviveBlue(traffic)) ?? {
      kind: 'change',
      reason: `Rolling back: moving traffic from ${describeSplit(weights)} to ${describeSplit(allBlue)}.`,
      change: { kind: 'set-weights', rule, groups, weights: allBlue },
    }
  );
}

/** A failed deployment that had not begun to shift must not push traffic to the version before the stable one. */
function keepPromoted(traffic: Traffic): Decision {
  return {
    kind: 'done',
    reason:
      'Nothing to roll back: green is the recorded stable version and has all of the traffic; this deployment had not moved any.',
    warnings: ['To go back behind the last promotion all the same, run the Rollback step in a runbook.'],
    outputs: {
      ...trafficOutputs(traffic),
      FirstDeployment: 'False',
      Summary: summarise('Nothing to roll back: green is stable', traffic),
    },
  };
}

function reviveBlue(traffic: Traffic): Decision | undefined {
  const { blue, green, service } = traffic;
  if (blue.healthy > 0 || (blue.taskSet.steady && blue.taskSet.running > 0)) return undefined;
  // Nobody is served by green either, so there is nothing to lose and blue is what should come back first.
  if (green.healthy === 0) return undefined;
  if (blue.taskSet.scalePercent < 100) {
    return {
      kind: 'change',
      reason: `Blue has no healthy target and is scaled to ${blue.taskSet.scalePercent} %: scaling it to 100 % before it gets the traffic back.`,
      change: {
        kind: 'scale-task-set',
        serviceArn: service.arn,
        cluster: traffic.cluster,
        taskSetId: blue.taskSet.id,
        percent: 100,
      },
    };
  }
  try {
    return awaitHealthy(blue, 1, []);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new OperatorError(
      'blue-unhealthy',
      `${error.message} Green still serves; moving its traffic to blue would be an outage.`,
      `Bring blue's tasks back (${blue.taskSet.taskDefinition}), then run Rollback again.`,
    );
  }
}

function settle(state: Extract<State, { kind: 'safe' }>, idleScale: number): Decision {
  const { service, traffic } = state;
  if (parseColour(service.tags[stableTagKey]) !== 'Blue') {
    return {
      kind: 'change',
      reason: 'Blue has all of the traffic; recording blue as stable in the StableStack tag.',
      change: { kind: 'tag-stable', serviceArn: service.arn, colour: 'Blue' },
    };
  }
  return (
    restoreBlue(traffic) ??
    removeTestRules(state.testRules) ??
    (traffic && scaleIdle(traffic, traffic.green, idleScale)) ??
    done(state)
  );
}

function restoreBlue(traffic: Traffic | undefined): Decision | undefined {
  if (!traffic || traffic.blue.taskSet.scalePercent >= 100) return undefined;
  return {
    kind: 'change',
    reason: `Blue serves everything again: scaling it from ${traffic.blue.taskSet.scalePercent} % to 100 %.`,
    change: {
      kind: 'scale-task-set',
      serviceArn: traffic.service.arn,
      cluster: traffic.cluster,
      taskSetId: traffic.blue.taskSet.id,
      percent: 100,
    },
  };
}

function done({ stack, traffic }: Extract<State, { kind: 'safe' }>): Decision {
  const busy = stackCondition(stack.status).kind !== 'settled';
  return {
    kind: 'done',
    reason: 'Rolled back: blue has all of the traffic and is recorded as stable; read back from AWS.',
    ...(busy && {
      warnings: [
        `The stack ${stack.name} is in ${stack.status}. Traffic is safe on blue; the next deployment will say what the stack needs.`,
      ],
    }),
    outputs: {
      ...(traffic ? trafficOutputs(traffic) : { StableStack: 'Blue' }),
      FirstDeployment: 'False',
      Summary: traffic ? summarise('Rolled back to blue', traffic) : 'Blue has all of the traffic.',
    },
  };
}
