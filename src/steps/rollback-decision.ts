import type { Stack } from '../aws/aws.ts';
import type { Decision } from '../canary/decision.ts';
import { atAll, type Door, describeShares, serveOnly } from '../canary/doors.ts';
import { awaitHealthy } from '../canary/health.ts';
import {
  actionsWithWeights,
  type ColourGroups,
  coloursIn,
  foreignGroups,
  type ListenerRule,
  modifyCommand,
} from '../canary/listener-rule.ts';
import { occupationOf } from '../canary/occupation.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { scaleChange } from '../canary/scale-change.ts';
import type { Service } from '../canary/service.ts';
import { type Settling, shrink, whyKept } from '../canary/settling.ts';
import { adviseClosing, describeRules } from '../canary/side-door.ts';
import { stackCondition } from '../canary/stack-status.ts';
import { summarise, trafficOutputs } from '../canary/summary.ts';
import { type Traffic, tagUnclear } from '../canary/traffic.ts';
import { moveTraffic } from '../canary/traffic-move.ts';
import { allBlue, allGreen, servesOnly, type Weights } from '../canary/weights.ts';
import { freeCanary } from './free-canary.ts';
import { recordBlue } from './record-blue.ts';
import { removeTestRules } from './remove-test-rules.ts';
import { restoreBlue } from './restore-blue.ts';
import type { Run } from './step.ts';

export type RollbackState =
  /** Nothing was ever deployed completely. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** Another deployment works on the canary. */
  | { readonly kind: 'foreign'; readonly occupation: string }
  /** Green has traffic: everything but the weights can wait. */
  | {
      readonly kind: 'exposed';
      readonly doors: readonly Door[];
      readonly groups: ColourGroups;
      /** Read only where blue serves nothing now and may therefore be unable to. */
      readonly traffic?: Traffic;
    }
  | {
      readonly kind: 'safe';
      readonly stack: Stack;
      readonly service: Service;
      readonly doors: readonly Door[];
      readonly groups: ColourGroups;
      readonly testRules: readonly ListenerRule[];
      readonly sideDoors: readonly ListenerRule[];
      /** Logical ids of the stack's rules and listeners, by ARN. */
      readonly names: Readonly<Record<string, string>>;
      readonly settling: Settling;
      readonly blueHealthy: number;
      /** What became of blue's task set, when it is gone. */
      readonly lostBlue?: string;
      /** Why the production rules may not be all that the operator means. */
      readonly doubt?: OperatorError;
      /** Which task set the stack does not have, and how it comes back. */
      readonly lack?: OperatorError;
      /** Undefined when a task set of the stack is gone, which must not stop a rollback. */
      readonly traffic?: Traffic;
    };

/** Weights first, then the tag, then everything that is only tidying up. */
export function decideRollback(
  state: RollbackState,
  idleScale: number,
  run: Pick<Run, 'deploymentFailed' | 'wrote' | 'leftGreenAt' | 'startedAt' | 'unwritable'>,
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
      return retreat(state, run);
    case 'safe':
      return settle(state, idleScale, run);
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

function retreat(
  state: Extract<RollbackState, { kind: 'exposed' }>,
  { deploymentFailed, unwritable }: Pick<Run, 'deploymentFailed' | 'unwritable'>,
): Decision {
  const { doors, traffic } = state;
  if (traffic && deploymentFailed && traffic.stable === 'Green' && serveOnly(doors, 'Green'))
    return freeCanary(traffic.service) ?? keepPromoted(traffic);
  if (traffic && deploymentFailed && hasGreen(doors)) refuseUndecided(traffic);
  const exposed = doors.filter(({ weights }) => !servesOnly(weights, 'Blue'));
  // One that cannot be written must not keep the others on green.
  const next = exposed.find(({ rule }) => !unwritable?.has(rule.arn)) ?? exposed[0];
  if (!next) throw new TypeError('no door is exposed');
  return (
    (traffic && reviveBlue(traffic)) ?? moveTraffic(state, next, allBlue, { lead: 'Rolling back: moving traffic' })
  );
}

function hasGreen(doors: readonly Door[]): boolean {
  return doors.some(({ weights }) => weights.green > 0);
}

/**
 * Green is recorded as stable and serves a part, or no colour is recorded and green is not what this deployment
 * deployed: a failed deployment must not decide what only a person can.
 */
function refuseUndecided(traffic: Traffic): void {
  const { stable, service, blue, green } = traffic;
  if (stable === undefined && occupationOf(service)?.green !== green.taskSet.id) throw tagUnclear(traffic);
  // A preparation that ended between two rules leaves both colours with the stable version, so either may serve.
  if (stable !== 'Green' || blue.taskSet.taskDefinition === green.taskSet.taskDefinition) return;
  throw new OperatorError(
    'tag-disagrees',
    `The StableStack tag says Green, but the traffic is split ${describeShares(traffic.doors)}. Nothing was moved: blue may run the version before the stable one.`,
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
  const { blue, green, doors, groups } = traffic;
  const maimed = doors.find(({ rule, weights }) => coloursIn(rule, groups) < 2 && weights.green > 0);
  if (maimed && green.healthy > 0) {
    return {
      ...moveTraffic(traffic, maimed, maimed.weights),
      reason: `${maimed.name.replace(/^t/, 'T')} no longer names blue: adding blue to it again without traffic, so that the load balancer checks it.`,
    };
  }
  if (blue.healthy > 0 || (blue.taskSet.steady && blue.taskSet.running > 0)) return undefined;
  // Nobody is served by green either, so there is nothing to lose and blue is what should come back first.
  if (green.healthy === 0 || !hasGreen(doors)) return undefined;
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

function settle(
  state: Extract<RollbackState, { kind: 'safe' }>,
  idleScale: number,
  run: Pick<Run, 'leftGreenAt' | 'startedAt'>,
): Decision {
  const { service, traffic } = state;
  return (
    recordBlue(service, run, occupationOf(service)?.green === undefined ? undefined : run.startedAt.getTime()) ??
    (traffic && restoreBlue(traffic)) ??
    removeTestRules(state.testRules) ??
    (traffic && shrink(traffic, traffic.green, idleScale, state.settling, ', which serves nothing now')) ??
    freeCanary(service) ??
    done(state, idleScale)
  );
}

/** The error for a blue that nothing can serve from, with the commands for who knows better. */
export function lostBlue(
  loss: string,
  { doors, groups }: { readonly doors: readonly Door[]; readonly groups: ColourGroups },
  weights: Weights,
): OperatorError {
  const commands = doors.map(({ rule }) => modifyCommand(rule, actionsWithWeights(rule, groups, weights)));
  return new OperatorError(
    'blue-unhealthy',
    `${loss}, and green ${weights.blue > 0 ? 'still serves; moving its traffic to blue would be an outage' : 'gets nothing while blue has no healthy target: users get errors'}.`,
    `Update the stack by hand with another task definition for blue, so that CloudFormation creates it again, then run Rollback again. To move the traffic to ${weights.blue > 0 ? 'blue' : 'green'} all the same: ${commands.join(' ; ')}`,
  );
}

function done(state: Extract<RollbackState, { kind: 'safe' }>, idleScale: number): Decision {
  const { stack, traffic, doors, groups, lack, names } = state;
  if (state.lostBlue && state.blueHealthy === 0) throw lostBlue(state.lostBlue, state, allGreen);
  // What is certain was moved; a person must see the rest.
  if (state.doubt) throw state.doubt;
  const foreign = [...new Set(doors.flatMap(({ rule }) => foreignGroups(rule, groups)))];
  const warnings = [
    ...(state.blueHealthy > 0 || state.service.desiredCount === 0
      ? []
      : ['Blue has all of the traffic but no healthy target: users get errors until its tasks are back.']),
    ...(state.sideDoors.length > 0
      ? [
          `Users still reach green through ${describeRules(state.sideDoors, names)}. ${adviseClosing(state.sideDoors, { groups, names })}`,
        ]
      : []),
    ...(traffic ? whyKept(traffic, traffic.green, idleScale, state.settling) : []),
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
    reason: `Rolled back: blue has all of the traffic${foreign.length > 0 ? ' that was split between blue and green' : ''}${state.sideDoors.length > 0 ? ' of the production rules' : atAll(doors)} and is recorded as stable; read back from AWS.`,
    warnings,
    outputs: {
      ...(traffic ? trafficOutputs(traffic) : { StableStack: 'Blue' }),
      FirstDeployment: 'False',
      Summary: traffic ? summarise('Rolled back to blue', traffic) : 'Blue has all of the traffic.',
    },
  };
}
