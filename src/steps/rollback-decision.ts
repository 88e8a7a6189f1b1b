import type { Stack } from '../aws/aws.ts';
import { parseColour, stableTagKey } from '../canary/colour.ts';
import type { Decision } from '../canary/decision.ts';
import { awaitHealthy } from '../canary/health.ts';
import {
  actionsWithWeights,
  type ColourGroups,
  coloursIn,
  foreignGroups,
  type ListenerRule,
  modifyRuleCommand,
  weightsOf,
} from '../canary/listener-rule.ts';
import { occupationOf } from '../canary/occupation.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { scaleChange } from '../canary/scale-change.ts';
import type { Service } from '../canary/service.ts';
import { adviseClosing, describeRules } from '../canary/side-door.ts';
import { stackCondition } from '../canary/stack-status.ts';
import { summarise, trafficOutputs } from '../canary/summary.ts';
import { type Traffic, tagUnclear } from '../canary/traffic.ts';
import { allBlue, allGreen, describeSplit, servesOnly, type Weights } from '../canary/weights.ts';
import { freeCanary } from './free-canary.ts';
import { removeTestRules } from './remove-test-rules.ts';
import { restoreBlue, scaleIdle } from './scale-idle.ts';
import type { Run } from './step.ts';

export type RollbackState =
  /** Nothing was ever deployed completely. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** Another deployment works on the canary. */
  | { readonly kind: 'foreign'; readonly occupation: string }
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
      readonly rule: ListenerRule;
      readonly groups: ColourGroups;
      readonly testRules: readonly ListenerRule[];
      readonly sideDoors: readonly ListenerRule[];
      readonly blueHealthy: number;
      /** What became of blue's task set, when it is gone. */
      readonly lostBlue?: string;
      /** Which task set the stack does not have, and how it comes back. */
      readonly lack?: OperatorError;
      /** Undefined when a task set of the stack is gone, which must not stop a rollback. */
      readonly traffic?: Traffic;
    };

/** Weights first, then the tag, then everything that is only tidying up. */
export function decideRollback(
  state: RollbackState,
  idleScale: number,
  run: Pick<Run, 'deploymentFailed' | 'wrote'>,
): Decision {
  switch (state.kind) {
    case 'nothing':
      return {
        kind: 'done',
        reason: `There is nothing to roll back to: ${state.why}.`,
        outputs: { FirstDeployment: 'True', Summary: `There was nothing to roll back to: ${state.why}.` },
      };
    case 'foreign':
      return leaveAlone(state.occupation, run.wrote);
    case 'exposed':
      return retreat(state, run.deploymentFailed);
    case 'safe':
      return settle(state, idleScale);
  }
}

function leaveAlone(occupation: string, wrote = false): Decision {
  if (wrote) {
    const text = `The canary belongs to another deployment (${occupation}), which could not be read at first: its traffic was moved to blue.`;
    return {
      kind: 'done',
      reason: `${text} From here on it is left alone.`,
      warnings: ['That deployment may go on: run its step again to give green its share back, or let it roll back.'],
      outputs: { Summary: text },
    };
  }
  return {
    kind: 'done',
    reason: `Nothing to roll back: the canary belongs to another deployment (${occupation}), which this one leaves alone.`,
    warnings: ['To roll that canary back all the same, abort its deployment or run the Rollback step in a runbook.'],
    outputs: { Summary: `The canary belongs to another deployment: ${occupation}. Nothing was changed.` },
  };
}

function retreat(state: Extract<RollbackState, { kind: 'exposed' }>, deploymentFailed: boolean): Decision {
  const { rule, groups, traffic } = state;
  if (traffic && deploymentFailed && traffic.stable === 'Green' && servesOnly(traffic.weights, 'Green'))
    return freeCanary(traffic.service) ?? keepPromoted(traffic);
  if (traffic && deploymentFailed && traffic.weights.green > 0) refuseUndecided(traffic);
  const weights = weightsOf(rule, groups);
  return (
    (traffic && reviveBlue(traffic)) ?? {
      kind: 'change',
      reason: `Rolling back: moving traffic from ${describeSplit(weights)} to ${describeSplit(allBlue)}.`,
      change: { kind: 'set-weights', rule, groups, weights: allBlue },
    }
  );
}

/**
 * Green is recorded as stable and serves a part, or no colour is recorded and green is not what this deployment
 * deployed: a failed deployment must not decide what only a person can.
 */
function refuseUndecided(traffic: Traffic): void {
  const { stable, service, green } = traffic;
  if (stable === undefined && occupationOf(service)?.green !== green.taskSet.id) throw tagUnclear(traffic);
  if (stable !== 'Green') return;
  throw new OperatorError(
    'tag-disagrees',
    `The StableStack tag says Green, but the traffic is split ${describeSplit(traffic.weights)}. Nothing was moved: blue may run the version before the stable one.`,
    'Decide which version is stable. Move all traffic to green by hand if green is; run the Rollback step in a runbook if blue is.',
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
  const { blue, green, rule, groups, weights } = traffic;
  if (coloursIn(rule, groups) < 2 && green.healthy > 0 && weights.green > 0) {
    return {
      kind: 'change',
      reason: 'The rule no longer names blue: naming it again without traffic, so that the load balancer checks it.',
      change: { kind: 'set-weights', rule, groups, weights },
    };
  }
  if (blue.healthy > 0 || (blue.taskSet.steady && blue.taskSet.running > 0)) return undefined;
  // Nobody is served by green either, so there is nothing to lose and blue is what should come back first.
  if (green.healthy === 0 || weights.green === 0) return undefined;
  if (blue.taskSet.scalePercent < 100) {
    return {
      kind: 'change',
      reason: `Blue has no healthy target and is scaled to ${blue.taskSet.scalePercent} %: scaling it to 100 % before it gets the traffic back.`,
      change: scaleChange(traffic, blue, 100),
    };
  }
  if (blue.targets.some(({ state }) => state === 'unused'))
    return { kind: 'wait', reason: 'The load balancer does not check blue yet.' };
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

function settle(state: Extract<RollbackState, { kind: 'safe' }>, idleScale: number): Decision {
  const { service, traffic } = state;
  if (parseColour(service.tags[stableTagKey]) !== 'Blue') {
    return {
      kind: 'change',
      reason: 'Blue has all of the traffic; recording blue as stable in the StableStack tag.',
      change: { kind: 'tag-stable', serviceArn: service.arn, colour: 'Blue' },
    };
  }
  return (
    (traffic && restoreBlue(traffic)) ??
    removeTestRules(state.testRules) ??
    (traffic && scaleIdle(traffic, traffic.green, idleScale)) ??
    freeCanary(service) ??
    done(state)
  );
}

/** The error for a blue that nothing can serve from, with the command for who knows better. */
export function lostBlue(loss: string, rule: ListenerRule, groups: ColourGroups, weights: Weights): OperatorError {
  return new OperatorError(
    'blue-unhealthy',
    `${loss}, and green ${weights.blue > 0 ? 'still serves; moving its traffic to blue would be an outage' : 'gets nothing while blue has no healthy target: users get errors'}.`,
    `Update the stack by hand with another task definition for blue, so that CloudFormation creates it again, then run Rollback again. To move the traffic to ${weights.blue > 0 ? 'blue' : 'green'} all the same: ${modifyRuleCommand(rule.arn, actionsWithWeights(rule, groups, weights))}`,
  );
}

function done(state: Extract<RollbackState, { kind: 'safe' }>): Decision {
  const { stack, traffic, rule, groups, lack } = state;
  if (state.lostBlue && state.blueHealthy === 0) throw lostBlue(state.lostBlue, rule, groups, allGreen);
  const foreign = foreignGroups(rule, groups);
  const warnings = [
    ...(state.blueHealthy > 0 || state.service.desiredCount === 0
      ? []
      : ['Blue has all of the traffic but no healthy target: users get errors until its tasks are back.']),
    ...(state.sideDoors.length > 0
      ? [`Users still reach green through ${describeRules(state.sideDoors)}. ${adviseClosing(state.sideDoors, groups)}`]
      : []),
    ...(lack ? [`${lack.message} ${lack.hint}`] : []),
    ...(stackCondition(stack.status).kind === 'settled'
      ? []
      : [
          `The stack ${stack.name} is in ${stack.status}. Traffic is safe on blue; the next deployment will say what the stack needs.`,
        ]),
    ...foreign.map((arn) => `The listener rule also sends traffic to ${arn}, which is neither blue nor green.`),
  ];
  return {
    kind: 'done',
    reason: `Rolled back: blue has all of the traffic${foreign.length > 0 ? ' that was split between blue and green' : ''} and is recorded as stable; read back from AWS.`,
    warnings,
    outputs: {
      ...(traffic ? trafficOutputs(traffic) : { StableStack: 'Blue' }),
      FirstDeployment: 'False',
      Summary: traffic ? summarise('Rolled back to blue', traffic) : 'Blue has all of the traffic.',
    },
  };
}
