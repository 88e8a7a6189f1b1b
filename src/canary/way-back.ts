import type { Decision } from './decision.ts';
import { awaitHealthy } from './health.ts';
import { OperatorError } from './operator-error.ts';
import { atRule, mostGreen } from './production-rules.ts';
import type { Run } from './run.ts';
import type { Traffic } from './traffic.ts';
import { formatPercent } from './weights.ts';

type Proof = Pick<Run, 'wayBack' | 'noWayBack'>;

/**
 * Before green's first share: the decision to make, at each production rule, the very write that Rollback would make.
 * It changes nothing, so AWS's acceptance is the proof.
 * @returns undefined if that is done, or green already has traffic
 * @throws OperatorError `no-way-back` if AWS refused it, or blue cannot serve
 */
export function proveWayBack(traffic: Traffic, greenPercent: number, run: Proof): Decision | undefined {
  const { productionRules, blue } = traffic;
  if (greenPercent === 0 || mostGreen(productionRules) > 0) return undefined;
  if (run.noWayBack) throw refused(run.noWayBack);
  const unproven = productionRules.find(({ rule }) => !run.wayBack?.rules.has(rule.arn));
  return (
    awaitBlue(blue) ??
    (unproven && {
      kind: 'change',
      reason: `Before green gets ${formatPercent(greenPercent)} of the traffic, proving the way back: making the write that Rollback would make${atRule(unproven, productionRules)}, which changes nothing.`,
      change: { kind: 'prove-way-back', rule: unproven.rule },
    })
  );
}

/** What the proof showed, as a log line before green's first share; empty once green has traffic. */
export function describeWayBack({ productionRules, blue }: Traffic, { wayBack }: Proof): readonly string[] {
  if (!wayBack || mostGreen(productionRules) > 0) return [];
  const calls = productionRules.length === 1 ? 'one API call' : `${productionRules.length} API calls`;
  return [
    `Returning to blue takes ${calls}, measured at ${wayBack.seconds.toFixed(2)} s; ${blue.healthy} of ${blue.taskSet.computedDesired} blue targets are healthy.`,
  ];
}

/** Waits for tasks that are still starting. */
function awaitBlue(blue: Traffic['blue']): Decision | undefined {
  try {
    return awaitHealthy(blue, 1, []);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const { taskDefinition, computedDesired } = blue.taskSet;
    throw new OperatorError(
      'no-way-back',
      `${error.message} Without a healthy blue target there is no way back, so green got no traffic.`,
      computedDesired === 0
        ? error.hint
        : `Get blue's tasks running again (${taskDefinition}), then run the step again.`,
      { taskSet: blue.taskSet },
    );
  }
}

function refused(error: OperatorError): OperatorError {
  const policies =
    'policies/shift-traffic.json has every permission that this step needs, and policies/rollback.json every one that Rollback needs.';
  return new OperatorError(
    'no-way-back',
    `AWS refused the write that would return the traffic to blue, so green got no traffic. ${error.message}`,
    error.code === 'aws-access-denied' ? `${error.hint} ${policies}` : error.hint,
    { cause: error },
  );
}
