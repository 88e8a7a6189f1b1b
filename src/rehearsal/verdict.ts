import type { Excess } from './approval-ledger.ts';
import type { Stage } from './canary-watch.ts';
import type { DeploymentResult } from './deployment.ts';
import type { Measurement } from './load.ts';
import type { PlannedRelease } from './scenario.ts';

/** One release as it went. */
export interface PlayedRelease {
  readonly plan: PlannedRelease;
  readonly deployment: DeploymentResult;
  readonly stages: readonly Stage[];
  /** Whether a person's note asked for the end of the deployment. */
  readonly endedByNote: boolean;
  /** Task definition that was stable before, and the one that is stable now. */
  readonly stableBefore: string;
  readonly stableAfter: string;
  /** What users got at the very end of the release; undefined when no user ever came. */
  readonly final: Measurement | undefined;
}

/** Everything that did not go as a release should; empty when all is well. */
export function judgeRelease(played: PlayedRelease): readonly string[] {
  const { plan, stages } = played;
  const problems = [...judgeOutcome(played), ...judgeFinal(played), ...stages.flatMap(judgeSplit)];
  const errors = stages.reduce((sum, stage) => sum + stage.errors, 0);
  if (errors > 0 && !plan.errorsAllowed) problems.push(`users saw ${errors} errors`);
  return problems.map((problem) => `Release ${plan.number}: ${problem.replace(/\.$/, '')}.`);
}

/** One sentence for each version that got more than was approved. */
export function judgeApprovals(excess: readonly Excess[]): readonly string[] {
  return excess.map(({ taskDefinitionArn, ceiling, requests, total }) => {
    const name = taskDefinitionArn.replace(/^.*\//, '');
    return `${name} got ${requests} of ${total} requests while no more than ${ceiling}% was approved.`;
  });
}

function judgeOutcome({ plan, deployment, endedByNote }: PlayedRelease): readonly string[] {
  const aborted =
    endedByNote || deployment.steps.some(({ step, status }) => step.kind === 'manual' && status === 'failed');
  const shouldSucceed = plan.expectation === 'decided' ? !aborted : plan.expectation === 'promoted';
  if (deployment.succeeded && !shouldSucceed) return ['the deployment succeeded, and should have failed'];
  if (!deployment.succeeded && shouldSucceed) {
    const failed = deployment.steps.find(({ status }) => status === 'failed');
    return [`the deployment failed at ${failed?.step.name}: ${failed?.reason}`];
  }
  if (shouldSucceed) return [];
  const rollback = deployment.steps.find(({ step }) => step.kind === 'template' && step.stepId === 'rollback');
  return rollback?.status.startsWith('succeeded') ? [] : [`the rollback ${rollback?.status}: ${rollback?.reason}`];
}

function judgeFinal({ deployment, stableBefore, stableAfter, final }: PlayedRelease): readonly string[] {
  const stable = deployment.succeeded ? stableAfter : stableBefore;
  if (final === undefined) return stable === '' ? [] : ['no user was served at the end'];
  const wrong = final.requests - (final.taskDefinitions[stable] ?? 0);
  return wrong === 0 ? [] : [`at the end ${wrong} of ${final.requests} requests were not served by the stable version`];
}

// The load balancer's draw and requests under way blur a share; half of it would not pass.
function judgeSplit({ result, requested, measured, measuredShare }: Stage): readonly string[] {
  if (result.status === 'failed' || requested === undefined || measured === undefined || measuredShare === undefined) {
    return [];
  }
  const share = requested / 100;
  const allowed = 4 * Math.sqrt((share * (1 - share)) / measured.requests) * 100 + 1;
  const off = Math.abs(measuredShare - requested) > allowed;
  return off ? [`after ${result.step.name} the new version had ${measuredShare.toFixed(1)}%, not ${requested}%`] : [];
}
