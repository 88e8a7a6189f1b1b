import type { Excess } from './approval-ledger.ts';
import { judgeEntryPoints } from './entry-point-verdict.ts';
import { shortName } from './measurement.ts';
import type { PlayedRelease } from './played-release.ts';

/** Everything that went wrong in a release; empty when all is well. */
export function judgeRelease(played: PlayedRelease): readonly string[] {
  const { plan } = played;
  const problems = [...judgeOutcome(played), ...judgeEntryPoints(played)];
  return problems.map((problem) => `Release ${plan.number}: ${problem.replace(/\.$/, '')}.`);
}

/** One sentence for each version that got more requests than were approved. */
export function judgeApprovals(excess: readonly Excess[]): readonly string[] {
  return excess.map(({ taskDefinitionArn, entryPoint, ceiling, requests, total }) => {
    const where = entryPoint === undefined ? '' : ` at ${entryPoint}`;
    return `${shortName(taskDefinitionArn)} got ${requests} of ${total} requests${where}, but at most ${ceiling}% was approved.`;
  });
}

function judgeOutcome({ plan, deployment, endedByNote }: PlayedRelease): readonly string[] {
  const aborted =
    endedByNote || deployment.steps.some(({ step, status }) => step.kind === 'manual' && status === 'failed');
  const shouldSucceed = plan.expectation === 'decided' ? !aborted : plan.expectation === 'promoted';
  if (deployment.succeeded && !shouldSucceed) return ['the deployment succeeded, but should have failed'];
  if (!deployment.succeeded && shouldSucceed) {
    const failed = deployment.steps.find(({ status }) => status === 'failed');
    return [`the deployment failed at ${failed?.step.name}: ${failed?.reason}`];
  }
  if (shouldSucceed) return [];
  const rollback = deployment.steps.find(({ step }) => step.kind === 'template' && step.stepId === 'rollback');
  return rollback?.status.startsWith('succeeded') ? [] : [`the rollback step ${rollback?.status}: ${rollback?.reason}`];
}
