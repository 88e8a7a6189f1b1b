import type { Decision } from '../../canary/decision.ts';
import { awaitHealthy } from '../../canary/health.ts';
import { type ColourGroups, coloursIn } from '../../canary/listener-rule.ts';
import { lockOf } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { commandsToMove, mostGreen, type ProductionRule, serveOnly } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import { scaleChange } from '../../canary/scale-change.ts';
import { summarise, trafficOutputs } from '../../canary/summary.ts';
import { type Traffic, tagDisagrees, tagUnclear } from '../../canary/traffic.ts';
import { moveTraffic } from '../../canary/traffic-move.ts';
import { allBlue, servesOnly, type Weights } from '../../canary/weights.ts';
import { releaseLock } from '../shared/release-lock.ts';

/** A canary whose green has traffic. */
export interface Exposed {
  readonly productionRules: readonly ProductionRule[];
  readonly groups: ColourGroups;
  /** Read only if blue serves nothing now and may therefore be unable to. */
  readonly traffic?: Traffic;
  /** Why moving the traffic to blue would be an outage, if blue's task set or its last target is gone. */
  readonly loss?: string;
}

/** Shifts one production rule at a time back to blue, once blue can serve at all. */
export function shiftBack(
  state: Exposed,
  { deploymentFailed, unwritable }: Pick<Run, 'deploymentFailed' | 'unwritable'>,
): Decision {
  const { productionRules, traffic, loss } = state;
  if (loss !== undefined) throw lostBlue(loss, state, allBlue);
  if (traffic && deploymentFailed && traffic.stable === 'Green' && serveOnly(productionRules, 'Green'))
    return releaseLock(traffic.service) ?? keepPromoted(traffic);
  if (traffic && deploymentFailed && mostGreen(productionRules) > 0) refuseUndecided(traffic);
  const exposed = productionRules.filter(({ weights }) => !servesOnly(weights, 'Blue'));
  // A rule that cannot be written must not keep the others on green.
  const next = exposed.find(({ rule }) => !unwritable?.has(rule.arn)) ?? exposed[0];
  if (!next) throw new TypeError('no production rule is exposed');
  return (
    (traffic && reviveBlue(traffic)) ?? moveTraffic(state, next, allBlue, { lead: 'Rolling back: moving traffic' })
  );
}

/**
 * Green is recorded as stable and serves a part, or no colour is recorded and green is not what this deployment
 * deployed: a failed deployment must leave that decision to a person.
 */
function refuseUndecided(traffic: Traffic): void {
  const { stable, service, blue, green } = traffic;
  if (stable === undefined && lockOf(service)?.green !== green.taskSet.id) throw tagUnclear(traffic);
  // A Prepare Blue that ended between two rules leaves both colours on the stable version, so either may serve.
  if (stable !== 'Green' || blue.taskSet.taskDefinition === green.taskSet.taskDefinition) return;
  throw tagDisagrees(traffic, '. No traffic was moved: blue may run the version before the stable one.');
}

/** A failed deployment that had not started to shift must not move traffic to the version before the stable one. */
function keepPromoted(traffic: Traffic): Decision {
  return {
    kind: 'done',
    reason:
      'Nothing to roll back: green is the recorded stable version and has all of the traffic; this deployment moved none.',
    warnings: ['To undo the last promotion anyway, run the Rollback step in a runbook.'],
    outputs: {
      ...trafficOutputs(traffic),
      FirstDeployment: 'False',
      Summary: summarise('Nothing to roll back: green is stable', traffic),
    },
  };
}

function reviveBlue(traffic: Traffic): Decision | undefined {
  const { blue, green, productionRules, groups } = traffic;
  const incomplete = productionRules.find(({ rule, weights }) => coloursIn(rule, groups) < 2 && weights.green > 0);
  if (incomplete && green.healthy > 0) {
    return {
      ...moveTraffic(traffic, incomplete, incomplete.weights),
      reason: `${incomplete.name.replace(/^t/, 'T')} no longer names blue: adding blue again with weight 0, so that the load balancer checks its health.`,
    };
  }
  if (blue.healthy > 0 || (blue.taskSet.steady && blue.taskSet.running > 0)) return undefined;
  // Green serves no traffic either, so there is nothing to lose, and blue should come back first.
  if (green.healthy === 0 || mostGreen(productionRules) === 0) return undefined;
  if (blue.taskSet.scalePercent < 100) {
    return {
      kind: 'change',
      reason: `Blue has no healthy target and is scaled to ${blue.taskSet.scalePercent} %: scaling it to 100 % before it gets the traffic back.`,
      change: scaleChange(traffic, blue, 100),
    };
  }
  if (blue.targets.some(({ state }) => state === 'unused'))
    return { kind: 'wait', reason: "The load balancer does not check blue's health yet." };
  try {
    return awaitHealthy(blue, 1, []);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new OperatorError(
      'blue-unhealthy',
      `${error.message} Green still serves; moving its traffic to blue would be an outage.`,
      `Get blue's tasks running again (${blue.taskSet.taskDefinition}), then run Rollback again.`,
      { taskSet: blue.taskSet },
    );
  }
}

/** The error for a blue that cannot serve, with the commands to move the traffic anyway. */
export function lostBlue(
  loss: string,
  { productionRules, groups }: { readonly productionRules: readonly ProductionRule[]; readonly groups: ColourGroups },
  weights: Weights,
): OperatorError {
  return new OperatorError(
    'blue-unhealthy',
    `${loss}, and green ${weights.blue > 0 ? 'still serves; moving its traffic to blue would be an outage' : 'gets no traffic while blue has no healthy target: users get errors'}.`,
    `Update the stack by hand with another task definition for blue, so that CloudFormation recreates it, then run Rollback again. To move the traffic to ${weights.blue > 0 ? 'blue' : 'green'} anyway: ${commandsToMove(productionRules, groups, weights)}`,
  );
}
