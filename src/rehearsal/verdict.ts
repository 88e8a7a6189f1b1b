import type { Excess } from './approval-ledger.ts';
import { explanationOf, type StepResult } from './deployment.ts';
import { judgeEntryPoints } from './entry-point-verdict.ts';
import { parametersOfGreen } from './green-in-template.ts';
import { shortName } from './measurement.ts';
import type { PlayedRelease } from './played-release.ts';
import type { PlannedRelease } from './scenario.ts';
import type { OwnTemplate } from './valued-template.ts';
import { failedAsWorse, isVersionFailure } from './version-failure.ts';

/** Everything that went wrong in a release; empty when all is well. */
export function judgeRelease(played: PlayedRelease): readonly string[] {
  const { plan } = played;
  const problems = [...judgeOutcome(played), ...judgeEntryPoints(played)];
  return problems.map((problem) => `Release ${plan.number}: ${endSentence(problem)}`);
}

/** One sentence for each release that deployed nothing new, and one on how its version gets into the template; a canary of an unchanged version proves nothing. */
export function judgeNovelty(releases: readonly PlayedRelease[], own: OwnTemplate | undefined): readonly string[] {
  const deployed = releases.filter(({ green }) => green !== '');
  const unchanged = deployed.filter(({ green }, at) => green === deployed[at - 1]?.green);
  const problems = unchanged.map(
    ({ plan, green }) =>
      `Release ${plan.number} deployed nothing new: green runs ${shortName(green)}, as in the release before.`,
  );
  return problems.length === 0 ? [] : [...problems, adviseOnVersion(own)];
}

function adviseOnVersion(own: OwnTemplate | undefined): string {
  if (own === undefined)
    return 'EcsCanary.Image must differ between releases: use an Octopus expression such as #{Octopus.Release.Number} in it.';
  const [parameter] = parametersOfGreen(own);
  return parameter === undefined
    ? "The version must come from the template: write an Octopus expression such as #{Octopus.Release.Number} into green's image."
    : `The version must come from the template's parameter ${parameter}: put {"EcsCanary.TemplateParameters": "${parameter}=#{Octopus.Release.Number}"}, or the expression that your project uses, into the file that --parameters names.`;
}

/** One sentence for each version that got more requests than were approved. */
export function judgeApprovals(excess: readonly Excess[]): readonly string[] {
  return excess.map(({ taskDefinitionArn, entryPoint, ceiling, requests, total }) => {
    const where = entryPoint === undefined ? '' : ` at ${entryPoint}`;
    return `${shortName(taskDefinitionArn)} got ${requests} of ${total} requests${where}, but at most ${ceiling}% was approved.`;
  });
}

function judgeOutcome({ plan, deployment, endedByNote }: PlayedRelease): readonly string[] {
  const failed = deployment.steps.find(({ status }) => status === 'failed');
  const aborted = endedByNote || (failed !== undefined && isExpected(failed, plan));
  const shouldSucceed = plan.expectation === 'decided' ? !aborted : plan.expectation === 'promoted';
  if (deployment.succeeded && !shouldSucceed) return ['the deployment succeeded, but should have failed'];
  if (!deployment.succeeded && (shouldSucceed || !aborted))
    return [`the deployment failed at ${failed?.step.name}:${describeFailure(failed)}`];
  if (shouldSucceed) return [];
  const rollback = deployment.steps.find(({ step }) => step.kind === 'template' && step.stepId === 'rollback');
  if (rollback?.status.startsWith('succeeded')) return [];
  return [`the rollback step ${rollback?.status}:${describeFailure(rollback)}`];
}

/** Whether a release may fail at that step: a person ended it, or its version did. */
function isExpected(failed: StepResult, { isUnsound }: PlannedRelease): boolean {
  return failed.step.kind === 'manual' || failedAsWorse(failed) || (isUnsound && isVersionFailure(failed));
}

/** The step's own words, line by line, because Octopus's reason joins them into one. */
function describeFailure(failed: StepResult | undefined): string {
  const lines = failed === undefined ? [] : explanationOf(failed);
  if (lines.length === 0) return ` ${failed?.reason}`;
  const shown = lines.length > most ? [...lines.slice(0, most), '… The log above has the rest.'] : lines;
  return shown.map((line) => `\n    ${line}`).join('');
}

const most = 12;

function endSentence(problem: string): string {
  return problem.includes('\n') ? problem : problem.replace(/\.?$/, '.');
}
